import type { LiveRegion } from "../live";

export type RoomState =
  | "check"
  | "waiting"
  | "received"
  | "live"
  | "left"
  | "elsewhere"
  | "ended"
  | "missed"
  | "failed"
  | "removed"
  | "refused";
/** She is out of the room. */
export const OVER = new Set<RoomState>([
  "ended",
  "missed",
  "failed",
  "removed",
  "refused",
  "elsewhere",
  "left",
]);
/** What the dialogue's own states are to the room. */
export const STATES: Record<string, RoomState> = { lobby: "waiting", received: "received", live: "live" };

/** Whose keyboard stood on what is gone finds it on the words that say where she is, not at the top of the page. */
export function toTheWords(room: HTMLElement): void {
  const all = [...room.querySelectorAll<HTMLElement>(".over h2, .stage-wait h1")];
  const words = all.find((one) => one.getClientRects().length);
  if (words) words.tabIndex = -1;
  words?.focus();
}

/** From here until she is outside again the lists of people and papers have an address. */
export function showLists(room: HTMLElement): void {
  if (room.dataset.inside === "yes") return;
  room.dataset.inside = "yes";
  for (const list of room.querySelectorAll<LiveRegion>("live-region[data-while]")) void list.refresh();
}
