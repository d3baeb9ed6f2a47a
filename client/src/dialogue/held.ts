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
    this.room.dataset.held = this.on ? "yes" : "no";
    part(this.room, "held").hidden = !this.on;
    return true;
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
