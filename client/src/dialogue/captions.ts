import { t } from "../i18n";
import type { ToServer } from "./frames";
import { maybePart, part } from "./parts";

const STAYS = 8_000;
const WORD_EVERY = 400;

/**
 * Captions: words of the one who speaks, typed by a person (an interpreter, an operator, an expert) and shown over the
 * faces as they are typed. Everybody may switch them off for herself; nothing of them is kept.
 */
export class Captions {
  private readonly place: HTMLElement;
  private readonly toggle: HTMLElement | null;
  private fades: number | undefined;
  private later: number | undefined;

  constructor(
    room: HTMLElement,
    private readonly send: (frame: ToServer) => boolean,
  ) {
    this.place = part(room, "captions");
    this.toggle = maybePart(room, "captions-toggle");
    this.toggle?.addEventListener("click", (event) => {
      const off = room.dataset.captions !== "off";
      room.dataset.captions = off ? "off" : "on";
      (event.currentTarget as HTMLElement).setAttribute("aria-pressed", String(!off));
    });
    const field = maybePart(room, "captions-field") as HTMLInputElement | null;
    field?.addEventListener("input", () => {
      window.clearTimeout(this.later);
      this.later = window.setTimeout(() => this.say(field.value, false), WORD_EVERY);
    });
    field?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      window.clearTimeout(this.later);
      this.say(field.value, true);
      field.value = "";
    });
  }

  show(name: string, text: string): void {
    if (this.toggle) this.toggle.hidden = false; // there is nothing to switch off before
    window.clearTimeout(this.fades);
    this.place.hidden = !text;
    this.place.textContent = text ? t("{name}: {reason}", { name, reason: text }) : "";
    this.fades = window.setTimeout(() => {
      this.place.hidden = true;
    }, STAYS);
  }

  private say(text: string, last: boolean): void {
    const line = text.trim().slice(0, 300);
    if (!line) return;
    this.send({ t: "caption", text: line, last });
    this.show(t("Вы"), line);
  }
}
