import { t } from "../i18n";
import { csrfToken } from "../live";
import type { DialogueEvent, ToServer } from "./frames";
import { part } from "./parts";
import { dragged, sizeOf, toPage, turned, type View, WHOLE, zoomed } from "./sheet-view";

const SPEAK_EVERY = 120; // milliseconds between frames while something moves
const POINTS_FOR = 4_000;

type Look = View & { paper: number; page: number };

export interface SheetHost {
  send(frame: ToServer): boolean;
  me(): string;
  name(id: string): string;
}

/**
 * One page that everybody sees: which page is an event of the dialogue, how it is turned and enlarged and where somebody
 * points are passing frames. What the person does is shown at once and told to the others a few times a second.
 */
export class Sheet {
  private readonly figure: HTMLElement;
  private readonly place: HTMLElement;
  private readonly page: HTMLElement;
  private readonly image: HTMLImageElement;
  private readonly pointer: HTMLElement;
  private shown: { paper: number; page: number; pages: number; name: string } | null = null;
  private view: View = WHOLE;
  private spoken = 0;
  private later: number | undefined;
  private fades: number | undefined;
  /** Frames about the page shown now were heard, or it was moved here: newer than what the record says of it. */
  private moved = false;
  /** How this person left the page, until the record says so: a server that dies meanwhile is told again. */
  private unrecorded: Look | null = null;
  private grip: { x: number; y: number } | null = null;
  /** Who may not lead the others through papers turns and enlarges the page for her own eyes. */
  private readonly leads: boolean;

  constructor(
    private readonly room: HTMLElement,
    private readonly host: SheetHost,
  ) {
    this.figure = part(room, "sheet");
    this.place = part(room, "sheet-view");
    this.page = part(room, "sheet-page");
    this.image = part(room, "sheet-image") as HTMLImageElement;
    this.pointer = part(room, "sheet-pointer");
    this.leads = this.figure.dataset.leads !== "no";
    for (const name of ["sheet-previous", "sheet-next", "sheet-hide"])
      part(this.figure, name).hidden = !this.leads;
    this.image.addEventListener("load", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.place);
    this.bindTools();
    this.bindHand();
    room.addEventListener("dialogue:shows", () => this.hide());
    room.addEventListener("click", (event) => {
      const paper = (event.target as Element).closest<HTMLElement>("[data-show-paper]")?.dataset.showPaper;
      if (paper) void this.post("show/", { paper, page: "1" });
    });
  }

  event(event: DialogueEvent): void {
    if (event.kind === "shown" && event.data) {
      const { paper, page, pages, name } = event.data as Record<string, unknown>;
      this.shown = { paper: Number(paper), page: Number(page), pages: Number(pages), name: String(name) };
      this.view = WHOLE;
      this.moved = false;
    } else if (event.kind === "hidden") this.shown = null;
    else {
      if (event.kind === "looked" && event.data)
        this.recorded(event.data as unknown as Look, event.who === this.host.me());
      return;
    }
    this.unrecorded = null;
    this.show();
  }

  /** Take the page away for everybody, by hand or because a screen or another paper is to be looked at. */
  private hide(): void {
    if (this.shown && this.leads) void this.post("hide/", {});
  }

  /** The socket was away: frames may have been missed, the record is newer now. */
  lost(): void {
    this.moved = false;
  }

  /** The socket is back and the record was read: what it does not hold of this person's doing is said again. */
  resend(): void {
    if (this.unrecorded) this.host.send({ t: "look", ...this.unrecorded });
  }

  /** What the record says of the page is for those who did not see it move. */
  private recorded(look: Look, own: boolean): void {
    if (own && this.unrecorded && !same(look, this.unrecorded)) return; // a rest on the way to where it lies now
    this.unrecorded = null;
    const { moved } = this;
    if (!moved) this.look(look);
    this.moved = moved;
  }

  /** Somebody turned, enlarged or moved the page. */
  look(frame: Look): void {
    if (frame.paper !== this.shown?.paper || frame.page !== this.shown.page) return;
    this.view = { turn: frame.turn, zoom: frame.zoom, x: frame.x, y: frame.y };
    this.moved = true;
    this.unrecorded = null;
    this.draw();
  }

  /** Somebody points; nothing moves for a while, and the pointer goes. */
  point(by: string, x: number | null, y: number | null): void {
    this.pointer.hidden = x === null || y === null;
    window.clearTimeout(this.fades);
    if (x === null || y === null) return;
    this.pointer.style.left = `${x / 10}%`;
    this.pointer.style.top = `${y / 10}%`;
    part(this.pointer, "sheet-pointer-name").textContent = this.host.name(by);
    this.fades = window.setTimeout(() => {
      this.pointer.hidden = true;
    }, POINTS_FOR);
  }

