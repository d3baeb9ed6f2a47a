import { describe, expect, it } from "vitest";
import { CameraWatch, covered, MicrophoneWatch } from "./watch";

describe("MicrophoneWatch", () => {
  it("says silent after its patience and takes it back at the first sound", () => {
    const watch = new MicrophoneWatch(8);
    expect([0, 4, 7.9].map((at) => watch.hear(0, at))).toEqual([false, false, false]);
    expect(watch.hear(0.01, 8)).toBe(true);
    expect(watch.hear(0.3, 8.1)).toBe(false);
    expect(watch.hear(0, 9)).toBe(false);
  });

  it("begins anew when it was switched off", () => {
    const watch = new MicrophoneWatch(8);
    watch.hear(0, 0);
    watch.reset();
    expect(watch.hear(0, 9)).toBe(false);
  });
});

describe("CameraWatch", () => {
  const lid = Array.from({ length: 192 }, (_, i) => 4 + (i % 3));
  const night = Array.from({ length: 192 }, (_, i) => (i % 16 === 0 ? 120 : 5));
  const face = Array.from({ length: 192 }, (_, i) => 60 + (i % 90));

  it("knows a lid from a night street and a face", () => {
    expect([lid, night, face, []].map((points) => covered(points))).toEqual([true, false, false, false]);
  });

  it("waits for three dark pictures in a row", () => {
    const watch = new CameraWatch();
    expect([lid, lid, face, lid, lid, lid].map((points) => watch.see(points))).toEqual([
      false,
      false,
      false,
      false,
      false,
      true,
    ]);
  });
});
