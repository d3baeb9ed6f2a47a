/**
 * Words of the client. The source language is Russian; a page in another language embeds a dictionary
 * `<script type="application/json" id="client-words">{"Сохранено в {time}": "Saved at {time}"}</script>`.
 */
let words: Record<string, string> | undefined;

function dictionary(): Record<string, string> {
  if (!words) {
    const holder = document.getElementById("client-words");
    words = holder?.textContent ? (JSON.parse(holder.textContent) as Record<string, string>) : {};
  }
  return words;
}

/** The text in the language of the page, with `{name}` places filled in. */
export function t(text: string, values: Record<string, string | number> = {}): string {
  const found = dictionary()[text] || text;
  return found.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

/** Forget the dictionary: for tests, which change the page under it. */
export function forgetWords(): void {
  words = undefined;
}

let ahead: number | undefined;

/** From now on times are those of clocks so many minutes ahead of UTC: of the place that the page speaks of. */
export function setClock(minutes: number | undefined): void {
  ahead = minutes;
}

/** «14:32», in every language of the page. */
export function clock(at: Date): string {
  // By hand: a browser's first formatted time costs 40 ms, just when the call is being made.
  const there = new Date(at.getTime() + 60_000 * (ahead ?? -at.getTimezoneOffset()));
  return [there.getUTCHours(), there.getUTCMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
}
