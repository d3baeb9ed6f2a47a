import type { Peer, ToServer } from "./frames";
import { STEP, type Step } from "./ladder";
import { Lines, type Report } from "./lines";
import { maybePart, part } from "./parts";
import type { MediaPath } from "./path";
import type { Sample } from "./quality";

const REPORT_EVERY = 15_000;
const CHANGE_AFTER = 4_000;

export interface KeeperHost {
  path(): MediaPath;
  peers(): ReadonlyMap<string, Peer>;
  send(frame: ToServer): boolean;
  /** The step at which we send changed: the others are told. */
  stepped(): void;
}

/** Keeps the lines of the room: sends less where they are weak, says so in words, and reports to the others. */
export class LineKeeper {
  readonly lines = new Lines();
  private readonly text: HTMLElement;
  private reported: { at: number; report: Report } | undefined;

  constructor(
    private readonly root: HTMLElement,
    private readonly host: KeeperHost,
  ) {
    this.text = part(root, "line-words");
    maybePart(root, "sound-only")?.addEventListener("click", () => this.choose(!this.byHand));
    maybePart(root, "picture-back")?.addEventListener("click", () => this.choose(false));
  }

  get step(): Step {
    return this.lines.worst;
  }

  private get byHand(): boolean {
    return this.root.dataset.soundOnly === "on";
  }

  /** A second of the line to a participant went by. */
  sample(id: string, sample: Sample): void {
    const step = this.lines.see(id, sample);
    if (step !== null) this.apply(step, id);
    this.say();
    this.report();
  }

  /** A participant asks to be sent no more than the step. */
  asked(from: string, step: Step): void {
    this.lines.choose(step, from);
    this.apply(this.lines.step(from), from);
  }

  /** Somebody is here, or is back: she must know what we can take. */
  met(id: string): void {
    if (this.lines.step(id) !== STEP.picture) void this.host.path().limit(this.lines.step(id), id);
    if (this.byHand) this.host.send({ t: "limit", to: id, step: STEP.sound });
  }

  drop(id: string): void {
    this.lines.drop(id);
    this.say();
  }

  /** «Только звук»: neither send nor be sent pictures, until the person takes it back. */
  private choose(soundOnly: boolean): void {
    this.root.dataset.soundOnly = soundOnly ? "on" : "off";
    const step = soundOnly ? STEP.sound : STEP.picture;
    this.lines.choose(step);
    for (const id of this.host.peers().keys()) {
      this.apply(this.lines.step(id), id);
      this.host.send({ t: "limit", to: id, step });
    }
    this.host.stepped();
    this.say();
  }

  private apply(step: Step, id: string): void {
    void this.host.path().limit(step, id);
    this.host.stepped();
  }

  private say(): void {
    const words = this.lines.words(this.host.peers().values());
    if (this.text.textContent !== words) this.text.textContent = words;
    this.text.hidden = !words;
    part(this.root, "line-phone").hidden = this.lines.worst !== STEP.phone;
    const back = maybePart(this.root, "picture-back");
    if (back) back.hidden = !this.lines.withheld || this.lines.worst === STEP.phone; // sound first
    this.root.dataset.step = String(this.lines.worst);
    const button = maybePart(this.root, "sound-only");
    button?.setAttribute("aria-pressed", String(this.byHand));
  }

  /** What changed is told soon, what did not now and then: the record of the line must not have holes. */
  private report(): void {
    const now = performance.now();
    const report = this.lines.report();
    const last = this.reported;
    const same = last?.report.level === report.level && last.report.step === report.step;
    if (last && now - last.at < (same ? REPORT_EVERY : CHANGE_AFTER)) return;
    if (this.host.send({ t: "line", ...report })) this.reported = { at: now, report };
  }
}
