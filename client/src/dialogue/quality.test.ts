import { describe, expect, it } from "vitest";
import { Backoff } from "./backoff";
import { level, type Sample, Steady, words } from "./quality";

const sample = (change: Partial<Sample>): Sample => ({
  lost: 0,
  rtt: 0.05,
  fps: 20,
  packets: 100,
  missed: 0,
  frozen: 0,
  concealed: 0,
  rate: 500_000,
  room: null,
  ...change,
});

describe("quality", () => {
  it.each([
    [sample({}), 3],
    [sample({ fps: null }), 3],
    [sample({ lost: 0.05 }), 2],
    [sample({ rtt: 0.7 }), 2],
    [sample({ fps: 10 }), 2],
    [sample({ lost: 0.3 }), 1],
    [sample({ rtt: 2 }), 1],
    [sample({ fps: 2 }), 1],
    [sample({ packets: 0 }), 0],
  ])("judges %j", (seen, expected) => {
    expect(level(seen)).toBe(expected);
  });

  it("has words for every level", () => {
    expect(new Set(([0, 1, 2, 3] as const).map(words)).size).toBe(4);
  });

  it("does not jump at one bad second, but says at once that nothing comes", () => {
    const steady = new Steady();
    expect(steady.see(1)).toBe(3);
    expect(steady.see(3)).toBe(3);
    expect(steady.see(2)).toBe(3);
    expect(steady.see(2)).toBe(2);
    expect(steady.see(0)).toBe(0);
  });
});

describe("Backoff", () => {
  it("grows from at most 250 ms to at most 4 s and never comes at once", () => {
    const pauses = (random: () => number) => {
      const backoff = new Backoff(random);
      return Array.from({ length: 7 }, () => backoff.next());
    };
    const longest = pauses(() => 1);
    expect(longest).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000]);
    const shortest = pauses(() => 0);
    expect(shortest).toEqual([125, 250, 500, 1000, 2000, 2000, 2000]);
  });
});
