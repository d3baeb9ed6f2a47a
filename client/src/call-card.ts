/**
 * `<call-card data-offer="7" data-seconds="30" data-title="Вас ждут!">` draws the next person's half minute: a countdown
 * in `[data-clock]`, a sound once for each offer, and a flashing title while the tab is in the background.
 *
 * It is only a picture: the server decides when the offer is over. At zero the live region around it is asked to look.
 */
import type { LiveRegion } from "./live";

const heard = new Set<string>();

export class CallCard extends HTMLElement {
  private timer: number | undefined;
  private ends = 0;
  private usual = "";
  private flash = false;

  connectedCallback(): void {
    this.ends = Date.now() + Number(this.dataset.seconds ?? "0") * 1000;
    this.usual = document.title;
    const offer = this.dataset.offer ?? "";
    if (!heard.has(offer)) {
      heard.add(offer);
      ring();
    }
    this.timer = window.setInterval(() => this.tick(), 1000);
  }

  disconnectedCallback(): void {
    window.clearInterval(this.timer);
    document.title = this.usual;
  }

  private tick(): void {
    const left = Math.max(0, Math.round((this.ends - Date.now()) / 1000));
    const clock = this.querySelector("[data-clock]");
    if (clock) clock.textContent = String(left);
    this.flash = !this.flash;
    const calls = this.flash && document.visibilityState === "hidden";
    document.title = calls ? (this.dataset.title ?? this.usual) : this.usual;
    if (left > 0) return;
    window.clearInterval(this.timer);
    document.title = this.usual;
    void this.closest<LiveRegion>("live-region")?.refresh();
  }
}

/** Two soft notes. A browser that wants a click first stays silent: the card and the title still call. */
function ring(): void {
  if (typeof AudioContext === "undefined") return;
  const audio = new AudioContext();
  [660, 880].forEach((pitch, index) => {
    const note = audio.createOscillator();
    const volume = audio.createGain();
    const start = audio.currentTime + index * 0.25;
    note.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.2, start + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.24);
    note.connect(volume).connect(audio.destination);
    note.start(start);
    note.stop(start + 0.25);
  });
  window.setTimeout(() => void audio.close(), 1500);
}

customElements.define("call-card", CallCard);
