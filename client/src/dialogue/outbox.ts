/** Lines of chat that the server has not confirmed, and the draft: both survive a reload of the page. */

import { part } from "./parts";

export interface Line {
  cid: string;
  text: string;
}

/** What was refused goes back to where it was typed, before what stands there by now. */
export function giveBack(text: string, root: HTMLElement, name: string, outbox: Outbox): void {
  const field = part(root, name) as HTMLTextAreaElement;
  field.value = outbox.draft = field.value ? `${text}\n${field.value}` : text;
}

export class Outbox {
  private lines: Line[];

  constructor(
    private readonly store: Storage,
    private readonly key: string,
  ) {
    this.lines = this.read();
  }

  /** Keep a line until it is confirmed; its `cid` makes sure that it is said once, however often it is sent. */
  add(text: string, cid: string = crypto.randomUUID()): Line {
    const line = { cid, text };
    this.lines.push(line);
    this.save();
    return line;
  }

  /** All that must be sent again after a reconnect, in order. */
  unconfirmed(): readonly Line[] {
    return this.lines;
  }

  /** The line stands in the dialogue, or was refused; returns it if it was ours. */
  settle(cid: string | null): Line | undefined {
    const line = this.lines.find((one) => one.cid === cid);
    if (line) {
      this.lines = this.lines.filter((one) => one !== line);
      this.save();
    }
    return line;
  }

  get draft(): string {
    return this.store.getItem(`${this.key}:draft`) ?? "";
  }

  set draft(text: string) {
    this.keep(`${this.key}:draft`, text);
  }

  private read(): Line[] {
    try {
      const found: unknown = JSON.parse(this.store.getItem(this.key) ?? "[]");
      return Array.isArray(found) ? (found as Line[]) : [];
    } catch {
      return [];
    }
  }

  private save(): void {
    this.keep(this.key, this.lines.length ? JSON.stringify(this.lines) : "");
  }

  private keep(key: string, value: string): void {
    try {
      if (value) this.store.setItem(key, value);
      else this.store.removeItem(key);
    } catch {
      // A browser that keeps nothing: the lines live as long as the page.
    }
  }
}
