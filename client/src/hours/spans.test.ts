import { describe, expect, it } from "vitest";
import { add, clockText, cover, cut, DAY_END, joined, minutes, type Span, words } from "./spans";

/** A small deterministic generator: a failure is the same failure tomorrow. */
function* numbers(seed: number): Generator<number> {
  let state = seed;
  for (;;) {
    state = (state * 1103515245 + 12345) % 2147483648;
    yield state;
  }
}

function on(spans: readonly Span[], at: number): boolean {
  return spans.some(([from, to]) => from <= at && at < to);
}

describe("spans", () => {
  it("never overlap or touch, whatever is drawn, and cover exactly what was drawn", () => {
    const dice = numbers(7);
    const next = (below: number) => Math.floor((dice.next().value as number) / 65536) % below;
    for (let round = 0; round < 60; round += 1) {
      let spans: Span[] = [];
      const model = new Set<number>();
      for (let stroke = 0; stroke < 8; stroke += 1) {
        const from = next(46) * 30;
        const to = from + (1 + next(6)) * 30;
        const drawn = next(3) > 0;
        spans = drawn ? add(spans, from, to) : cut(spans, from, to);
        for (let at = from; at < Math.min(to, 1440); at += 30) drawn ? model.add(at) : model.delete(at);
        for (let n = 1; n < spans.length; n += 1)
          expect((spans[n - 1] as Span)[1]).toBeLessThan((spans[n] as Span)[0]);
        for (let at = 0; at < 1440; at += 30) expect(on(spans, at)).toBe(model.has(at));
      }
    }
  });

  it("joins what touches and forgets what is reversed", () => {
    expect(
      joined([
        [840, 1080],
        [540, 780],
        [780, 840],
        [500, 400],
      ]),
    ).toEqual([[540, 1080]]);
  });

  it("keeps the minutes somebody typed", () => {
    expect(add([[555, 600]], 600, 630)).toEqual([[555, 630]]);
    expect(cover([[555, 600]], 540, 570)).toBe("part");
    expect(cover([[555, 600]], 570, 600)).toBe("all");
    expect(cover([], 570, 600)).toBe("none");
  });

  it("has no 24:00, and cuts to the end of the day whole", () => {
    expect(add([], 1410, 1440)).toEqual([[1410, DAY_END]]);
    expect(cut([[1380, DAY_END]], 1410, 1440)).toEqual([[1380, 1410]]);
    expect(cover([[1410, DAY_END]], 1410, 1440)).toBe("all");
  });

  it("reads and writes clocks", () => {
    expect(minutes("09:30")).toBe(570);
    expect(minutes("")).toBeUndefined();
    expect(clockText(570)).toBe("09:30");
    expect(
      words([
        [540, 780],
        [840, 1080],
      ]),
    ).toBe("09:00–13:00, 14:00–18:00");
  });
});
