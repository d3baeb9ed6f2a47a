import { clock, t } from "../i18n";
import type { DialogueEvent } from "./frames";
import { part } from "./parts";

/** The pause: shown with its reason and end, for as long as the events say so. */
export class Held {
  on = false;

  constructor(private readonly room: HTMLElement) {}

  /** Take one event in; true when the pause began or ended. */
  event(event: DialogueEvent): boolean {
    if (event.kind === "held") this.show(event);
    else if (event.kind !== "resumed") return false;
    else this.on = false;
    const place = part(this.room, "held");
    const follows = this.keyboardIn(this.on ? this.room.querySelector(".people-hold") : place);
    this.room.dataset.held = this.on ? "yes" : "no";
    place.hidden = !this.on;
    if (follows) this.lead(place);
    return true;
  }

  /** Whether it stands there, or around it: a form that was sent has let it go. */
  private keyboardIn(place: Element | null): boolean {
    const now = document.activeElement ?? document.body;
    return place !== null && (place.contains(now) || now.contains(place));
  }

  /** Who leads finds the keyboard on «Продолжить», and afterwards where the pause was made. */
  private lead(place: HTMLElement): void {
    const again = place.querySelector<HTMLElement>("button");
    const back = this.room.querySelector<HTMLElement>('[data-panel-toggle="people"]');
    if (again) (this.on ? again : back)?.focus();
  }

  private show(event: DialogueEvent): void {
    this.on = true;
    part(this.room, "held-reason").textContent = t("{name}: {reason}", {
      name: event.name,
      reason: event.text,
    });
    const until = typeof event.data?.until === "string" ? new Date(event.data.until) : null;
    part(this.room, "held-until").textContent = until
      ? t("Продолжим не позже {time}", { time: clock(until) })
      : "";
  }
}
