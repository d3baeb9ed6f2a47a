/**
 * The ladder of a line that gets worse: picture → lower picture → still picture and sound → sound → «phone us». Sound is
 * never given up for a picture. Numbers travel on the socket, so that the other side can say in words what it sees.
 */
export const STEP = { picture: 0, lower: 1, still: 2, sound: 3, phone: 4 } as const;
export type Step = (typeof STEP)[keyof typeof STEP];

export interface Limits {
  /** Bits a second of the camera; 0 = no moving picture. */
  camera: number;
  /** The picture's sides are divided by this. */
  scale: number;
  fps: number;
  /** Bits a second of the microphone. */
  microphone: number;
}

/** What each step sends: 640×480 at 20-30 pictures needs 500k, the rest is for a good line (media.md, §4). */
export const LIMITS: Record<Step, Limits> = {
  [STEP.picture]: { camera: 900_000, scale: 1, fps: 30, microphone: 40_000 },
  [STEP.lower]: { camera: 160_000, scale: 2, fps: 20, microphone: 32_000 },
  [STEP.still]: { camera: 0, scale: 2, fps: 0, microphone: 24_000 },
  [STEP.sound]: { camera: 0, scale: 2, fps: 0, microphone: 20_000 },
  [STEP.phone]: { camera: 0, scale: 2, fps: 0, microphone: 20_000 },
};
