/** Spans of a day in minutes since midnight: [from, to), sorted, apart from each other. Pure. */

export type Span = readonly [from: number, to: number];

export const DAY_END = 24 * 60 - 1; // a time field knows no 24:00

/** Sorted, with overlapping and touching spans joined; reversed ones are left out. */
export function joined(spans: readonly Span[]): Span[] {
  const found: [number, number][] = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    if (from >= to) continue;
    const last = found.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else found.push([from, to]);
  }
  return found;
}

export function add(spans: readonly Span[], from: number, to: number): Span[] {
  return joined([...spans, [from, Math.min(to, DAY_END)]]);
}

export function cut(spans: readonly Span[], from: number, to: number): Span[] {
  // What reaches the end of the day is cut whole: 23:59 stands for midnight.
  const end = to >= DAY_END ? 24 * 60 : to;
  return joined(
    spans.flatMap(([a, b]): Span[] => [
      [a, Math.min(b, from)],
      [Math.max(a, end), b],
    ]),
  );
}

/** How much of [from, to) the spans cover. */
export function cover(spans: readonly Span[], from: number, to: number): "all" | "part" | "none" {
  const end = Math.min(to, DAY_END);
  if (spans.some(([a, b]) => a <= from && end <= b)) return "all";
  return spans.some(([a, b]) => a < to && from < b) ? "part" : "none";
}

/** «09:30» → 570; undefined for an empty or half-typed field. */
export function minutes(text: string): number | undefined {
  const found = /^(\d{1,2}):(\d{2})/.exec(text);
  return found ? Number(found[1]) * 60 + Number(found[2]) : undefined;
}

/** 570 → «09:30». */
export function clockText(at: number): string {
  const end = Math.min(at, DAY_END);
  return `${String(Math.floor(end / 60)).padStart(2, "0")}:${String(end % 60).padStart(2, "0")}`;
}

/** «09:00–13:00, 14:00–18:00». */
export function words(spans: readonly Span[]): string {
  return spans.map(([from, to]) => `${clockText(from)}–${clockText(to)}`).join(", ");
}
