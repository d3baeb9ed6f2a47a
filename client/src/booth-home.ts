/**
 * `<booth-home data-rests="300">` on a visitor's page in a booth: a link that closes the page, and the same by itself when
 * nobody has touched anything for so many seconds. Who waits or talks is never sent away. What is left is the booth's own
 * page, which tests its devices and knows nothing of who was here.
 */
const BUSY =
  "dialogue-room:is([data-state=check], [data-state=waiting], [data-state=received], [data-state=live])";
const WARNED_FOR = 30;
const TOUCHES = ["pointerdown", "keydown", "wheel"] as const;

export class BoothHome extends HTMLElement {
  private timer: number | undefined;
  private quiet = 0;
  private readonly touched = () => {
    this.quiet = 0;
    this.warn(false);
  };

  connectedCallback(): void {
    for (const touch of TOUCHES) addEventListener(touch, this.touched, { capture: true, passive: true });
    this.timer = window.setInterval(() => this.look(), 1_000);
    this.addEventListener("click", (event) => {
      if (!(event.target as Element).closest("a")) return;
      event.preventDefault();
      this.leave();
    });
  }

  disconnectedCallback(): void {
    for (const touch of TOUCHES) removeEventListener(touch, this.touched, { capture: true });
    window.clearInterval(this.timer);
  }

  private look(): void {
    this.quiet = document.querySelector(BUSY) ? 0 : this.quiet + 1;
    const left = Number(this.dataset.rests) - this.quiet;
    this.warn(left <= WARNED_FOR);
    if (left <= 0) this.leave();
  }

  private warn(soon: boolean): void {
    const words = this.querySelector<HTMLElement>('[data-part="booth-leaving"]');
    if (words) words.hidden = !soon;
  }

  /** Without a way back: the button «Назад» must not bring her page before the next visitor. */
  private leave(): void {
    location.replace(this.querySelector("a")?.href ?? "/");
  }
}

customElements.define("booth-home", BoothHome);
