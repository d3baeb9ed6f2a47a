import { clock, t } from "../i18n";
import type { DialogueEvent } from "./frames";
import { giveBack, Outbox } from "./outbox";
import { maybePart, part } from "./parts";
import type { Receipts } from "./receipts";

const MOVES = ["invited", "uninvited", "led"];
/** How long it stands above the faces whether somebody has taken the dialogue over; the chat keeps it. */
const MOVED_STAYS = 30_000;

export interface ChatHost {
  /** Send one line; false when the socket is away: it stays in the outbox and is sent on return. */
  send(line: { cid: string; text: string }): boolean;
}

/**
 * The chat beside the faces. A line is shown as «sending» until it comes back as an event; lines and the draft are kept
 * in the tab's storage, so neither a lost line nor a reload loses what was typed.
 */
export class Chat {
  unread = 0;
  onunread: () => void = () => undefined;
  private readonly log: HTMLElement;
  private readonly field: HTMLTextAreaElement;
  private readonly fault: HTMLElement;
  private readonly outbox: Outbox;
  private readonly own = new Map<number, HTMLElement>();
  private last = 0;
  private receipts: Receipts | undefined;
  private readonly pending = new Map<string, HTMLElement>();
  private me = "";
  /** The end is in sight: the next line should be too. */
  private atEnd = true;
  private drawn = 0;
  private told: number | undefined;

  constructor(
    private readonly root: HTMLElement,
    private readonly host: ChatHost,
    key: string,
  ) {
    this.log = part(root, "log");
    this.field = part(root, "chat-field") as HTMLTextAreaElement;
    this.fault = part(root, "chat-fault");
    this.outbox = new Outbox(window.sessionStorage, `dialogue-chat:${key}`);
    this.field.value = this.outbox.draft;
    this.log.addEventListener("scroll", () => {
      this.atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
    });
    this.field.addEventListener("input", () => {
      this.outbox.draft = this.field.value;
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.submit();
      }
    });
    part(root, "chat-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    for (const line of this.outbox.unconfirmed()) this.showPending(line);
  }

  /** Say of one's own lines how far they have got, and tell the others how far one has read. */
  follow(receipts: Receipts): void {
    this.receipts = receipts;
    receipts.onchange = () => this.showReceipts();
  }

  /** Whose lines are «yours»; must be known before events are shown. */
  recognise(me: string): void {
    this.me = me;
  }

  /** The socket is back: everything that was not confirmed goes out again, in order. */
  resend(): void {
    for (const line of this.outbox.unconfirmed()) this.host.send(line);
  }

  /** Show one event of the dialogue; `fresh` is one that has just happened, not one that is shown again. */
  event(event: DialogueEvent, fresh: boolean): void {
    this.last = Math.max(this.last, event.n);
    this.receipts?.have(this.last, this.seen);
    if (event.cid && this.outbox.settle(event.cid)) this.pending.get(event.cid)?.remove();
    if (event.kind === "said" || event.kind === "noted") {
      this.lastWord(event);
      const own = event.who === this.me;
      const item = this.line(event.text, own ? t("Вы") : event.name, new Date(event.at), own);
      if (own) this.own.set(event.n, item);
      this.add(item);
      this.showReceipts();
      if (fresh && event.who !== this.me) this.count();
      return;
    }
    this.moving(event, fresh);
    const text = note(event, event.who === this.me);
    if (text) this.add(this.system(text, new Date(event.at)));
  }

  /** The server refused a line: the words go back into the field, with the reason. */
  refused(cid: string, text: string): void {
    const line = this.outbox.settle(cid);
    this.pending.get(cid)?.remove();
    if (line) giveBack(line.text, this.root, "chat-field", this.outbox);
    this.fault.textContent = text;
  }

  /** Say a ready phrase; what stands in the field stays there. */
  sayNow(text: string): void {
    this.fault.textContent = "";
    this.send(text);
  }

  focus(): void {
    this.field.focus();
  }

  /** The chat was opened: show its end. */
  read(): void {
    this.unread = 0;
    this.receipts?.have(this.last, true);
    this.onunread();
    this.log.scrollTop = this.log.scrollHeight;
  }

  private submit(): void {
    const text = this.field.value.trim();
    if (!text) return;
    this.fault.textContent = "";
    this.field.value = this.outbox.draft = "";
    this.send(text);
  }

  private send(text: string): void {
    const line = this.outbox.add(text);
    this.showPending(line);
    this.host.send(line);
  }

  private showPending(line: { cid: string; text: string }): void {
    const shown = this.line(line.text, t("Вы"), null, true);
    shown.dataset.pending = "";
    this.pending.set(line.cid, shown);
    this.add(shown);
  }

  private line(text: string, name: string, at: Date | null, own: boolean): HTMLElement {
    const item = document.createElement("li");
    item.className = own ? "said said-own" : "said";
    const head = document.createElement("p");
    head.className = "said-head";
    head.textContent = at ? `${name}, ${clock(at)}` : `${name}, ${t("отправляем…")}`;
    const body = document.createElement("p");
    body.className = "said-text";
    body.textContent = text;
    item.append(head, body);
    return item;
  }

