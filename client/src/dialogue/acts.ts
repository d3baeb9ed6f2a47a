import { t } from "../i18n";
import { csrfToken, type LiveRegion } from "../live";
import { maybePart } from "./parts";

/**
 * Steps taken from inside the room. `<form data-quiet>` is sent without leaving the page: a refusal is shown in its
 * `form-fault`, a piece of page that comes back goes into the part named by `data-into`, and the list around is fetched
 * anew. What the step changed comes to everybody as an event.
 */
export function bindQuietForms(root: HTMLElement): void {
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset.quiet === undefined) return;
    event.preventDefault();
    void send(root, form, event.submitter);
  });
  root.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-copy-field]");
    const field = button && root.querySelector<HTMLInputElement>(`#${button.dataset.copyField}`);
    if (!button || !field) return;
    field.select(); // where the browser has no clipboard for us the next key press copies it
    void navigator.clipboard?.writeText(field.value).then(() => {
      (button.querySelector("span") ?? button).textContent = t("Скопировано");
    });
  });
}

async function send(root: HTMLElement, form: HTMLFormElement, by: HTMLElement | null): Promise<void> {
  if (form.dataset.sending) return;
  form.dataset.sending = "1";
  const fault = maybePart(form, "form-fault");
  if (fault) fault.textContent = "";
  try {
    const body = new FormData(form, by instanceof HTMLButtonElement ? by : null);
    const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json, text/html;q=0.5" };
    const answer = await fetch(form.action, { method: "POST", headers, body });
    const type = answer.headers.get("Content-Type") ?? "";
    if (answer.ok && type.startsWith("text/html")) {
      const place = maybePart(root, form.dataset.into ?? "");
      if (place) place.innerHTML = await answer.text();
      place?.firstElementChild?.scrollIntoView({ block: "nearest" });
    } else if (!answer.ok && fault) fault.textContent = await words(answer, type);
    if (answer.ok) form.reset();
  } catch {
    if (fault) fault.textContent = t("Нет связи. Попробуйте ещё раз.");
  } finally {
    delete form.dataset.sending;
  }
  if (document.activeElement instanceof HTMLElement && form.contains(document.activeElement)) {
    document.activeElement.blur(); // a list with a focused field is not fetched anew
    form.closest<HTMLElement>(".chat")?.focus({ preventScroll: true });
  }
  void form.closest<LiveRegion>("live-region")?.refresh();
}

async function words(answer: Response, type: string): Promise<string> {
  if (answer.status === 409 && type.startsWith("application/json"))
    return ((await answer.json()) as { text?: string }).text ?? "";
  return answer.status === 404
    ? t("Это уже нельзя сделать: в разговоре что-то изменилось.")
    : t("Не получилось. Попробуйте ещё раз.");
}

/** What stands beside the faces: the chat, the participants, the papers, the devices; one at a time. */
export type Panel = "chat" | "people" | "papers" | "devices";

/**
 * Buttons `[data-panel-toggle]` open a panel, a second press closes it. The keyboard goes into what was opened; Esc
 * closes it and brings the keyboard back to its button.
 */
export function bindPanels(room: HTMLElement, onchange: () => void): (panel: Panel) => void {
  const open = (panel: Panel) => {
    room.dataset.panel = panel;
    room.dataset.chat = "open";
    onchange();
    const place = room.querySelector<HTMLElement>(`#room-${panel}`);
    // On a telephone it opens below the buttons, out of sight.
    if (!window.matchMedia("(min-width: 60em)").matches) place?.scrollIntoView({ block: "start" });
    place?.focus({ preventScroll: true });
  };
  room.addEventListener("keydown", (event) => {
    const place = (event.target as Element).closest<HTMLElement>(".chat");
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented || !place) return;
    room.dataset.chat = "closed";
    onchange();
    room.querySelector<HTMLElement>(`[aria-controls="${place.id}"]`)?.focus();
  });
  for (const button of room.querySelectorAll<HTMLElement>("[data-panel-toggle]"))
    button.addEventListener("click", () => {
      const panel = button.dataset.panelToggle as Panel;
      if (room.dataset.chat === "open" && room.dataset.panel === panel) {
        room.dataset.chat = "closed";
        onchange();
      } else open(panel);
    });
  return open;
}

export function showPanels(room: HTMLElement): void {
  for (const button of room.querySelectorAll<HTMLElement>("[data-panel-toggle]")) {
    const shown = room.dataset.chat === "open" && room.dataset.panel === button.dataset.panelToggle;
    button.setAttribute("aria-expanded", String(shown));
  }
}
