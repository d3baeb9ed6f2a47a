import { describe, expect, it } from "vitest";
import { Chosen, type Device, type Fault, faultOf, loudness } from "./devices";
import { pictureOf, remedy } from "./remedies";

describe("device faults", () => {
  it.each([
    ["NotAllowedError", "denied"],
    ["NotFoundError", "missing"],
    ["OverconstrainedError", "missing"],
    ["NotReadableError", "busy"],
    ["SomethingNew", "unknown"],
  ])("reads %s", (name, fault) => {
    Object.defineProperty(window, "isSecureContext", { value: true, configurable: true });
    Object.defineProperty(navigator, "mediaDevices", { value: {}, configurable: true });
    expect(faultOf(new DOMException("", name))).toBe(fault);
  });

  it("names an address without https first: there the browser has no devices at all", () => {
    Object.defineProperty(window, "isSecureContext", { value: false, configurable: true });
    expect(faultOf(new DOMException("", "NotAllowedError"))).toBe("insecure");
  });

  it("has its own remedy for each device and fault", () => {
    const faults: Fault[] = ["denied", "missing", "busy", "silent", "covered", "unknown"];
    const devices: Device[] = ["camera", "microphone"];
    const texts = devices.flatMap((device) => faults.map((fault) => remedy(device, fault)));
    // a microphone has no lid and a camera is never silent: those two say what «unknown» says
    expect(new Set(texts).size).toBe(10);
  });

  it("tells where each browser keeps its permission, and shows it", () => {
    const families = ["chromium", "firefox", "safari"] as const;
    expect(new Set(families.map((family) => remedy("camera", "denied", family))).size).toBe(3);
    expect(families.map((family) => pictureOf("denied", family))).toEqual([...families]);
    expect([pictureOf("missing", "firefox"), pictureOf("busy", "firefox")]).toEqual(["plug", ""]);
  });

  it("remembers the chosen device and wants it without demanding it", () => {
    const chosen = new Chosen();
    expect(chosen.wanted("camera")).toEqual({});
    chosen.remember("camera", "abc");
    expect(new Chosen().wanted("camera")).toEqual({ deviceId: { ideal: "abc" } });
    expect(new Chosen().wanted("microphone")).toEqual({});
    localStorage.clear();
  });
});

describe("loudness", () => {
  it("is nothing in silence, everything when loud, and grows between", () => {
    const tone = (peak: number) => Float32Array.from({ length: 1024 }, (_, i) => peak * Math.sin(i / 5));
    expect(loudness(tone(0))).toBe(0);
    expect(loudness(tone(1))).toBe(1);
    expect(loudness(tone(0.02))).toBeGreaterThan(0.1);
    expect(loudness(tone(0.02))).toBeLessThan(loudness(tone(0.1)));
  });
});
