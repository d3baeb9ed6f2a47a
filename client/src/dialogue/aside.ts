import { clock, t } from "../i18n";
import type { AsideNote } from "./frames";
import { giveBack, Outbox } from "./outbox";
import { maybePart, part } from "./parts";

/**
 * What the experts write among themselves. The server sends these lines to experts alone; a page of anybody else has
 * neither the place for them nor the frames. Lines and the draft survive a reload, as in the chat.
 */
export class Aside {
  private readonly log: HTMLElement | null;
  private readonly shown = new Set<number>();
  private readonly outbox: Outbox;

  constructor(
    private readonly root: HTMLElement,
    private readonly send: (line: { cid: string; text: string }) => boolean,
    key: string,
  ) {
    this.log = maybePart(root, "aside-log");
    this.outbox = new Outbox(window.sessionStorage, `dialogue-aside:${key}`);
    if (!this.log) return;
    const field = part(root, "aside-field") as HTMLTextAreaElement;
    field.value = this.outbox.draft;
    field.addEventListener("input", () => {
      this.outbox.draft = field.value;
    });
    const submit = () => {
      const text = field.value.trim();
      if (!text) return;
      field.value = this.outbox.draft = "";
      part(root, "aside-fault").textContent = "";
      this.send(this.outbox.add(text));
    };
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      submit();
    });
    part(root, "aside-form").addEventListener("submit", (event) => {
      event.preventDefault();
      submit();
    });
  }

  resend(): void {
    for (const line of this.outbox.unconfirmed()) this.send(line);
  }

  /** The server refused a line: if it was one of these, the words go back into the field, with the reason. */
  refused(cid: string, reason: string): boolean {
    const line = this.outbox.settle(cid);
    if (!line) return false;
    giveBack(line.text, this.root, "aside-field", this.outbox);
    part(this.root, "aside-fault").textContent = reason;
    return true;
  }

  show(note: AsideNote, me: string): void {
    if (!this.log || this.shown.has(note.id)) return;
    this.shown.add(note.id);
    this.outbox.settle(note.cid);
    const item = document.createElement("li");
    item.className = note.who === me ? "said said-own" : "said";
    const head = document.createElement("p");
    head.className = "said-head";
    head.textContent = `${note.who === me ? t("Вы") : note.name}, ${clock(new Date(note.at))}`;
    const body = document.createElement("p");
    body.className = "said-text";
    body.textContent = note.text;
    item.append(head, body);
    this.log.append(item);
    this.log.scrollTop = this.log.scrollHeight;
  }
}
