/**
 * `<hall-board zone="Europe/Moscow">` around the hall's live region: a clock, the button that gives the page its sound,
 * and a call aloud for each `data-call` that was not there before. What is called is the server's.
 */
import { t } from "../i18n";
import { Announcer } from "./announce";

/** How long a new call stays marked, milliseconds. */
export const FRESH = 20_000;
/** The page's note of its topics is good for 12 hours, a hall's screen stays on for weeks: milliseconds. */
export const RENEW = 6 * 60 * 60 * 1000;

export class HallBoard extends HTMLElement {
  readonly announcer = new Announcer();
  private known = new Set<string>();
  private timer: number | undefined;
  private renewal: number | undefined;
  private readonly onSwap = () => this.look();

  connectedCallback(): void {
    for (const call of this.calls()) this.known.add(call.dataset.call ?? "");
    this.addEventListener("live:swapped", this.onSwap);
    const button = this.querySelector<HTMLButtonElement>("[data-sound]");
    if (button) {
      button.hidden = false;
      button.addEventListener("click", () => void this.openSound(button));
    }
    this.tick();
    this.timer = window.setInterval(() => this.tick(), 1000);
    this.renewal = window.setInterval(() => void this.renew(), RENEW);
  }

  disconnectedCallback(): void {
    this.removeEventListener("live:swapped", this.onSwap);
    window.clearInterval(this.timer);
    window.clearInterval(this.renewal);
  }

  /** Put a freshly signed live region in the place of the old one; the sound, once given, stays. */
  private async renew(): Promise<void> {
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("live-region");
      if (!fresh) return;
      this.querySelector("live-region")?.replaceWith(document.importNode(fresh, true));
      this.look();
    } catch {
      // The network is away: the old region goes on asking every 30 s, and the next round renews it.
    }
  }

  private calls(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("[data-call]")];
  }

  /** Say and mark what is new; a call that has gone and comes back is a new call. */
  private look(): void {
    const now = new Set<string>();
    for (const call of this.calls()) {
      const key = call.dataset.call ?? "";
      now.add(key);
      if (this.known.has(key)) continue;
      call.classList.add("fresh");
      window.setTimeout(() => call.classList.remove("fresh"), FRESH);
      void this.announcer.call(call.dataset.say ?? "");
    }
    this.known = now;
  }

  private async openSound(button: HTMLButtonElement): Promise<void> {
    await this.announcer.open();
    const label = button.querySelector("[data-label]") ?? button;
    label.textContent = this.announcer.voice
      ? t("Звук включён")
      : t("Звук включён: только сигнал, голоса на этом компьютере нет");
    button.classList.add("on");
  }

  private tick(): void {
    const clock = this.querySelector("[data-clock]");
    if (!clock) return;
    const zone = this.getAttribute("zone") ?? undefined;
    const text = new Date().toLocaleTimeString("ru", { hour: "2-digit", minute: "2-digit", timeZone: zone });
    if (clock.textContent !== text) clock.textContent = text;
  }
}

customElements.define("hall-board", HallBoard);
