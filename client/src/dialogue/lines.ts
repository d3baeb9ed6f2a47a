import { t } from "../i18n";
import type { Peer } from "./frames";
import { Ladder, STEP, type Step } from "./ladder";
import { type Level, level, type Sample, Steady } from "./quality";

/** What is reported of one's own line, to the others and to the server's record. */
export interface Report {
  level: Level;
  step: Step;
  /** Milliseconds. */
  rtt: number;
  /** Thousandths of packets lost. */
  lost: number;
  kbps: number;
}

/** Round trips to the server that are one's own line's fault: nobody else has a part in them. */
const OWN_SLOW = 0.3;
const OWN_BAD = 1;

/**
 * The lines to everybody in the dialogue: a ladder each, and what is to be said of them. Whose line is weak is known from
 * the way to the server, which each page has for itself alone, and from what the others report of theirs.
 */
export class Lines {
  private readonly ladders = new Map<string, Ladder>();
  private readonly last = new Map<string, Sample>();
  private readonly said = new Map<string, Level>();
  private readonly wished = new Map<string, Step>();
  private readonly steady = new Steady();
  private floor: Step = STEP.picture;
  private ping = 0;

  /** One second of a line; returns the step at which to send there, when it changed. */
  see(id: string, sample: Sample): Step | null {
    this.last.set(id, sample);
    const ladder = this.ladder(id);
    const before = ladder.step;
    const after = ladder.see(sample);
    return after === before ? null : after;
  }

  /** The server answered a ping after so many seconds. */
  pinged(seconds: number): void {
    this.ping = seconds;
  }

  /** What another participant reports of her own line. */
  told(id: string, found: Level): void {
    this.said.set(id, found);
  }

  drop(id: string): void {
    this.ladders.delete(id);
    this.last.delete(id);
    this.said.delete(id);
    this.wished.delete(id);
  }

  /** By hand, for everybody or as one participant asks. */
  choose(floor: Step, id?: string): void {
    if (id !== undefined) this.wished.set(id, floor);
    else this.floor = floor;
    for (const one of id === undefined ? this.ladders.keys() : [id]) this.ladder(one).choose(this.least(one));
  }

  /** Whether pictures are withheld from anybody by this person or by the measurements, and not as the other one wishes. */
  get withheld(): boolean {
    const asWished = (id: string, step: Step) => this.wished.get(id) === step && this.floor < step;
    return [...this.ladders].some(([id, { step }]) => step >= STEP.still && !asWished(id, step));
  }

  /** Both wishes hold: one's own and the other one's. */
  private least(id: string): Step {
    return Math.max(this.floor, this.wished.get(id) ?? STEP.picture) as Step;
  }

  step(id: string): Step {
    return this.ladder(id).step;
  }

  /** The lowest step at which anybody is sent to. */
  get worst(): Step {
    return Math.max(this.floor, ...[...this.ladders.values()].map((ladder) => ladder.step)) as Step;
  }

  /** One's own line: the way to the server, or what is common to the lines to everybody. */
  own(): Level {
    const byPing: Level = this.ping > OWN_BAD ? 1 : this.ping > OWN_SLOW ? 2 : 3;
    const all = [...this.last.values()].map((sample) => level({ ...sample, fps: null }));
    const common = all.length > 1 ? (Math.max(...all) as Level) : 3;
    return this.steady.see(Math.min(byPing, common) as Level);
  }

  report(): Report {
    const samples = [...this.last.values()];
    const found = samples.length ? Math.min(...samples.map((one) => level({ ...one, fps: null }))) : 3;
    return {
      level: Math.min(this.own(), found) as Level,
      step: this.worst,
      rtt: Math.round(1000 * Math.max(this.ping, ...samples.map((one) => one.rtt))),
      lost: Math.round(1000 * Math.max(0, ...samples.map((one) => Math.max(one.lost, one.missed)))),
      kbps: Math.round(samples.reduce((sum, one) => sum + one.rate, 0) / 1000),
    };
  }

  /** A sentence about the line, or nothing when all is well. `peers`: who is here. */
  words(peers: Iterable<Peer>): string {
    const here = [...peers];
    const step = this.worst;
    if (step > STEP.picture && this.floor === step) return BY_HAND();
    const low = here.filter((peer) => step > STEP.picture && this.step(peer.id) === step);
    const chose = low.find((peer) => this.wished.get(peer.id) === step);
    if (chose && low.length === 1) return AS_WISHED(chose.name);
    const whose = this.whose(here);
    if (step === STEP.picture)
      return whose === "own" && this.own() < 3 ? t("Связь у вас слабая. Разговор продолжается.") : "";
    return `${WHOSE[whose]()} ${WHAT[step]()}`;
  }

  private whose(peers: Peer[]): "own" | "theirs" | "unknown" {
    if (this.own() < 3) return "own";
    return peers.some((peer) => (this.said.get(peer.id) ?? 3) < 3) ? "theirs" : "unknown";
  }

  private ladder(id: string): Ladder {
    const known = this.ladders.get(id);
    if (known) return known;
    const fresh = new Ladder();
    fresh.choose(this.least(id));
    this.ladders.set(id, fresh);
    return fresh;
  }
}

const BY_HAND = () => t("Вы говорите без видео. Чтобы вас снова видели, нажмите «Вернуть видео».");
const AS_WISHED = (name: string) => t("{name}: выбран «Только звук». Ваше видео не отправляется.", { name });
const WHOSE = {
  own: () => t("Плохая связь у вас:"),
  theirs: () => t("Плохая связь у собеседника:"),
  unknown: () => t("Плохая связь:"),
};
const WHAT: Record<Exclude<Step, 0>, () => string> = {
  1: () => t("ваша картинка уменьшена, звук работает."),
  2: () => t("вместо видео неподвижная картинка, звук работает."),
  3: () => t("видео отключено, звук работает."),
  4: () => t("даже звук проходит плохо. Лучше позвоните."),
};
