import type { DialogueEvent } from "./frames";

/**
 * Puts numbered events in order. An event that comes twice is dropped; after a gap the later ones wait, and the caller is
 * told from which number to ask again.
 */
export class Replay {
  private readonly waiting = new Map<number, DialogueEvent>();
  private asked = 0;

  constructor(public last = 0) {}

  /** Events that may be shown now, in order, and the number after which some are missing (or null). */
  take(events: DialogueEvent[]): { apply: DialogueEvent[]; ask: number | null } {
    for (const event of events) if (event.n > this.last) this.waiting.set(event.n, event);
    const apply: DialogueEvent[] = [];
    for (let next = this.waiting.get(this.last + 1); next; next = this.waiting.get(this.last + 1)) {
      this.waiting.delete(next.n);
      this.last = next.n;
      apply.push(next);
    }
    return { apply, ask: this.gap(this.waiting.size > 0) };
  }

  /** The server says how far the dialogue is: are we behind? */
  behind(last: number): number | null {
    return this.gap(last > this.last);
  }

  /** After a reconnect an old question may have been lost. */
  forgetAsking(): void {
    this.asked = 0;
  }

  private gap(missing: boolean): number | null {
    if (!missing || this.asked === this.last + 1) return null;
    this.asked = this.last + 1;
    return this.last;
  }
}
