import type { Peer, SignalData } from "./frames";

type Early = { from: string; inst: string; data: SignalData };

/**
 * Before the expert has admitted the citizen nobody's pictures meet: the server passes no session descriptions, and the
 * page makes no connections. It keeps who is here and who would call, and begins when the dialogue is live.
 */
export class Meeting {
  private readonly waiting = new Map<string, boolean>();
  private early: Early[] = [];

  /** Somebody is here; `offer`: this page is the one to call. */
  postpone(peer: Peer, offer: boolean): void {
    this.waiting.set(peer.id, offer);
  }

  forget(id: string): void {
    this.waiting.delete(id);
  }

  /** A description that came before this page heard of the beginning: it is acted on right after. */
  keep(signal: Early): void {
    if (this.early.length < 100) this.early.push(signal);
  }

  /** The dialogue is live: whom to meet, who calls, and what was said too early. */
  begin(): { meet: [string, boolean][]; early: Early[] } {
    const found = { meet: [...this.waiting], early: this.early };
    this.waiting.clear();
    this.early = [];
    return found;
  }
}
