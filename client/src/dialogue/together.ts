import { Aside } from "./aside";
import { Captions } from "./captions";
import type { Chat } from "./chat";
import type { DialogueEvent, FromServer, ToServer } from "./frames";
import { Held } from "./held";
import { Receipts } from "./receipts";
import { Sheet } from "./sheet";

export interface TogetherHost {
  send(frame: ToServer): boolean;
  me(): string;
  name(id: string): string;
}

/** What people do together beside talking: one page, words aside, captions, receipts, a pause. */
export class Together {
  private readonly aside: Aside;
  private readonly pause: Held;
  private readonly sheet: Sheet;
  private readonly captions: Captions;
  private readonly receipts: Receipts;

  constructor(
    room: HTMLElement,
    private readonly host: TogetherHost,
    private readonly chat: Chat,
    key: string,
  ) {
    const send = (frame: ToServer) => host.send(frame);
    this.aside = new Aside(room, (line) => send({ t: "aside", ...line }), key);
    this.pause = new Held(room);
    this.sheet = new Sheet(room, { send, me: () => host.me(), name: (id) => host.name(id) });
    this.captions = new Captions(room, send);
    this.receipts = new Receipts(send);
    chat.follow(this.receipts);
  }

  /** Whether there is a pause: nobody is seen or heard meanwhile. */
  get held(): boolean {
    return this.pause.on;
  }

  /** What the server knows when this page comes in; what it does not know yet is said again. */
  welcome(frame: FromServer & { t: "welcome" }): void {
    this.receipts.welcome(frame.receipts ?? {}, frame.you);
    for (const note of frame.asides ?? []) this.aside.show(note, frame.you);
    this.aside.resend();
    this.sheet.resend();
  }

  /** The socket is away: what passes meanwhile is missed. */
  lost(): void {
    this.sheet.lost();
  }

  frame(frame: FromServer): void {
    if (frame.t === "aside") this.aside.show(frame, this.host.me());
    else if (frame.t === "receipt") this.receipts.note(frame.id, frame.delivered, frame.read);
    else if (frame.t === "look") this.sheet.look(frame);
    else if (frame.t === "point") this.sheet.point(frame.by, frame.x, frame.y);
    else if (frame.t === "caption") this.captions.show(this.host.name(frame.by), frame.text);
    else if (frame.t === "refused" && !this.aside.refused(frame.cid, frame.text))
      this.chat.refused(frame.cid, frame.text);
  }

  /** Take one event in; true when a pause began or ended. */
  event(event: DialogueEvent): boolean {
    this.sheet.event(event);
    return this.pause.event(event);
  }
}