  private show(): void {
    const { shown } = this;
    this.figure.hidden = shown === null;
    this.room.dataset.sheet = shown ? "on" : "off";
    this.pointer.hidden = true;
    if (!shown) {
      this.image.removeAttribute("src");
      return;
    }
    const address = `${this.figure.dataset.src}${shown.paper}/${shown.page}.jpg`;
    if (!this.image.src.endsWith(address)) this.image.src = address;
    part(this.figure, "sheet-name").textContent =
      shown.pages > 1
        ? t("{name}, страница {page} из {pages}", {
            name: shown.name,
            page: shown.page,
            pages: shown.pages,
          })
        : shown.name;
    (part(this.figure, "sheet-previous") as HTMLButtonElement).disabled = shown.page <= 1;
    (part(this.figure, "sheet-next") as HTMLButtonElement).disabled = shown.page >= shown.pages;
    this.draw();
  }

  private get size() {
    const natural = { width: this.image.naturalWidth || 1, height: this.image.naturalHeight || 1 };
    return sizeOf(
      natural,
      { width: this.place.clientWidth || 1, height: this.place.clientHeight || 1 },
      this.view,
    );
  }

  private draw(): void {
    const { width, height } = this.size;
    const { turn, x, y } = this.view;
    this.page.style.width = `${width}px`;
    this.page.style.height = `${height}px`;
    const moved = `translate(${((500 - x) / 1000) * width}px, ${((500 - y) / 1000) * height}px)`;
    this.page.style.transform = `translate(-50%, -50%) rotate(${turn * 90}deg) ${moved}`;
    this.pointer.style.transform = `rotate(${-turn * 90}deg)`;
    this.figure.dataset.turn = String(turn);
    this.figure.dataset.zoom = String(this.view.zoom);
  }

  private bindTools(): void {
    const press = (name: string, act: () => void) => part(this.figure, name).addEventListener("click", act);
    press("sheet-turn", () => this.change(turned(this.view)));
    press("sheet-larger", () => this.change(zoomed(this.view, true)));
    press("sheet-smaller", () => this.change(zoomed(this.view, false)));
    press("sheet-hide", () => this.hide());
    press("sheet-previous", () => this.leaf(-1));
    press("sheet-next", () => this.leaf(1));
  }

  private leaf(by: number): void {
    if (!this.shown) return;
    void this.post("show/", { paper: String(this.shown.paper), page: String(this.shown.page + by) });
  }

  /** Moving points, dragging an enlarged page moves it. */
  private bindHand(): void {
    this.place.addEventListener("pointerdown", (event) => {
      this.grip = { x: event.clientX, y: event.clientY };
      this.place.setPointerCapture(event.pointerId);
    });
    this.place.addEventListener("pointermove", (event) => this.drag(event));
    const drop = () => {
      this.grip = null;
    };
    this.place.addEventListener("pointerup", drop);
    this.place.addEventListener("pointercancel", drop);
    this.place.addEventListener("pointerleave", () => {
      window.clearTimeout(this.later);
      this.host.send({ t: "point", x: null, y: null });
    });
  }

  private drag(event: PointerEvent): void {
    if (!this.shown) return;
    if (this.grip && this.view.zoom > 100) {
      const by = { x: event.clientX - this.grip.x, y: event.clientY - this.grip.y };
      this.grip = { x: event.clientX, y: event.clientY };
      this.change(dragged(this.view, by, this.size));
      return;
    }
    const box = this.place.getBoundingClientRect();
    const from = {
      x: event.clientX - box.left - box.width / 2,
      y: event.clientY - box.top - box.height / 2,
    };
    const at = toPage(from, this.size, this.view);
    this.speak(() => this.host.send({ t: "point", x: at?.x ?? null, y: at?.y ?? null }));
  }

  private change(view: View): void {
    this.view = view;
    this.moved = true;
    this.draw();
    const { shown } = this;
    if (!shown || !this.leads) return;
    const look = { paper: shown.paper, page: shown.page, ...view };
    this.unrecorded = look;
    this.speak(() => this.host.send({ t: "look", ...look }));
  }

  /** Say the newest of what changes, no oftener than the others can use it. */
  private speak(say: () => void): void {
    window.clearTimeout(this.later);
    const wait = this.spoken + SPEAK_EVERY - Date.now();
    if (wait <= 0) {
      this.spoken = Date.now();
      say();
    } else {
      this.later = window.setTimeout(() => {
        this.spoken = Date.now();
        say();
      }, wait);
    }
  }

  private async post(step: string, fields: Record<string, string>): Promise<void> {
    const body = new URLSearchParams(fields);
    const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
    await fetch(`${this.figure.dataset.src}${step}`, { method: "POST", headers, body }).catch(
      () => undefined,
    );
  }
}

function same(one: Look, other: Look): boolean {
  return (["paper", "page", "turn", "zoom", "x", "y"] as const).every((name) => one[name] === other[name]);
}
