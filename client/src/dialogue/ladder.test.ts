import { describe, expect, it } from "vitest";
import { Ladder, LIMITS, type Reading, STEP, type Step } from "./ladder";

const GOOD: Reading = { room: 1_200_000, missed: 0, concealed: 0, rtt: 0.05, packets: 60 };
const reading = (change: Partial<Reading>): Reading => ({ ...GOOD, ...change });

function seconds(ladder: Ladder, count: number, change: Partial<Reading> = {}): Step {
  let step = ladder.step;
  for (let i = 0; i < count; i++) step = ladder.see(reading(change));
  return step;
}

describe("Ladder", () => {
  it("keeps the whole picture on a good line, and on 200 ms with 5 % loss", () => {
    expect(seconds(new Ladder(), 60)).toBe(STEP.picture);
    expect(seconds(new Ladder(), 60, { missed: 0.07, rtt: 0.22, room: 700_000 })).toBe(STEP.picture);
  });

  it("forgives a bad second or two", () => {
    const ladder = new Ladder();
    seconds(ladder, 10);
    seconds(ladder, 2, { missed: 0.5 });
    expect(seconds(ladder, 10)).toBe(STEP.picture);
  });

  it("does not judge the first seconds: the browser's estimate begins low", () => {
    expect(seconds(new Ladder(), 4, { room: 90_000 })).toBe(STEP.picture);
  });

  it("sends a lower picture on 256 kbit/s and holds it", () => {
    const ladder = new Ladder();
    expect(seconds(ladder, 10, { room: 210_000 })).toBe(STEP.lower);
    expect(seconds(ladder, 8, { room: 210_000 })).toBe(STEP.lower);
  });

  it("gives up the picture for the sound at once when there is room for nothing else", () => {
    const ladder = new Ladder();
    seconds(ladder, 4);
    expect(seconds(ladder, 4, { room: 50_000, missed: 0.35 })).toBe(STEP.sound);
  });

  it("does not let the sound suffer for a picture without room, nor for a trial", () => {
    const ladder = new Ladder();
    seconds(ladder, 20);
    const drowning = { room: 42_000, missed: 0.1, concealed: 0.2 };
    expect(seconds(ladder, 1, drowning)).toBe(STEP.picture);
    expect(seconds(ladder, 1, drowning)).toBe(STEP.sound);
    expect(seconds(ladder, 12, { room: 30_000 })).toBe(STEP.lower); // the trial
    expect(seconds(ladder, 2, { room: 30_000, concealed: 0.15 })).toBe(STEP.sound);
    expect(seconds(ladder, 23, { room: 30_000 })).toBe(STEP.sound);
  });

  it("counts what is lost in bursts", () => {
    const ladder = new Ladder();
    seconds(ladder, 20);
    const drowning = { room: 42_000, missed: 0.3 };
    seconds(ladder, 1, drowning);
    expect(seconds(ladder, 1, { room: 90_000 })).toBe(STEP.picture);
    expect(seconds(ladder, 2, drowning)).toBe(STEP.sound);
  });

  it("keeps a picture that has room although some sound is lost", () => {
    const ladder = new Ladder();
    seconds(ladder, 10);
    expect(seconds(ladder, 3, { room: 300_000, concealed: 0.2 })).toBe(STEP.picture);
  });

  it("shows a still picture where there is room for one", () => {
    const ladder = new Ladder();
    seconds(ladder, 4);
    expect(seconds(ladder, 4, { room: 85_000 })).toBe(STEP.still);
  });

  it("says «phone us» only when even sound does not pass", () => {
    const ladder = new Ladder();
    seconds(ladder, 8, { room: 50_000 });
    expect(seconds(ladder, 20, { room: 30_000, missed: 0.2 })).toBe(STEP.sound);
    expect(seconds(ladder, 13, { missed: 0.5 })).toBe(STEP.phone);
  });

  it("climbs step by step when the line is good again", () => {
    const ladder = new Ladder();
    seconds(ladder, 8, { room: 50_000 });
    expect(ladder.step).toBe(STEP.sound);
    expect(seconds(ladder, 12)).toBe(STEP.lower);
    expect(seconds(ladder, 12)).toBe(STEP.picture);
  });

  it("waits twice as long after a trial that failed", () => {
    const ladder = new Ladder();
    seconds(ladder, 8, { room: 50_000 });
    seconds(ladder, 12, { room: 60_000 });
    expect(ladder.step).toBe(STEP.lower); // the trial
    expect(seconds(ladder, 5, { room: 50_000, missed: 0.3 })).toBe(STEP.sound);
    expect(seconds(ladder, 20, { room: 60_000 })).toBe(STEP.sound);
    expect(seconds(ladder, 5)).toBe(STEP.lower);
  });

  it("is not moved by a line that is down: that is repaired, not measured", () => {
    expect(seconds(new Ladder(), 30, { packets: 0, missed: 1, room: 0 })).toBe(STEP.picture);
  });

  it("obeys the hand, and gives back at once", () => {
    const ladder = new Ladder();
    expect(ladder.choose(STEP.sound)).toBe(STEP.sound);
    expect(seconds(ladder, 100)).toBe(STEP.sound);
    expect(ladder.choose(STEP.picture)).toBe(STEP.picture);
  });

  it("never takes sound away, and asks for less at each step", () => {
    const steps = Object.values(STEP);
    expect(steps.every((step) => LIMITS[step].microphone >= 20_000)).toBe(true);
    const camera = steps.map((step) => LIMITS[step].camera);
    expect([...camera].sort((a, b) => b - a)).toEqual(camera);
  });
});
