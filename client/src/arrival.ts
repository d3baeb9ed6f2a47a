/**
 * `<arrival-bell data-here="…ids" data-title="Вас ждут!">` in the expert's queue: a sound when somebody comes to the
 * screen who was not there before, and a sign in the title while the tab is in the background.
 */
import { Heard } from "./bell";
import { chime } from "./board/announce";

const heard = new Heard();
let audio: AudioContext | undefined;
let usual = "";

export class ArrivalBell extends HTMLElement {
  connectedCallback(): void {
    const ids = (this.dataset.here ?? "").split(" ").filter(Boolean);
    usual ||= document.title;
    if (!ids.length) document.title = usual;
    if (!heard.news(ids)) return;
    if (document.visibilityState === "hidden") document.title = `● ${this.dataset.title ?? ""}`;
    if (typeof AudioContext === "undefined") return;
    audio ??= new AudioContext();
    void chime(audio);
  }
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && usual) document.title = usual;
});

customElements.define("arrival-bell", ArrivalBell);
