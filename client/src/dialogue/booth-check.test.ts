import { describe, expect, it, vi } from "vitest";
import { due } from "./booth-check";

const ZONE = "Europe/Moscow"; // UTC+3
const at = (text: string) => new Date(`${text}Z`);
const EVERY = 4 * 3600;

describe("a booth's self-test", () => {
  it("is due when there was none, and when the last one is old", () => {
    expect(due(null, at("2026-11-23T03:00"), EVERY, ZONE)).toBe(true);
    expect(due(at("2026-11-23T08:00"), at("2026-11-23T11:59"), EVERY, ZONE)).toBe(false);
    expect(due(at("2026-11-23T08:00"), at("2026-11-23T12:00"), EVERY, ZONE)).toBe(true);
  });

  it("is due in the morning of each day by the clocks of the place, however fresh the last one is", () => {
    const night = at("2026-11-23T01:30"); // 4:30 at the booth
    expect(due(night, at("2026-11-23T03:59"), EVERY, ZONE)).toBe(false); // 6:59, the same day
    const evening = at("2026-11-22T20:30"); // 23:30 the day before
    expect(due(evening, at("2026-11-23T00:10"), EVERY, ZONE)).toBe(false); // 3:10: not yet morning
    expect(due(at("2026-11-22T20:59"), at("2026-11-23T04:00"), 24 * 3600, ZONE)).toBe(true); // 7:00
  });
});

describe("a booth that is free again", () => {
  it("forgets what the one before typed and did not send; what this machine chose it keeps", () => {
    vi.stubGlobal("fetch", () => Promise.reject(new Error("away")));
    sessionStorage.setItem("dialogue-chat:1:draft", "мой паспорт");
    localStorage.setItem("device:camera", "usb");
    document.body.innerHTML = `<booth-check data-checked="${new Date().toISOString()}" data-every="14400" data-zone="UTC"></booth-check>`;
    expect([sessionStorage.length, localStorage.getItem("device:camera")]).toEqual([0, "usb"]);
    document.body.innerHTML = "";
    vi.unstubAllGlobals();
  });
});