  private system(text: string, at: Date): HTMLElement {
    const item = document.createElement("li");
    item.className = "said-note";
    item.textContent = `${text}, ${clock(at)}`;
    return item;
  }

  private add(item: HTMLElement): void {
    const firstPending = item.dataset.pending === undefined ? this.log.querySelector("[data-pending]") : null;
    this.log.insertBefore(item, firstPending);
    if (this.atEnd) this.drawn ||= requestAnimationFrame(() => this.toEnd());
  }

  /** Only when the page is drawn anyway: to measure it for each line would hold up the call that is being made. */
  private toEnd(): void {
    this.drawn = 0;
    this.log.scrollTop = this.log.scrollHeight;
  }

  /**
   * Before pictures meet, what the other side wrote last stands large in the middle of the screen; the citizen, whose
   * chat is closed, is told there that her own words went through. What she reads among the notes on her place in the
   * queue is not said twice.
   */
  private lastWord(event: DialogueEvent): void {
    const place = maybePart(this.root, "last-word");
    const own = event.who === this.me;
    if (!place || (own && this.root.dataset.role !== "citizen")) return;
    if (event.kind === "noted" && this.root.querySelector(".place-wait")) return;
    place.textContent = own
      ? t("Специалист увидит: {text}", { text: event.text })
      : t("{name}: {reason}", { name: event.name, reason: event.text });
    place.hidden = false;
  }

  /** The duty officer gives the dialogue to another expert: said above the faces, for the chat may be closed. */
  private moving(event: DialogueEvent, fresh: boolean): void {
    const place = maybePart(this.root, "moving");
    if (!place || !MOVES.includes(event.kind) || !event.data?.reason) return;
    place.textContent = note(event, false);
    place.hidden = event.kind !== "invited" && !fresh;
    window.clearTimeout(this.told);
    if (event.kind !== "invited")
      this.told = window.setTimeout(() => place.setAttribute("hidden", ""), MOVED_STAYS);
  }

  /** Whether the person has the chat before her eyes. */
  private get seen(): boolean {
    const open = this.root.dataset.chat === "open" && this.root.dataset.panel === "chat";
    return open && document.visibilityState === "visible";
  }

  private showReceipts(): void {
    for (const [number, item] of this.own) {
      const head = item.querySelector(".said-head");
      if (!head || !this.receipts) continue;
      item.dataset.receipt ??= head.textContent;
      head.textContent = `${item.dataset.receipt} · ${this.receipts.words(number)}`;
    }
  }

  private count(): void {
    if (this.root.dataset.chat === "open" && this.root.dataset.panel === "chat") return;
    this.unread += 1;
    this.onunread();
  }
}

/** What happened, in words; nothing for what the person sees by herself. */
export function note(event: DialogueEvent, own: boolean): string {
  if (own && (event.kind === "entered" || event.kind === "left")) return "";
  switch (event.kind) {
    case "entered":
      return t("{name}: на связи", { name: event.name });
    case "left":
      return t("{name}: не на связи", { name: event.name });
    case "received":
      return own ? "" : t("{name} приглашает, сверяем имя", { name: event.name });
    case "admitted":
      return t("Разговор начат");
    case "invited":
      if (event.data?.reason) return moves(String(event.data.reason));
      return event.data?.authority
        ? t("Зовём: {name}", { name: String(event.data.authority) })
        : t("Сделана ссылка для участника");
    case "uninvited":
      if (event.data?.reason) {
        return event.data.state === "withdrawn"
          ? t("Дежурный отменил передачу: разговор продолжается как шёл")
          : t("Передать разговор сейчас некому: он продолжается как шёл");
      }
      return event.data?.authority && event.data.state !== "withdrawn"
        ? t("{name}: сейчас прийти некому", { name: String(event.data.authority) })
        : "";
    case "shown":
      return t("{name} показывает документ", { name: event.name });
    case "led":
      return t("Теперь разговор ведёт {name}", { name: event.name });
    case "held":
      return t("Пауза: {reason}", { reason: event.text });
    case "resumed":
      return t("Разговор продолжается");
    case "removed":
      return t("{name} больше не участвует", { name: event.name });
    case "recording":
      return recorded(event);
    case "ended":
      return t("Разговор завершён");
    case "missed":
      return t("Разговор не состоялся");
    case "failed":
      return t("Разговор прерван");
    default:
      return "";
  }
}

/** Why the duty officer gives the dialogue to another expert, to everybody inside. */
function moves(reason: string): string {
  const why: Record<string, string> = {
    matter: t("это вопрос другого специалиста"),
    line: t("у специалиста плохая связь"),
    must_go: t("специалист не может продолжить"),
    asked: t("об этом попросил гражданин"),
  };
  return t("Ищем, кто продолжит разговор: {reason}. Оставайтесь на связи", { reason: why[reason] ?? "" });
}

function recorded({ text, name }: DialogueEvent): string {
  switch (text) {
    case "asked":
      return t("{name} просит разрешить запись разговора", { name });
    case "running":
      return t("Идёт запись");
    case "paused":
      return t("Запись приостановлена: ждём согласия нового участника");
    case "refused":
    case "revoked":
      return t("{name}: без записи", { name });
    case "ended":
      return t("Разговор не записывают");
    default:
      return "";
  }
}
