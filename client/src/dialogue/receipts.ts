import { t } from "../i18n";
import type { Receipts as Numbers, ToServer } from "./frames";

const SPEAK_AFTER = 300;

/**
 * How far the others have got: every page says which events have reached it and which its person has seen. A line of
 * one's own is «отправлено» when it stands in the dialogue, «доставлено» when it has reached somebody, «прочитано» when
 * somebody had the chat open.
 */
export class Receipts {
  private readonly others = new Map<string, [number, number]>();
  private mine: [number, number] = [0, 0];
  private told: [number, number] = [0, 0];
  private timer: number | undefined;
  onchange: () => void = () => undefined;

  constructor(private readonly send: (frame: ToServer) => boolean) {}

  /** What the server knows when this page comes in. */
  welcome(numbers: Numbers, me: string): void {
    for (const [id, [delivered, read]] of Object.entries(numbers))
      if (id === me) this.told = [delivered, read];
      else this.note(id, delivered, read);
    this.onchange();
  }

  note(id: string, delivered: number, read: number): void {
    const [was, seen] = this.others.get(id) ?? [0, 0];
    this.others.set(id, [Math.max(was, delivered), Math.max(seen, read)]);
    this.onchange();
  }

  /** Events up to this number are here; `read`: the person has the chat before her eyes. */
  have(number: number, read: boolean): void {
    this.mine = [Math.max(this.mine[0], number), read ? Math.max(this.mine[1], number) : this.mine[1]];
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.tell(), SPEAK_AFTER);
  }

  /** What became of the own line with this number, in a word. */
  words(number: number): string {
    const all = [...this.others.values()];
    if (all.some(([, read]) => read >= number)) return t("прочитано");
    if (all.some(([delivered]) => delivered >= number)) return t("доставлено");
    return t("отправлено");
  }

  private tell(): void {
    const [delivered, read] = this.mine;
    if (delivered <= this.told[0] && read <= this.told[1]) return;
    if (this.send({ t: "seen", delivered, read })) this.told = [delivered, read];
  }
}
