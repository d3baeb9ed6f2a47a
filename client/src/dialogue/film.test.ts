import { describe, expect, it } from "vitest";
import { tiles } from "./film";
import { words } from "./recording";

describe("the film of a dialogue", () => {
  it("shows nobody for nobody, two side by side, five in two rows", () => {
    expect(tiles(0)).toEqual([]);
    expect(tiles(2).map(({ x, y, width, height }) => [x, y, width, height])).toEqual([
      [0, 0, 320, 240],
      [320, 0, 320, 240],
    ]);
    const five = tiles(5);
    expect(new Set(five.map(({ y }) => y)).size).toBe(2);
    for (const tile of five) {
      expect(tile.x + tile.width).toBeLessThanOrEqual(640.001);
      expect(tile.y + tile.height).toBeLessThanOrEqual(240.001);
    }
  });

  it("says in words what happens, and to whom it says the question", () => {
    const view = { id: "", recorder: false, take: 0, answered: null } as const;
    expect(words({ ...view, state: "asked" })).toContain("просит");
    expect(words({ ...view, state: "asked", answered: true })).toContain("остальные");
    expect(words({ ...view, state: "running", answered: true })).toBe("Идёт запись");
    expect(words({ ...view, state: "paused" })).toContain("Без вашего согласия");
    expect(words({ ...view, state: "ended" })).toBe("");
  });
});
