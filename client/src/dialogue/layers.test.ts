import { describe, expect, it } from "vitest";
import { type Feed, LAYER, Layers, type Receiving, troubled } from "./layers";

const FINE: Receiving = { lost: 0, frozen: 0, rate: 500_000, fps: 20 };
const BAD: Receiving = { lost: 0.3, frozen: 0.9, rate: 100_000, fps: 2 };
const PEOPLE: Feed[] = [
  { id: "expert", role: "expert" },
  { id: "signs", role: "interpreter" },
  { id: "citizen", role: "citizen" },
];

/** Look `seconds` times; returns every change in its order. */
function looks(layers: Layers, seen: Receiving, seconds: number, people = PEOPLE): [string, number][] {
  const changes: [string, number][] = [];
  for (let second = 0; second < seconds; second += 1) changes.push(...layers.look(seen, people));
  return changes;
}

describe("the layer of a picture", () => {
  it("stays high on a good line", () => {
    const layers = new Layers();
    expect(looks(layers, FINE, 300)).toEqual([]);
    expect(layers.of("expert")).toBe(LAYER.high);
  });

  it("goes down within five seconds of trouble, the interpreter's last", () => {
    const layers = new Layers();
    expect(looks(layers, BAD, 5)).toEqual([
      ["expert", LAYER.low],
      ["citizen", LAYER.low],
    ]);
    expect(layers.of("signs")).toBe(LAYER.high);
    expect(looks(layers, BAD, 5)).toEqual([["signs", LAYER.low]]);
    expect(looks(layers, BAD, 5)).toEqual([
      ["expert", LAYER.off],
      ["citizen", LAYER.off],
    ]);
    expect(layers.of("signs")).toBe(LAYER.low);
  });

  it("gives no picture up for a slow machine, only for a narrow line", () => {
    const layers = new Layers();
    looks(layers, { ...BAD, lost: 0 }, 60);
    expect(PEOPLE.map(({ id }) => layers.of(id))).toEqual([LAYER.low, LAYER.low, LAYER.low]);
  });

  it("asks for the high layer where the low one is not sent at all", () => {
    const layers = new Layers();
    looks(layers, { ...BAD, lost: 0 }, 8); // a slow machine: everybody is low
    const dark: Receiving = { ...BAD, lost: 0, dark: ["citizen"] };
    expect(looks(layers, dark, 3).filter(([id]) => id === "citizen")).toEqual([]);
    expect(looks(layers, dark, 3)).toContainEqual(["citizen", LAYER.high]);
    looks(layers, { ...BAD, lost: 0 }, 30);
    expect(layers.of("citizen")).toBe(LAYER.high); // not lowered again at once: there is nothing lower
    expect(layers.of("expert")).toBe(LAYER.low);
    looks(layers, BAD, 6);
    expect(layers.of("citizen")).toBe(LAYER.off); // a choked line gives it up for the sake of sound
  });

  it("is not moved by one bad second", () => {
    const layers = new Layers();
    looks(layers, FINE, 5);
    expect(looks(layers, BAD, 1)).toEqual([]);
    expect(looks(layers, FINE, 5)).toEqual([]);
  });

  it("comes back one picture at a time after a calm while, the interpreter's first", () => {
    const layers = new Layers();
    looks(layers, BAD, 10);
    const changes = looks(layers, FINE, 60);
    expect(changes[0]).toEqual(["signs", LAYER.high]);
    expect(changes).toHaveLength(3);
  });

  it("waits longer each time it was raised too early", () => {
    const layers = new Layers();
    const one: Feed[] = [{ id: "expert", role: "expert" }];
    const waits: number[] = [];
    looks(layers, BAD, 5, one);
    for (let round = 0; round < 3; round += 1) {
      let waited = 0;
      while (layers.of("expert") !== LAYER.high && waited < 500) {
        layers.look(FINE, one);
        waited += 1;
      }
      waits.push(waited);
      looks(layers, BAD, 5, one);
    }
    expect(waits[1]).toBeGreaterThan(waits[0] as number);
    expect(waits[2]).toBeGreaterThan(waits[1] as number);
  });

  it("forgets who has gone", () => {
    const layers = new Layers();
    looks(layers, BAD, 5);
    layers.look(FINE, []);
    expect(layers.of("expert")).toBe(LAYER.high);
  });

  it("knows trouble by loss, by freezing and by too few pictures", () => {
    expect(troubled({ ...FINE, lost: 0.07 })).toBe(true);
    expect(troubled({ ...FINE, frozen: 0.5 })).toBe(true);
    expect(troubled({ ...FINE, fps: 7 })).toBe(true);
    expect(troubled({ ...FINE, fps: null })).toBe(false);
  });
});
