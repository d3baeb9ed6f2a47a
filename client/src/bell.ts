/** `<desk-bell data-tasks="17 18">` in the day board: rings when a task appears that was not there before. */

import { chime } from "./board/announce";

/** What is new since the last look; the first look at a page is not news. */
export class Heard {
  #known: Set<string> | undefined;

  news(ids: readonly string[]): boolean {
    const known = this.#known;
    this.#known = new Set(ids);
    return known !== undefined && ids.some((id) => !known.has(id));
  }
}

const heard = new Heard();
let audio: AudioContext | undefined;

export class DeskBell extends HTMLElement {
  connectedCallback(): void {
    const ids = (this.dataset.tasks ?? "").split(" ").filter(Boolean);
    if (!heard.news(ids)) return;
    audio ??= new AudioContext();
    void chime(audio);
  }
}

customElements.define("desk-bell", DeskBell);
