/**
 * Which layer of whose picture this page receives over a media server. The server has no estimate of what a receiver's
 * line carries (its own still open work), so the receiver chooses: less at the first sign of trouble, more after a calm
 * while. Pure: no clock, no connection; it is told once a second what was seen.
 */
export const LAYER = { off: -1, low: 0, high: 1 } as const;
export type Layer = (typeof LAYER)[keyof typeof LAYER];

export interface Receiving {
  /** Share of packets that did not arrive, 0…1. */
  lost: number;
  /** Seconds the worst picture stood still in the last second. */
  frozen: number;
  /** Bits a second that arrived. */
  rate: number;
  /** The least pictures a second of anybody whose picture is asked for; null when nobody's is. */
  fps: number | null;
  /** Of whom no picture at all came in the last second. */
  dark?: string[];
}

export interface Feed {
  id: string;
  role: string;
}

/** So much loss on the low layer, and pictures are given up for the sake of sound. */
const CHOKED = 0.1;
/** Trouble in so many of the last three seconds lowers; so many calm seconds raise. */
const TROUBLED = 2;
const CALM_FIRST = 12;
const CALM_MOST = 120;
/** Seconds after a change in which nothing is judged: the first pictures of a new layer take a moment. */
const SETTLE = 3;
/** A weak machine may send one layer alone; so many dark seconds on the low one, and the high one is asked for. */
const DARK_AFTER = 4;
/** Seconds until the low layer is tried again. */
const ALONE_FOR = 60;

export function troubled(seen: Receiving): boolean {
  return seen.lost > 0.06 || seen.frozen > 0.4 || (seen.fps !== null && seen.fps < 8);
}

/** Signs are read from hands: the interpreter's picture is lowered last and raised first. */
function dispensable(feed: Feed): number {
  return feed.role === "interpreter" ? 1 : 0;
}

export class Layers {
  private readonly chosen = new Map<string, Layer>();
  private recent: boolean[] = [];
  private calm = 0;
  private patience = CALM_FIRST;
  private settling = SETTLE;
  private raised: string | undefined;
  private readonly dark = new Map<string, number>();
  /** Who sends the high layer alone, and for how many seconds more that is believed. */
  private readonly alone = new Map<string, number>();

  of(id: string): Layer {
    return this.chosen.get(id) ?? LAYER.high;
  }

  /** Everybody of whom less than the high layer is wanted. */
  below(): ReadonlyMap<string, Layer> {
    return new Map([...this.chosen].filter(([, layer]) => layer !== LAYER.high));
  }

  /** Tell what the last second was like; returns whose layer changes now. */
  look(seen: Receiving, feeds: Feed[]): Map<string, Layer> {
    for (const id of [...this.chosen.keys()])
      if (!feeds.some((feed) => feed.id === id)) this.chosen.delete(id);
    const lit = this.light(feeds, seen.dark ?? []);
    if (lit.size) return this.take(lit, undefined);
    if (this.settling > 0) {
      this.settling -= 1;
      return new Map();
    }
    const bad = troubled(seen);
    this.recent = [...this.recent.slice(-2), bad];
    this.calm = bad ? 0 : this.calm + 1;
    if (this.recent.filter(Boolean).length >= TROUBLED) return this.lower(feeds, seen.lost > CHOKED);
    if (this.calm >= this.patience) return this.raise(feeds);
    return new Map();
  }

  /** Whose low layer brings nothing: it is not sent, and the server never gives a higher one than was asked for. */
  private light(feeds: Feed[], dark: string[]): Map<string, Layer> {
    const changed = new Map<string, Layer>();
    for (const [id, left] of [...this.alone])
      if (left > 1 && feeds.some((feed) => feed.id === id)) this.alone.set(id, left - 1);
      else this.alone.delete(id);
    for (const { id } of feeds) {
      const waits = dark.includes(id) && this.of(id) === LAYER.low ? (this.dark.get(id) ?? 0) + 1 : 0;
      this.dark.set(id, waits);
      if (waits < DARK_AFTER) continue;
      this.dark.delete(id);
      this.alone.set(id, ALONE_FOR);
      changed.set(id, LAYER.high);
    }
    return changed;
  }

  /** Everybody dispensable one layer down at once: a queue that builds up is not emptied by halves. */
  private lower(feeds: Feed[], choked: boolean): Map<string, Layer> {
    const changed = new Map<string, Layer>();
    if (this.raised !== undefined) this.patience = Math.min(this.patience * 2, CALM_MOST); // it was too early
    for (const [layer, rank] of [
      [LAYER.high, 0],
      [LAYER.high, 1],
      [LAYER.low, 0],
      [LAYER.low, 1],
    ] as const) {
      const these = feeds.filter(
        (feed) =>
          dispensable(feed) === rank &&
          this.of(feed.id) === layer &&
          (choked || layer === LAYER.low || !this.alone.has(feed.id)),
      );
      if (!these.length) continue;
      if (layer === LAYER.low && !choked) break; // few pictures without loss: a slow machine, not a narrow line
      for (const feed of these)
        changed.set(feed.id, this.alone.has(feed.id) ? LAYER.off : ((layer - 1) as Layer));
      break;
    }
    return this.take(changed, undefined);
  }

  /** One picture at a time, the interpreter's first. */
  private raise(feeds: Feed[]): Map<string, Layer> {
    const poorest = Math.min(...feeds.map((feed) => this.of(feed.id)), LAYER.high);
    if (poorest === LAYER.high) {
      this.raised = undefined;
      this.patience = CALM_FIRST;
      this.calm = 0;
      return new Map();
    }
    const next = feeds
      .filter((feed) => this.of(feed.id) < LAYER.high)
      .sort((a, b) => dispensable(b) - dispensable(a) || this.of(a.id) - this.of(b.id))[0];
    if (!next) return new Map();
    return this.take(new Map([[next.id, (this.of(next.id) + 1) as Layer]]), next.id);
  }

  private take(changed: Map<string, Layer>, raised: string | undefined): Map<string, Layer> {
    for (const [id, layer] of changed) this.chosen.set(id, layer);
    this.recent = [];
    this.calm = 0;
    this.settling = changed.size ? SETTLE : 0;
    this.raised = raised;
    return changed;
  }
}
