/**
 * `<hours-grid data-week="#id of a JSON script">` draws the week of a post over the plain time fields it holds.
 *
 * It only edits those fields: drawing with the mouse or a finger (press, drag over days and hours), or with the keyboard
 * (arrows move, Space turns half an hour on or off, Shift with an arrow draws on). Half an hour is a step; times typed
 * into the fields keep their minutes. The server judges what is sent.
 */
import { t } from "../i18n";
import { add, clockText, cover, cut, joined, minutes, type Span, words } from "./spans";

export const STEP = 30;

interface Mark {
  from: string;
  to: string;
  label?: string;
}

interface DayData {
  label: string;
  note: string;
  off: boolean;
  past: boolean;
  today: boolean;
  extra: Mark[];
  away: Mark[];
  bookings: Mark[];
}

export interface WeekData {
  first: number;
  last: number;
  days: DayData[];
}

interface Place {
  day: number;
  row: number;
}

const MOVES: Record<string, [days: number, rows: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export class HoursGrid extends HTMLElement {
  private week: WeekData | undefined;
  private cells: HTMLTableCellElement[][] = [];
  private said: HTMLElement | undefined;
  private sent = false;
  private drag: { start: Place; on: boolean; before: Span[][] } | undefined;

  connectedCallback(): void {
    const holder = document.querySelector(this.dataset.week ?? "#");
    if (this.week || !holder?.textContent) return;
    this.week = JSON.parse(holder.textContent) as WeekData;
    this.build(this.week);
    this.addEventListener("input", () => this.paint());
    if (!this.querySelector("details [aria-invalid=true]"))
      this.querySelector("details")?.removeAttribute("open");
    this.paint();
    this.closest("form")?.addEventListener("change", () => this.paint());
    this.closest("form")?.addEventListener("submit", () => {
      this.sent = true;
    });
    window.addEventListener("beforeunload", this.guard);
  }

  disconnectedCallback(): void {
    window.removeEventListener("beforeunload", this.guard);
  }

  /** Whoever leaves with hours drawn and not sent is asked first. Sending excuses from it once: Back may return here. */
  private readonly guard = (event: BeforeUnloadEvent): void => {
    if (!this.sent && this.unsaved) event.preventDefault();
    this.sent = false;
  };

  private get unsaved(): boolean {
    const fields = [...this.querySelectorAll<HTMLInputElement>("input[type=time]")];
    return this.dataset.unsaved !== undefined || fields.some((field) => field.value !== field.defaultValue);
  }

  /** The spans a day's fields say now. */
  spans(day: number): Span[] {
    const found: Span[] = [];
    for (const [from, to] of this.fields(day)) {
      const start = minutes(from.value);
      const end = minutes(to.value);
      if (start !== undefined && end !== undefined) found.push([start, end]);
    }
    return joined(found);
  }

  private fields(day: number): [HTMLInputElement, HTMLInputElement][] {
    const found = this.querySelectorAll<HTMLInputElement>(`[data-day="${day}"] input[type=time]`);
    const pairs: [HTMLInputElement, HTMLInputElement][] = [];
    for (let n = 0; n + 1 < found.length; n += 2) {
      pairs.push([found[n] as HTMLInputElement, found[n + 1] as HTMLInputElement]);
    }
    return pairs;
  }

  private write(day: number, spans: readonly Span[]): void {
    this.fields(day).forEach(([from, to], n) => {
      const span = spans[n];
      from.value = span ? clockText(span[0]) : "";
      to.value = span ? clockText(span[1]) : "";
    });
  }

  private build(week: WeekData): void {
    const table = document.createElement("table");
    table.className = "hours-table";
    table.setAttribute("role", "grid");
    table.setAttribute(
      "aria-label",
      t("Часы приёма: пробел включает полчаса, Shift со стрелкой рисует дальше"),
    );
    const head = table.createTHead().insertRow();
    head.append(document.createElement("td"));
    for (const day of week.days) head.append(heading(day));
    const body = table.createTBody();
    for (let at = week.first, row = 0; at < week.last; at += STEP, row += 1) this.addRow(body, week, at, row);
    this.said = document.createElement("p");
    this.said.className = "hours-said";
    this.said.setAttribute("role", "status");
    const frame = document.createElement("div");
    frame.className = "hours-frame";
    frame.append(table);
    this.prepend(frame, this.said, ...(this.fixed ? [] : [hint(), this.repeatButton()]));
    if (this.fixed) return;
    table.addEventListener("keydown", (event) => this.pressed(event));
    table.addEventListener("pointerdown", (event) => this.began(event));
    table.addEventListener("pointermove", (event) => this.dragged(event));
    for (const name of ["pointerup", "pointercancel"]) table.addEventListener(name, () => this.ended());
  }

  private get fixed(): boolean {
    return this.dataset.past !== undefined;
  }

  private addRow(body: HTMLTableSectionElement, week: WeekData, at: number, row: number): void {
    const line = body.insertRow();
    line.className = at % 60 ? "half" : "hour";
    const side = document.createElement("th");
    side.scope = "row";
    const time = document.createElement("span");
    time.textContent = clockText(at);
    if (at % 60) time.className = "sr-only";
    side.append(time);
    line.append(side);
    week.days.forEach((day, n) => {
      const cell = line.insertCell();
      cell.setAttribute("role", "gridcell");
      cell.tabIndex = n === 0 && row === 0 ? 0 : -1;
      cell.dataset.place = `${n} ${row}`;
      if (day.off) cell.classList.add("off");
      if (day.past) cell.classList.add("past");
      addMarks(cell, day, at);
      this.cells[n] ??= [];
      (this.cells[n] as HTMLTableCellElement[])[row] = cell;
    });
  }

  private repeatButton(): HTMLElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-quiet hours-repeat";
    button.textContent = t("Повторить понедельник до пятницы");
    button.addEventListener("click", () => {
      for (let day = 1; day < 5; day += 1) if (!this.still(day)) this.write(day, this.spans(0));
      this.paint();
    });
    return button;
  }

  /** Show in the cells what stands in the fields. */
  private paint(): void {
    const week = this.week;
    if (!week) return;
    this.cells.forEach((column, day) => {
      const spans = this.spans(day);
      column.forEach((cell, row) => {
        const at = week.first + row * STEP;
        const covered = cover(spans, at, at + STEP);
        cell.dataset.on = covered;
        if (this.still(day)) cell.setAttribute("aria-readonly", "true");
        else cell.removeAttribute("aria-readonly");
        cell.setAttribute("aria-selected", String(covered !== "none"));
        const words_ = covered === "none" ? t("приёма нет") : t("приём");
        const marks = [...cell.querySelectorAll("[data-mark]")].map((mark) => mark.textContent);
        cell.setAttribute(
          "aria-label",
          [week.days[day]?.label, clockText(at), words_, ...marks].filter(Boolean).join(", "),
        );
      });
    });
  }

  private say(day: number): void {
    if (!this.said || !this.week) return;
    const spans = this.spans(day);
    this.said.textContent = `${this.week.days[day]?.label}: ${spans.length ? words(spans) : t("приёма нет")}`;
  }

  private placeOf(target: EventTarget | null): Place | undefined {
    const cell = target instanceof Element ? target.closest<HTMLElement>("[data-place]") : null;
    const [day, row] = (cell?.dataset.place ?? "").split(" ").map(Number);
    return cell && day !== undefined && row !== undefined ? { day, row } : undefined;
  }

  private isOn({ day, row }: Place): boolean {
    return this.cells[day]?.[row]?.dataset.on !== "none";
  }

  /** Whether nothing can be drawn on a day: it is over, and what is drawn is for this week alone. */
  private still(day: number): boolean {
    const only = this.closest("form")?.querySelector<HTMLInputElement>("[name=scope][value=only]");
    return Boolean(this.week?.days[day]?.past && only?.checked);
  }

  /** The same of a place, which is said then. */
  private over({ day }: Place): boolean {
    if (!this.still(day)) return false;
    if (this.said) {
      this.said.textContent = t(
        "Этот день прошёл. Чтобы изменить его на будущее, выберите «С этой недели и дальше».",
      );
    }
    return true;
  }

  /** Turn the rectangle between two cells on or off, beginning from the spans as they were. */
  private draw(from: Place, to: Place, on: boolean, before?: Span[][]): void {
    const week = this.week;
    if (!week) return;
    const start = week.first + Math.min(from.row, to.row) * STEP;
    const end = week.first + (Math.max(from.row, to.row) + 1) * STEP;
    const low = Math.min(from.day, to.day);
    const high = Math.max(from.day, to.day);
    const drawn = week.days.map((_day, day) => {
      const old = before?.[day] ?? this.spans(day);
      if (this.still(day) || day < low || day > high) return old;
      return on ? add(old, start, end) : cut(old, start, end);
    });
    if (drawn.some((spans, day) => spans.length > this.fields(day).length)) {
      if (this.said) this.said.textContent = t("Больше четырёх отрезков в дне не поместится.");
      return;
    }
    drawn.forEach((spans, day) => {
      this.write(day, spans);
    });
    this.paint();
    this.say(to.day);
  }

  private pressed(event: KeyboardEvent): void {
    const place = this.placeOf(event.target);
    if (!place) return;
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      if (!this.over(place)) this.draw(place, place, !this.isOn(place));
      return;
    }
    const next = this.step(place, event);
    if (!next) return;
    event.preventDefault();
    if (event.shiftKey && !this.over(place)) this.draw(place, next, this.isOn(place));
    this.focusOn(next);
  }

  private step(place: Place, event: KeyboardEvent): Place | undefined {
    const rows = (this.cells[0]?.length ?? 1) - 1;
    const days = this.cells.length - 1;
    if (event.key === "Home") return { day: 0, row: place.row };
    if (event.key === "End") return { day: days, row: place.row };
    if (event.key === "PageUp") return { day: place.day, row: 0 };
    if (event.key === "PageDown") return { day: place.day, row: rows };
    const move = MOVES[event.key];
    if (!move) return undefined;
    return {
      day: Math.min(days, Math.max(0, place.day + move[0])),
      row: Math.min(rows, Math.max(0, place.row + move[1])),
    };
  }

  private focusOn(place: Place): void {
    for (const cell of this.querySelectorAll<HTMLElement>("[data-place][tabindex='0']")) cell.tabIndex = -1;
    const cell = this.cells[place.day]?.[place.row];
    if (!cell) return;
    cell.tabIndex = 0;
    cell.focus();
  }

  private began(event: PointerEvent): void {
    const place = this.placeOf(event.target);
    if (!place || event.button !== 0) return;
    event.preventDefault();
    this.focusOn(place);
    if (this.over(place)) return;
    const before = this.cells.map((_column, day) => this.spans(day));
    this.drag = { start: place, on: !this.isOn(place), before };
    this.draw(place, place, this.drag.on, before);
  }

  private dragged(event: PointerEvent): void {
    if (!this.drag) return;
    const place = this.placeOf(document.elementFromPoint(event.clientX, event.clientY));
    if (place) this.draw(this.drag.start, place, this.drag.on, this.drag.before);
  }

  private ended(): void {
    this.drag = undefined;
  }
}

