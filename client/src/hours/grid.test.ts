import { beforeEach, describe, expect, it } from "vitest";
import "./grid";
import type { HoursGrid, WeekData } from "./grid";

function day(label: string): WeekData["days"][number] {
  return { label, note: "", off: false, past: false, today: false, extra: [], away: [], bookings: [] };
}

function page(
  change: Partial<WeekData["days"][number]> = {},
  attributes = "",
  more: { wrong?: string; past?: number; only?: boolean } = {},
): HoursGrid {
  const names = ["пн 23 ноября", "вт 24 ноября", "ср 25 ноября"];
  const week: WeekData = {
    first: 540,
    last: 720,
    days: names.map((name, n) => ({ ...day(name), past: n < (more.past ?? 0) })),
  };
  Object.assign(week.days[0] as object, change);
  const fields = names
    .map((_name, n) => {
      const value = (text: string) => (n === 0 ? `value="${text}"` : "");
      return `<fieldset data-day="${n}">
        <input type="time" name="d${n}-0-from" ${value("09:00")}><input type="time" name="d${n}-0-to" ${value("10:00")}>
        <input type="time" name="d${n}-1-from" ${more.wrong ?? ""}><input type="time" name="d${n}-1-to"></fieldset>`;
    })
    .join("");
  const host = document.createElement("div"); // a browser connects the element when its children are there
  host.innerHTML = `<script type="application/json" id="w">${JSON.stringify(week)}</script>
    <form><input type="radio" name="scope" value="only" ${more.only ? "checked" : ""}>
    <hours-grid data-week="#w" ${attributes}><details open>${fields}</details></hours-grid></form>`;
  document.body.replaceChildren(host);
  return document.querySelector("hours-grid") as HoursGrid;
}

function cell(grid: HoursGrid, column: number, row: number): HTMLElement {
  return grid.querySelector(`[data-place="${column} ${row}"]`) as HTMLElement;
}

function press(target: HTMLElement, key: string, shiftKey = false): void {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey, bubbles: true, cancelable: true }));
}

function field(name: string): string {
  return (document.querySelector(`[name="${name}"]`) as HTMLInputElement).value;
}

