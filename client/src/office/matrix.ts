import { t } from "../i18n";

/** What a click on «all» makes of its boxes: all on, or all off when they are on already. */
export function toggled(boxes: readonly boolean[]): boolean {
  return !boxes.every(Boolean);
}

/** `<mark-matrix>`: a button by each row and column of an annex marks all of it; without scripts boxes do as they are. */
export class MarkMatrix extends HTMLElement {
  connectedCallback(): void {
    const table = this.querySelector("table");
    if (!table?.querySelector("input:not(:disabled)")) return;
    const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
    for (const row of rows) {
      if (row.querySelector("input")) this.add(row.cells[0], () => boxesOf(row), t("Отметить всю тему"));
    }
    const head = table.tHead?.rows[0];
    for (const cell of [...(head?.cells ?? [])].slice(1)) {
      const at = cell.cellIndex;
      this.add(cell, () => rows.flatMap((row) => boxesOf(row, at)), t("Отметить всё в этом месте"));
    }
  }

  private add(place: HTMLElement | undefined, boxes: () => HTMLInputElement[], label: string): void {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "matrix-mark";
    button.textContent = t("все");
    button.setAttribute("aria-label", `${label}: ${place?.textContent?.trim() ?? ""}`);
    button.addEventListener("click", () => {
      const found = boxes();
      const on = toggled(found.map((box) => box.checked));
      for (const box of found) box.checked = on;
    });
    place?.append(" ", button);
  }
}

function boxesOf(row: HTMLTableRowElement, at?: number): HTMLInputElement[] {
  const cells = [...row.cells].filter((cell) => at === undefined || cell.cellIndex === at);
  return cells.flatMap((cell) => [...cell.querySelectorAll<HTMLInputElement>("input[type=checkbox]")]);
}

customElements.define("mark-matrix", MarkMatrix);