function hint(): HTMLElement {
  const text = document.createElement("p");
  text.className = "hint";
  text.textContent = t(
    "Проведите мышью или пальцем: приём включится, а по включённому — выключится. С клавиатуры: пробел и Shift со стрелками. На телефоне прокручивайте за столбец с часами. Часы раньше или позже этих впишите цифрами.",
  );
  return text;
}

function heading(day: DayData): HTMLElement {
  const head = document.createElement("th");
  head.scope = "col";
  const [weekday, date, ...month] = day.label.split(" ");
  const name = document.createElement("strong");
  name.textContent = weekday ?? "";
  const rest = document.createElement("span");
  rest.className = "hours-month";
  rest.textContent = ` ${month.join(" ")}`;
  head.append(name, ` ${date ?? ""}`, rest);
  if (day.off) head.classList.add("off");
  if (day.today) head.classList.add("today");
  if (day.note) {
    const note = document.createElement("span");
    note.className = "day-note";
    note.textContent = day.note;
    head.append(note);
  }
  return head;
}

/** What happens in half an hour beside the week: single days, absences, bookings (their number where they begin). */
function addMarks(cell: HTMLElement, day: DayData, at: number): void {
  const touches = (mark: Mark) => (minutes(mark.from) ?? 0) < at + STEP && at < (minutes(mark.to) ?? 0);
  const begins = (mark: Mark) => Math.floor((minutes(mark.from) ?? -STEP) / STEP) * STEP === at;
  if (day.extra.some(touches)) cell.classList.add("extra");
  const away = day.away.find(touches);
  if (away) {
    cell.classList.add("away");
    cell.title = away.label ?? "";
    if (begins(away) || at % (24 * 60) === 0) addText(cell, away.label ?? "", "mark-away");
  }
  for (const booking of day.bookings.filter(touches)) {
    cell.classList.add("booked");
    if (begins(booking)) addText(cell, `${booking.from} · ${booking.label ?? ""}`, "mark-booked");
  }
}

function addText(cell: HTMLElement, text: string, look: string): void {
  const mark = document.createElement("span");
  mark.dataset.mark = "";
  mark.className = look;
  mark.textContent = text;
  cell.append(mark);
}

customElements.define("hours-grid", HoursGrid);