describe("hours-grid", () => {
  let grid: HoursGrid;
  beforeEach(() => {
    grid = page();
  });

  it("shows what stands in the fields and folds them away", () => {
    expect(cell(grid, 0, 0).dataset.on).toBe("all");
    expect(cell(grid, 0, 2).dataset.on).toBe("none");
    expect(cell(grid, 0, 0).getAttribute("aria-label")).toBe("пн 23 ноября, 09:00, приём");
    expect(grid.querySelector("details")?.hasAttribute("open")).toBe(false);
  });

  it("turns half an hour on and off by keyboard", () => {
    press(cell(grid, 1, 2), " ");
    expect([field("d1-0-from"), field("d1-0-to")]).toEqual(["10:00", "10:30"]);
    press(cell(grid, 1, 2), "Enter");
    expect([field("d1-0-from"), field("d1-0-to")]).toEqual(["", ""]);
    expect(grid.querySelector("[role=status]")?.textContent).toBe("вт 24 ноября: приёма нет");
  });

  it("draws on with Shift and an arrow, in both directions", () => {
    press(cell(grid, 0, 1), "ArrowDown", true);
    press(cell(grid, 0, 2), "ArrowRight", true);
    expect(field("d0-0-to")).toBe("10:30");
    expect([field("d1-0-from"), field("d1-0-to")]).toEqual(["10:00", "10:30"]);
    expect(document.activeElement).toBe(cell(grid, 1, 2));
  });

  it("has one place in the order of Tab and stays inside its edges", () => {
    press(cell(grid, 0, 0), "ArrowUp");
    press(cell(grid, 0, 0), "End");
    press(cell(grid, 2, 0), "PageDown");
    expect(document.activeElement).toBe(cell(grid, 2, 5));
    expect(grid.querySelectorAll("[data-place][tabindex='0']").length).toBe(1);
  });

  it("cuts a hole and refuses more spans than there are fields, losing nothing", () => {
    for (const row of [2, 3, 4]) press(cell(grid, 0, row), " ");
    press(cell(grid, 0, 1), " ");
    expect([field("d0-0-to"), field("d0-1-from"), field("d0-1-to")]).toEqual(["09:30", "10:00", "11:30"]);
    press(cell(grid, 0, 3), " ");
    expect([field("d0-1-from"), field("d0-1-to")]).toEqual(["10:00", "11:30"]);
    expect(grid.querySelector("[role=status]")?.textContent).toContain("не поместится");
  });

  it("drags a rectangle over days and takes back what the pointer left", () => {
    const under = (target: HTMLElement) => {
      document.elementFromPoint = () => target;
    };
    const table = grid.querySelector("table") as HTMLElement;
    cell(grid, 1, 2).dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, button: 0 }));
    under(cell(grid, 2, 5));
    table.dispatchEvent(new PointerEvent("pointermove", { bubbles: true }));
    expect([field("d2-0-from"), field("d2-0-to")]).toEqual(["10:00", "12:00"]);
    under(cell(grid, 1, 3));
    table.dispatchEvent(new PointerEvent("pointermove", { bubbles: true }));
    expect(field("d2-0-from")).toBe("");
    expect(field("d1-0-to")).toBe("11:00");
    table.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
    under(cell(grid, 2, 5));
    table.dispatchEvent(new PointerEvent("pointermove", { bubbles: true }));
    expect(field("d2-0-from")).toBe("");
  });

  it("follows what is typed into the fields", () => {
    const start = document.querySelector("[name=d1-0-from]") as HTMLInputElement;
    const end = document.querySelector("[name=d1-0-to]") as HTMLInputElement;
    start.value = "09:15";
    end.value = "11:00";
    end.dispatchEvent(new Event("input", { bubbles: true }));
    expect(cell(grid, 1, 0).dataset.on).toBe("part");
    expect(cell(grid, 1, 1).dataset.on).toBe("all");
  });

  it("repeats Monday until Friday", () => {
    (grid.querySelector(".hours-repeat") as HTMLElement).click();
    expect([field("d2-0-from"), field("d2-0-to")]).toEqual(["09:00", "10:00"]);
  });

  it("shows bookings, absences and single days, and reads them aloud", () => {
    grid = page({
      bookings: [{ from: "09:15", to: "09:35", label: "61-1001" }],
      away: [{ from: "10:00", to: "11:00", label: "Обучение" }],
      extra: [{ from: "11:00", to: "11:30" }],
    });
    expect(cell(grid, 0, 0).textContent).toBe("09:15 · 61-1001");
    expect(cell(grid, 0, 1).classList.contains("booked")).toBe(true);
    expect(cell(grid, 0, 2).getAttribute("aria-label")).toContain("Обучение");
    expect(cell(grid, 0, 4).classList.contains("extra")).toBe(true);
  });

  it("draws on a past day for the days to come", () => {
    grid = page({}, "", { past: 1 });
    press(cell(grid, 0, 2), " ");
    expect(field("d0-0-to")).toBe("10:30");
    expect(cell(grid, 0, 2).hasAttribute("aria-readonly")).toBe(false);
  });

  it("leaves a past day alone where this week alone is drawn, says so, and draws on the others", () => {
    grid = page({}, "", { past: 1, only: true });
    expect(cell(grid, 0, 3).getAttribute("aria-readonly")).toBe("true");
    for (const key of [" ", "Enter"]) press(cell(grid, 0, 2), key);
    cell(grid, 0, 3).dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, button: 0 }));
    expect([field("d0-0-from"), field("d0-0-to")]).toEqual(["09:00", "10:00"]);
    expect(grid.querySelector("[role=status]")?.textContent).toContain("Этот день прошёл");
    press(cell(grid, 0, 0), "ArrowRight", true);
    expect(field("d1-0-from")).toBe("");
    press(cell(grid, 1, 3), " ");
    press(cell(grid, 1, 3), "ArrowLeft", true);
    expect([field("d0-0-to"), field("d1-0-to")]).toEqual(["10:00", "11:00"]);
  });

  it("repeats Monday on no day that is over", () => {
    grid = page({}, "", { past: 2, only: true });
    (grid.querySelector(".hours-repeat") as HTMLElement).click();
    expect([field("d1-0-from"), field("d2-0-from")]).toEqual(["", "09:00"]);
  });

  it("keeps the figures open while a wrong one is among them", () => {
    grid = page({}, "", { wrong: 'aria-invalid="true"' });
    expect(grid.querySelector("details")?.hasAttribute("open")).toBe(true);
  });

  it("asks whoever leaves with hours drawn and not sent, and nobody else", () => {
    const leaving = () => {
      const event = new Event("beforeunload", { cancelable: true });
      window.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(leaving()).toBe(false);
    press(cell(grid, 1, 2), " ");
    expect(leaving()).toBe(true);
    document.querySelector("form")?.dispatchEvent(new Event("submit"));
    expect([leaving(), leaving()]).toEqual([false, true]); // she was sent on, and came Back to the page as it was
    press(cell(grid, 1, 2), " ");
    expect(leaving()).toBe(false);
    grid = page({}, "data-unsaved"); // what was refused stands on the page and is kept nowhere
    expect(leaving()).toBe(true);
    grid.remove();
    expect(leaving()).toBe(false);
  });

  it("does not draw over a week that is past", () => {
    grid = page({}, "data-past");
    press(cell(grid, 1, 2), " ");
    expect(field("d1-0-from")).toBe("");
  });
});
