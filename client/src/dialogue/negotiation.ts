/** Decisions of perfect negotiation and of the watchdog: pure, so that they can be tested without a browser. */

/** Of two sides that offer at once, the polite one gives way. Both compute the same from the participants' ids. */
export function polite(mine: string, theirs: string): boolean {
  return mine > theirs;
}

export interface Standing {
  polite: boolean;
  making: boolean;
  settingAnswer: boolean;
  signalling: RTCSignalingState;
  /** No description was ever exchanged on this connection. */
  fresh: boolean;
}

export type Verdict = "accept" | "ignore" | "replace";

/**
 * What to do with an incoming offer. `replace`: we are polite and our own first offer is on its way; a rolled back first
 * offer would leave its m-lines behind, so we start over with a new connection.
 */
export function onOffer(standing: Standing): Verdict {
  const free = standing.signalling === "stable" || standing.settingAnswer;
  const ready = !standing.making && free;
  if (ready) return "accept";
  if (!standing.polite) return "ignore";
  return standing.fresh ? "replace" : "accept";
}

/**
 * ICE needs 5-7 s to say «disconnected»; silence on the wire shows after 2 s (media.md, §5). Only a flow that was
 * there can stop: a side without microphone and camera sends nothing and is not restarted for it.
 */
export class Watchdog {
  private seen = 0;
  private flow = 0;
  private silent = 0;

  /** Tell the number of packets received so far, once a second. Returns what to do. */
  look(packets: number): "fine" | "stalled" | "restart" {
    const fresh = packets - this.seen;
    this.seen = packets;
    if (fresh > 0) {
      this.flow = this.silent ? fresh : Math.max(fresh, this.flow);
      this.silent = 0;
      return "fine";
    }
    if (this.flow < 10) return "fine";
    this.silent += 1;
    const due = this.silent === 2 || (this.silent > 2 && this.silent % 5 === 0 && this.silent <= 60);
    if (due) return "restart";
    return this.silent > 1 ? "stalled" : "fine";
  }

  /** Seconds of silence so far. */
  get silence(): number {
    return this.silent;
  }

  /** The other side switched its media: what flowed before says nothing any more. */
  reset(): void {
    this.flow = 0;
    this.silent = 0;
  }
}

/**
 * The browser stops looking for ways as soon as one works. Of two relay addresses the one over TCP is now and then there
 * first (measured: 2 of 24), and a call stays on it to its end, worse at every lost packet. So it is looked for anew, in
 * the quiet, while pictures go on the old way; twice, for TCP may come first again, and where UDP is blocked for good no
 * third search would find it.
 */
export class Climb {
  private seconds = 0;

  /** Tell once a second whether media that flow go over TCP. Returns whether to look for a better way now. */
  look(tcp: boolean): boolean {
    if (!tcp) {
      this.seconds = 0;
      return false;
    }
    this.seconds += 1;
    return this.seconds === 4 || this.seconds === 12;
  }
}
