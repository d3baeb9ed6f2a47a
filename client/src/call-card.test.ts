import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import "./call-card";
import "./live";

let asked: number;
let rung: number;

function card(offer: string, seconds: number): HTMLElement {
  document.body.innerHTML = `<live-region src="/expert/queue/"><call-card data-offer="${offer}" data-seconds="${seconds}"
    data-title="Вас ждут!"><p data-clock>${seconds}</p></call-card></live-region>`;
  return document.querySelector("call-card") as HTMLElement;
}

beforeEach(() => {
  vi.useFakeTimers();
  asked = 0;
  rung = 0;
  document.title = "Приём";
  vi.stubGlobal("fetch", async () => {
    asked += 1;
    return new Response(null, { status: 304 });
  });
  vi.stubGlobal(
    "AudioContext",
    class {
      currentTime = 0;
      destination = {};
      constructor() {
        rung += 1;
      }
      createOscillator() {
        const part = { frequency: { value: 0 }, start() {}, stop() {}, connect: (next: unknown) => next };
        return part;
      }
      createGain() {
        const gain = { setValueAtTime() {}, exponentialRampToValueAtTime() {} };
        return { gain, connect: (next: unknown) => next };
      }
      async close() {}
    },
  );
});

afterEach(() => {
  document.body.innerHTML = "";
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("call-card", () => {
  it("counts down and asks the server once at zero", async () => {
    const shown = card("1", 3);
    await vi.advanceTimersByTimeAsync(1000);
    expect(shown.querySelector("[data-clock]")?.textContent).toBe("2");
    expect(asked).toBe(0);
    await vi.advanceTimersByTimeAsync(5000);
    expect(shown.querySelector("[data-clock]")?.textContent).toBe("0");
    expect(asked).toBe(1);
  });

  it("rings once for an offer, however often the region brings it anew", () => {
    card("2", 30);
    card("2", 25);
    expect(rung).toBe(1);
    card("3", 30);
    expect(rung).toBe(2);
  });

  it("flashes the title of a hidden tab and gives it back", async () => {
    vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    card("4", 30);
    await vi.advanceTimersByTimeAsync(1000);
    expect(document.title).toBe("Вас ждут!");
    await vi.advanceTimersByTimeAsync(1000);
    expect(document.title).toBe("Приём");
    await vi.advanceTimersByTimeAsync(1000);
    document.body.innerHTML = "";
    expect(document.title).toBe("Приём");
  });
});
