/** What a device that is on gives away by itself: a microphone that hears nothing, a camera that sees nothing. */

const SILENT = 0.02;
const DARK = 18;
const FLAT = 6;

/** Says «silent» after so many seconds without a sound, and takes it back at the first sound. Pure: feed it loudness. */
export class MicrophoneWatch {
  private quietSince: number | null = null;

  constructor(private readonly patience: number) {}

  /** Loudness 0…1 at a moment in seconds; returns whether the microphone counts as silent. */
  hear(loudness: number, at: number): boolean {
    if (loudness > SILENT) this.quietSince = null;
    else this.quietSince ??= at;
    return this.quietSince !== null && at - this.quietSince >= this.patience;
  }

  /** It was switched off or changed: begin anew. */
  reset(): void {
    this.quietSince = null;
  }
}

/** A picture counts as covered when it is dark and even three times in a row. Pure: feed it brightness of its points. */
export class CameraWatch {
  private dark = 0;

  /** Brightness 0…255 of some points of the picture. */
  see(points: ArrayLike<number>): boolean {
    this.dark = covered(points) ? this.dark + 1 : 0;
    return this.dark >= 3;
  }

  reset(): void {
    this.dark = 0;
  }
}

/** A night street is dark but uneven; a lid is dark and even. */
export function covered(points: ArrayLike<number>): boolean {
  const count = points.length;
  if (!count) return false;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    const value = points[i] as number;
    sum += value;
    squares += value * value;
  }
  const mean = sum / count;
  return mean < DARK && Math.sqrt(Math.max(0, squares / count - mean * mean)) < FLAT;
}

/** Brightness of a coarse grid over the present picture of a video; empty while there is none. */
export function brightness(video: HTMLVideoElement, canvas: HTMLCanvasElement): number[] {
  if (!video.videoWidth) return [];
  canvas.width = 16;
  canvas.height = 12;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return [];
  context.drawImage(video, 0, 0, 16, 12);
  const { data } = context.getImageData(0, 0, 16, 12);
  const points: number[] = [];
  for (let i = 0; i < data.length; i += 4)
    points.push(0.3 * (data[i] ?? 0) + 0.59 * (data[i + 1] ?? 0) + 0.11 * (data[i + 2] ?? 0));
  return points;
}
