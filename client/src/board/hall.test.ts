import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { localVoice } from "./announce";
import { type HallBoard, RENEW } from "./hall";

function call(key: string): string {
  return `<li data-call="${key}" data-say="Номер ${key}"></li>`;
}

function board(calls: string): HallBoard {
  const host = document.createElement("div");
  host.innerHTML = `<hall-board zone="Asia/Kamchatka"><button data-sound hidden><span data-label>Включить звук</span></button>
    <time data-clock></time><live-region><ol>${calls}</ol></live-region></hall-board>`;
  document.body.replaceChildren(host);
  return host.querySelector("hall-board") as HallBoard;
}

function swap(element: HallBoard, calls: string): void {
  const region = element.querySelector("live-region") as HTMLElement;
  region.innerHTML = `<ol>${calls}</ol>`;
  region.dispatchEvent(new CustomEvent("live:swapped", { bubbles: true }));
}

function voice(lang: string, localService: boolean): SpeechSynthesisVoice {
  return { lang, localService } as SpeechSynthesisVoice;
}

describe("hall-board", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.setSystemTime(new Date("2026-11-23T06:05:00Z"));
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("says what is newly called and nothing else", () => {
    const element = board(call("a"));
    const said = vi.spyOn(element.announcer, "call").mockResolvedValue();
    swap(element, call("b") + call("a"));
    expect(said.mock.calls).toEqual([["Номер b"]]);
    expect(element.querySelector("[data-call=b]")?.classList.contains("fresh")).toBe(true);
    swap(element, call("b") + call("a"));
    expect(said).toHaveBeenCalledTimes(1);
  });

  it("says again a call that was gone", () => {
    const element = board(call("a"));
    const said = vi.spyOn(element.announcer, "call").mockResolvedValue();
    swap(element, "");
    swap(element, call("a"));
    expect(said).toHaveBeenCalledTimes(1);
  });

  it("shows the time of the branch", () => {
    const element = board("");
    expect(element.querySelector("[data-clock]")?.textContent).toBe("18:05");
    vi.advanceTimersByTime(60_000);
    expect(element.querySelector("[data-clock]")?.textContent).toBe("18:06");
  });

  it("offers the sound, which needs a click", async () => {
    const element = board("");
    const button = element.querySelector("button") as HTMLButtonElement;
    expect(button.hidden).toBe(false);
    vi.spyOn(element.announcer, "open").mockResolvedValue();
    button.click();
    await Promise.resolve();
    await Promise.resolve();
    expect(button.textContent).toContain("Звук включён");
  });

  it("renews the live region before its note runs out, and says what came meanwhile", async () => {
    const element = board(call("a"));
    const said = vi.spyOn(element.announcer, "call").mockResolvedValue();
    const html = `<html><body><live-region page="new"><ol>${call("a")}${call("b")}</ol></live-region></body></html>`;
    vi.spyOn(window, "fetch").mockResolvedValue(new Response(html) as never);
    await vi.advanceTimersByTimeAsync(RENEW + 1);
    expect(element.querySelector("live-region")?.getAttribute("page")).toBe("new");
    expect(said.mock.calls).toEqual([["Номер b"]]);
  });

  it("is silent before the click", async () => {
    const element = board("");
    await expect(element.announcer.call("Номер 1")).resolves.toBeUndefined();
  });
});

describe("localVoice", () => {
  it("takes a Russian voice of the machine and never one of a service", () => {
    const own = voice("ru-RU", true);
    expect(localVoice([voice("ru-RU", false), voice("en-US", true), own])).toBe(own);
    expect(localVoice([voice("ru-RU", false), voice("en-US", true)])).toBeUndefined();
    expect(localVoice([voice("ru_RU", true)])).toBeDefined();
  });
});
