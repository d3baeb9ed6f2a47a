/** Small comforts of ordinary pages. Each page works without them. */

import { t } from "./i18n";

/** A form sent twice by an impatient double click is sent once. The server guards itself besides. */
function sendOnce(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  const button = event.submitter;
  // After the browser has taken the form's data: a disabled button would not be part of it.
  window.setTimeout(() => button?.setAttribute("aria-busy", "true"));
  window.setTimeout(() => release(form, button), 8000);
}

function release(form: HTMLFormElement, button: HTMLElement | null): void {
  delete form.dataset.sent;
  button?.removeAttribute("aria-busy");
}

/** Coming back by the «Назад» button shows a page that may be sent again. */
function releaseAll(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
}

/** `<button data-print hidden>` appears and prints the page. */
function showPrinters(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

/** `<button data-copy="#id" hidden>` copies the text of a field or element and says so. */
function showCopiers(): void {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll<HTMLElement>("[data-copy]")) {
    const source = document.querySelector<HTMLElement>(button.dataset.copy ?? "");
    if (!source) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(
        source instanceof HTMLInputElement ? source.value : source.textContent.trim(),
      );
      const label = button.querySelector("[data-label]") ?? button;
      label.textContent = t("Скопировано");
    });
  }
}

/** `<textarea data-grow>` grows with its text, so an old story is read whole. */
function growFields(): void {
  for (const field of document.querySelectorAll<HTMLTextAreaElement>("textarea[data-grow]")) {
    const grow = () => {
      const missing = field.scrollHeight - field.clientHeight;
      if (missing > 0)
        field.rows += Math.ceil(missing / (Number.parseFloat(getComputedStyle(field).lineHeight) || 27));
    };
    field.addEventListener("input", grow);
    grow();
  }
}

/** An open `<details data-menu>` closes by Esc, by a click beside it and when the focus goes on. */
function closeMenus(event: Event): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
    if (event instanceof KeyboardEvent) {
      if (event.key !== "Escape") return;
      menu.open = false;
      if (menu.contains(document.activeElement)) menu.querySelector("summary")?.focus();
    } else if (event.target instanceof Node && !menu.contains(event.target)) {
      menu.open = false;
    }
  }
}

export function startSmallThings(): void {
  for (const kind of ["click", "keydown", "focusin"]) document.addEventListener(kind, closeMenus);
  document.addEventListener("submit", sendOnce);
  window.addEventListener("pageshow", releaseAll);
  showPrinters();
  showCopiers();
  growFields();
}

startSmallThings();
