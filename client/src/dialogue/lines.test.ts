import { describe, expect, it } from "vitest";
import type { Peer } from "./frames";
import { STEP } from "./ladder";
import { Lines } from "./lines";
import type { Sample } from "./quality";

const GOOD: Sample = {
  lost: 0,
  missed: 0,
  rtt: 0.05,
  fps: 20,
  frozen: 0,
  concealed: 0,
  packets: 90,
  rate: 500_000,
  room: 900_000,
};
const peer = (id: string): Peer => ({
  id,
  inst: "p",
  role: "expert",
  name: "",
  place: "",
  audio: true,
  video: true,
  screen: false,
  document: false,
  step: 0,
  away: false,
});

function seconds(lines: Lines, id: string, count: number, change: Partial<Sample> = {}): void {
  for (let i = 0; i < count; i++) lines.see(id, { ...GOOD, ...change });
}

describe("Lines", () => {
  it("has a ladder for each participant: one bad line does not take the picture from the others", () => {
    const lines = new Lines();
    seconds(lines, "a", 12, { room: 50_000 });
    seconds(lines, "b", 12);
    expect([lines.step("a"), lines.step("b"), lines.worst]).toEqual([STEP.sound, STEP.picture, STEP.sound]);
  });

  it("tells a new step once", () => {
    const lines = new Lines();
    const told = Array.from({ length: 12 }, () => lines.see("a", { ...GOOD, room: 50_000 }));
    expect(told.filter((step) => step !== null)).toEqual([STEP.sound]);
  });

  it("says nothing while all is well", () => {
    const lines = new Lines();
    seconds(lines, "a", 5);
    expect(lines.words([peer("a")])).toBe("");
  });

  it("says whose line is bad: ours by the way to the server, theirs by what they report", () => {
    const lines = new Lines();
    seconds(lines, "a", 12, { room: 50_000 });
    expect(lines.words([peer("a")])).toBe("Плохая связь: видео отключено, звук работает.");
    lines.told("a", 1);
    expect(lines.words([peer("a")])).toContain("у собеседника");
    lines.pinged(0.6);
    lines.own();
    expect(lines.words([peer("a")])).toContain("у вас");
  });

  it("knows that a line is ours when all of them are bad", () => {
    const lines = new Lines();
    for (const id of ["a", "b"]) seconds(lines, id, 3, { lost: 0.2 });
    lines.own();
    expect(lines.own()).toBe(1);
  });

  it("obeys the hand, for newcomers too, and says how to go back", () => {
    const lines = new Lines();
    seconds(lines, "a", 3);
    lines.choose(STEP.sound);
    seconds(lines, "b", 3);
    expect([lines.step("a"), lines.step("b")]).toEqual([STEP.sound, STEP.sound]);
    expect(lines.words([peer("a")])).toContain("Вернуть видео");
    lines.choose(STEP.picture);
    expect(lines.worst).toBe(STEP.picture);
  });

  it("sends one participant less when she asks for it", () => {
    const lines = new Lines();
    seconds(lines, "a", 3);
    seconds(lines, "b", 3);
    lines.choose(STEP.sound, "b");
    expect([lines.step("a"), lines.step("b")]).toEqual([STEP.picture, STEP.sound]);
    const here = [peer("a"), peer("b")];
    expect(lines.words(here)).toContain("выбран «Только звук»"); // her wish is no bad line
    seconds(lines, "a", 12, { room: 50_000 });
    expect(lines.words(here)).toContain("Плохая связь");
    lines.choose(STEP.picture, "b");
    expect(lines.words(here)).toContain("Плохая связь");
  });

  it("reports the worst of its lines in whole numbers", () => {
    const lines = new Lines();
    seconds(lines, "a", 2, { lost: 0.051, rtt: 0.2 });
    seconds(lines, "b", 2);
    expect(lines.report()).toEqual({ level: 2, step: 0, rtt: 200, lost: 51, kbps: 1000 });
    lines.drop("a");
    expect(lines.report().level).toBe(3);
  });
});

describe("pictures that are withheld", () => {
  it("may be brought back by hand when the measurements or this person took them", () => {
    const lines = new Lines();
    seconds(lines, "a", 5);
    expect(lines.withheld).toBe(false);
    seconds(lines, "a", 12, { room: 50_000 });
    expect([lines.withheld, lines.step("a")]).toEqual([true, STEP.sound]);
    lines.choose(STEP.picture);
    expect([lines.withheld, lines.step("a")]).toEqual([false, STEP.picture]);
    lines.choose(STEP.sound);
    expect(lines.withheld).toBe(true);
  });

  it("stay away from who wants none, whatever this person chooses for herself", () => {
    const lines = new Lines();
    seconds(lines, "a", 5);
    lines.choose(STEP.sound, "a");
    expect(lines.withheld).toBe(false);
    lines.choose(STEP.sound);
    lines.choose(STEP.picture);
    expect(lines.step("a")).toBe(STEP.sound);
    lines.choose(STEP.picture, "a");
    expect(lines.step("a")).toBe(STEP.picture);
  });

  it("do not go out against one's own choice because another takes hers back", () => {
    const lines = new Lines();
    seconds(lines, "a", 5);
    lines.choose(STEP.sound);
    lines.choose(STEP.picture, "a");
    expect(lines.step("a")).toBe(STEP.sound);
  });
});
