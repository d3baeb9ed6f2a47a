/**
 * `<here-beat src="/z/…/here/">` tells the server every half minute (every `data-every` seconds) that the page is open,
 * so that a place in the queue is kept, or a member of staff is known to be at work. It also tells when the page is looked at again or the network is back. It holds no rules: what silence
 * means, and for how long a place is kept, is the server's to say.
 */
import { csrfToken } from "./live";

export const BEAT = 30_000;

export class PresenceBeat extends HTMLElement {
  private timer: number | undefined;
  private readonly onLook = () => {
    if (document.visibilityState === "visible") void this.say();
  };
  private readonly onLine = () => void this.say();

  connectedCallback(): void {
    void this.say();
    const every = Number(this.dataset.every) * 1000 || BEAT;
    this.timer = window.setInterval(() => void this.say(), every);
    document.addEventListener("visibilitychange", this.onLook);
    window.addEventListener("online", this.onLine);
  }

  disconnectedCallback(): void {
    window.clearInterval(this.timer);
    document.removeEventListener("visibilitychange", this.onLook);
    window.removeEventListener("online", this.onLine);
  }

  private async say(): Promise<void> {
    const src = this.getAttribute("src");
    if (!src) return;
    try {
      await fetch(src, { method: "POST", headers: { "X-CSRFToken": csrfToken() }, keepalive: true });
    } catch {
      // The network is away: the next beat tells it.
    }
  }
}

customElements.define("here-beat", PresenceBeat);
