import { describe, expect, it } from "vitest";
import type { DialogueEvent } from "./frames";
import { Replay } from "./replay";

const event = (n: number): DialogueEvent => ({
  n,
  kind: "said",
  who: "a",
  role: "citizen",
  name: "Анна",
  text: `строка ${n}`,
  cid: null,
  at: "2026-11-23T09:00:00+00:00",
});
const numbers = (events: DialogueEvent[]) => events.map((one) => one.n);

describe("Replay", () => {
  it("shows events in order, whatever the order they come in", () => {
    const replay = new Replay();
    expect(numbers(replay.take([event(1)]).apply)).toEqual([1]);
    const early = replay.take([event(3)]);
    expect(early).toEqual({ apply: [], ask: 1 });
    expect(numbers(replay.take([event(2)]).apply)).toEqual([2, 3]);
  });

  it("shows an event once, however often it comes", () => {
    const replay = new Replay();
    replay.take([event(1), event(2)]);
    expect(replay.take([event(1), event(2)])).toEqual({ apply: [], ask: null });
  });

  it("asks once for one gap, and again after a reconnect", () => {
    const replay = new Replay();
    expect(replay.take([event(5)]).ask).toBe(0);
    expect(replay.take([event(6)]).ask).toBeNull();
    replay.forgetAsking();
    expect(replay.take([event(7)]).ask).toBe(0);
  });

  it("asks from where the gap begins when a part has arrived", () => {
    const replay = new Replay();
    replay.take([event(4)]);
    expect(replay.take([event(1), event(2)])).toMatchObject({ ask: 2 });
  });

  it("learns from the welcome that it is behind", () => {
    const replay = new Replay();
    replay.take([event(1)]);
    expect(replay.behind(1)).toBeNull();
    expect(replay.behind(3)).toBe(1);
  });
});
