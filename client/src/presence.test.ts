import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BEAT } from "./presence";

let said: { url: string; method: string; token: string }[];

beforeEach(() => {
  vi.useFakeTimers();
  said = [];
  vi.stubGlobal("fetch", async (url: string, init: { method: string; headers: Record<string, string> }) => {
    said.push({ url, method: init.method, token: init.headers["X-CSRFToken"] ?? "" });
    return new Response(null, { status: 204 });
  });
  document.body.innerHTML =
    '<input name="csrfmiddlewaretoken" value="secret"><here-beat src="/z/t/here/"></here-beat>';
});

afterEach(() => {
  document.body.innerHTML = "";
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("here-beat", () => {
  it("tells at once and every half minute that the page is open", async () => {
    expect(said).toEqual([{ url: "/z/t/here/", method: "POST", token: "secret" }]);
    await vi.advanceTimersByTimeAsync(BEAT * 2);
    expect(said).toHaveLength(3);
  });

  it("tells when the network is back, and outlives its absence", async () => {
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("offline");
    });
    await vi.advanceTimersByTimeAsync(BEAT);
    vi.stubGlobal("fetch", async (url: string) => {
      said.push({ url, method: "", token: "" });
      return new Response(null, { status: 204 });
    });
    window.dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(0);
    expect(said).toHaveLength(2);
  });

  it("tells at the pace it was given", async () => {
    document.body.innerHTML = '<here-beat src="/staff/seen/" data-every="600"></here-beat>';
    said = [];
    await vi.advanceTimersByTimeAsync(599_000);
    expect(said).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(said).toHaveLength(1);
  });

  it("is silent once it is gone", async () => {
    document.body.innerHTML = "";
    await vi.advanceTimersByTimeAsync(BEAT * 3);
    expect(said).toHaveLength(1);
  });
});
