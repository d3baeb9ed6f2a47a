/**
 * The ladder of a line that gets worse: picture → lower picture → still picture and sound → sound → «phone us». Sound is
 * never given up for a picture. Numbers travel on the socket, so that the other side can say in words what it sees.
 */
export const STEP = { picture: 0, lower: 1, still: 2, sound: 3, phone: 4 } as const;
export type Step = (typeof STEP)[keyof typeof STEP];

export interface Limits {
  /** Bits a second of the camera; 0 = no picture. */
  camera: number;
  /** The picture's sides are divided by this. */
  scale: number;
  fps: number;
  /** Bits a second of a shown screen or paper; 0 = not shown. */
  shown: number;
  /** Bits a second of the microphone. */
  microphone: number;
}

/** What each step sends: 640×480 at 20-30 pictures needs 500k, the rest is for a good line (media.md, §4). */
export const LIMITS: Record<Step, Limits> = {
  [STEP.picture]: { camera: 900_000, scale: 1, fps: 30, shown: 1_200_000, microphone: 40_000 },
  [STEP.lower]: { camera: 160_000, scale: 2, fps: 20, shown: 200_000, microphone: 32_000 },
  [STEP.still]: { camera: 40_000, scale: 1, fps: 5, shown: 60_000, microphone: 24_000 },
  [STEP.sound]: { camera: 0, scale: 2, fps: 5, shown: 0, microphone: 20_000 },
  [STEP.phone]: { camera: 0, scale: 2, fps: 5, shown: 0, microphone: 20_000 },
};

/** What one second of sending to a participant was like; see `Sample` for the words. */
export interface Reading {
  /** Bits a second the browser believes it may send; null when it does not say. */
  room: number | null;
  /** Share of our packets the other side missed, 0…1. */
  missed: number;
  /** Share of her sound that we had to invent, 0…1: both ways share a line more often than not. */
  concealed: number;
  rtt: number;
  /** Packets that arrived: nothing says nothing about the ladder, the watchdog sees to it. */
  packets: number;
}

/** Below this room a step cannot be held (media.md, §4: 256 kbit/s carries 20 pictures, 64 kbit/s sound alone). */
const ROOM: Record<Step, number> = { 0: 260_000, 1: 100_000, 2: 75_000, 3: 0, 4: 0 };
const MISSED: Record<Step, number> = { 0: 0.12, 1: 0.15, 2: 0.2, 3: 0.35, 4: 1 };
const BAD_FOR: Record<Step, number> = { 0: 4, 1: 4, 2: 3, 3: 12, 4: 0 };
/** Share of the sound that is invented, or of our packets that are missed: more than that is heard. */
const HURT = 0.1;
/** Seconds of it before pictures that cannot stand are given up: each costs words (measured at 64 kbit/s: one in five). */
const HURTS_FOR = 2;
const GOOD_FOR = 12;
const LONGEST_WAIT = 96;
const SETTLE = 3;

/**
 * Climbs down when a step cannot be held for some seconds, and tries the step above after a good stretch; a trial that
 * fails makes the next wait twice as long, so a line at its edge does not swing. Seconds are readings: one a second.
 */
export class Ladder {
  private at: Step = STEP.picture;
  private floor: Step = STEP.picture;
  private bad = 0;
  private hurt = 0;
  private good = 0;
  private wait = GOOD_FOR;
  private age = 0;
  private climbed = false;

  /** The step to send at. */
  get step(): Step {
    return Math.max(this.at, this.floor) as Step;
  }

  /** One second went by; returns the step for the next. */
  see(reading: Reading): Step {
    this.age += 1;
    if (reading.packets === 0) return this.step; // a line that is down is repaired, not measured
    if (this.holds(reading)) this.bad = Math.max(0, this.bad - 1);
    else this.bad += 1;
    this.hurt = this.hurts(reading) ? this.hurt + 1 : this.hurt / 2;
    this.good = this.fine(reading) ? this.good + 1 : 0;
    if ((this.bad >= BAD_FOR[this.at] && this.at < STEP.phone) || this.hurt >= HURTS_FOR) this.down(reading);
    else if (this.good >= this.wait && this.at > STEP.picture) this.up();
    else if (this.climbed && this.age >= 2 * GOOD_FOR) {
      this.climbed = false; // the trial stood: the line is better than we thought
      this.wait = GOOD_FOR;
    }
    return this.step;
  }

  /** By hand: never above this step; `STEP.picture` gives the choice back to the measurements. */
  choose(floor: Step): Step {
    this.floor = floor;
    if (floor === STEP.picture) {
      this.set(STEP.picture); // she wants the picture back: try at once
      this.wait = GOOD_FOR;
    }
    return this.step;
  }

  private holds({ room, missed }: Reading): boolean {
    // the browser's estimate begins low, and lower still after a stretch without pictures
    const known = this.age > (this.climbed ? 2 * SETTLE : SETTLE) && room !== null;
    return missed < MISSED[this.at] && (!known || room >= ROOM[this.at]);
  }

  /** Pictures spoil the sound, and they are a trial or have no room at all: this is not waited out. */
  private hurts({ room, missed, concealed }: Reading): boolean {
    const cramped = this.age > SETTLE && room !== null && room < ROOM[STEP.still];
    return this.at < STEP.sound && (this.climbed || cramped) && Math.max(missed, concealed) >= HURT;
  }

  private fine({ missed, concealed, rtt }: Reading): boolean {
    return missed < 0.05 && concealed < 0.1 && rtt < 1.2;
  }

  private down({ room }: Reading): void {
    if (this.climbed) this.wait = Math.min(LONGEST_WAIT, this.wait * 2);
    // so little room that the step below would not stand either: go where it does, the sound does not wait
    let next = (this.at + 1) as Step;
    while (next < STEP.sound && room !== null && room < ROOM[next]) next = (next + 1) as Step;
    this.set(next);
  }

  private up(): void {
    // a still picture is for lines that fall; on the way up the moving one is tried at once
    this.set(this.at === STEP.phone ? STEP.sound : this.at >= STEP.still ? STEP.lower : STEP.picture);
    this.climbed = true;
  }

  private set(step: Step): void {
    this.at = step;
    this.bad = this.hurt = this.good = this.age = 0;
    this.climbed = false;
  }
}
