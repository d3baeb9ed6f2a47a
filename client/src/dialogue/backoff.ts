/** Pauses between attempts: up to 250 ms, doubled to 4 s, each cut by up to half so that a crowd does not come at once. */
export const FIRST = 250;
export const LAST = 4_000;

export class Backoff {
  private attempt = 0;

  constructor(private readonly random: () => number = Math.random) {}

  /** Milliseconds until the next attempt. */
  next(): number {
    const base = Math.min(FIRST * 2 ** this.attempt, LAST);
    this.attempt += 1;
    return base * (0.5 + this.random() / 2);
  }

  /** The last attempt worked: begin with a short pause again. */
  reset(): void {
    this.attempt = 0;
  }
}
