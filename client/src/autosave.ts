/**
 * `<auto-save><form action="…" method="post">…</form></auto-save>` sends its form by itself 2 s after a change.
 *
 * The form carries a hidden `revision`. Answers: 200 `{"revision": 4}` saved · 409 `{"text": "…"}` somebody saved a
 * newer text: nothing is overwritten, the text says so and saving stops until the page is reloaded · 422
 * `{"text": "…"}` refused with a reason. While the network is away the typed text waits in sessionStorage and is put
 * back after a reload. The state is said in `[data-save-state]` (role="status").
 *
 * Event on the element: `autosave:saved` with detail {revision}.
 */
import { clock, t } from "./i18n";

export const DELAY = 2000;
const RETRY = 5000;

type Kept = { revision: string; fields: Record<string, string> };
type Answer = { revision?: number; text?: string };

export class AutoSave extends HTMLElement {
  private timer: number | undefined;
  private sending: Promise<void> | undefined;
  private changed = false;
  private stopped = false;

  connectedCallback(): void {
    queueMicrotask(() => this.restore()); // the form inside may be put in right after
    this.addEventListener("input", this.onInput);
    this.addEventListener("submit", this.onSubmit);
    document.addEventListener("visibilitychange", this.onHide);
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.onHide);
  }

  private get form(): HTMLFormElement | null {
    return this.querySelector("form");
  }

  private readonly onInput = (event: Event) => {
    if (this.stopped || !(event.target instanceof Element) || event.target.closest("[data-autosave=off]"))
      return;
    this.changed = true;
    this.keep();
    this.plan(DELAY);
  };

  private readonly onHide = () => {
    if (document.visibilityState === "hidden" && this.changed) void this.save();
  };

  /** A button of the form sends the newest text itself, so a planned saving is no longer needed. */
  private readonly onSubmit = () => {
    window.clearTimeout(this.timer);
    this.changed = false;
    this.forget();
  };

  private plan(delay: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), delay);
  }

  /** Send what is typed now. Waits for a sending under way; answers when it is settled. */
  async save(): Promise<void> {
    window.clearTimeout(this.timer);
    await this.sending;
    if (!this.changed || this.stopped || !this.form) return;
    this.changed = false;
    this.sending = this.send(this.form);
    await this.sending;
    this.sending = undefined;
  }

  private async send(form: HTMLFormElement): Promise<void> {
    this.say("saving", t("Сохраняем…"));
    let response: Response;
    try {
      response = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(fieldsOf(form)),
        headers: { "X-Autosave": "1", Accept: "application/json" },
        keepalive: true,
      });
    } catch {
      return this.failed();
    }
    if (response.status === 409) return this.conflict(await read(response));
    if (response.status === 422)
      return this.say("refused", (await read(response)).text ?? t("Не сохранено."));
    if (!response.ok || response.redirected) return this.failed();
    this.saved(await read(response));
  }

  private saved(answer: Answer): void {
    const field = this.revisionField();
    if (field && answer.revision !== undefined) field.value = String(answer.revision);
    if (!this.changed) this.forget();
    this.say("saved", t("Сохранено в {time}", { time: clock(new Date()) }));
    this.dispatchEvent(
      new CustomEvent("autosave:saved", { bubbles: true, detail: { revision: answer.revision } }),
    );
  }

  private failed(): void {
    this.changed = true;
    this.keep();
    this.say("waiting", t("Нет связи. Текст не потеряется: сохраним, когда связь вернётся."));
    this.plan(RETRY);
  }

  private conflict(answer: Answer): void {
    this.stopped = true;
    this.keep();
    const text = t("Этот текст уже изменён в другом окне. Скопируйте своё и обновите страницу.");
    this.say("conflict", answer.text ?? text);
  }

  private say(state: string, text: string): void {
    this.dataset.state = state;
    const place = this.querySelector("[data-save-state]");
    if (place) place.textContent = text;
  }

  private revisionField(): HTMLInputElement | null {
    return this.form?.querySelector<HTMLInputElement>("input[name=revision]") ?? null;
  }

  private get key(): string {
    return `autosave:${this.form?.getAttribute("action") ?? location.pathname}`;
  }

  private keep(): void {
    if (!this.form) return;
    const { csrfmiddlewaretoken: _, revision = "", ...fields } = fieldsOf(this.form);
    sessionStorage.setItem(this.key, JSON.stringify({ revision, fields } satisfies Kept));
  }

  private forget(): void {
    sessionStorage.removeItem(this.key);
  }

  /** After a reload: text that never reached the server comes back, unless the server has a newer one. */
  private restore(): void {
    const kept = sessionStorage.getItem(this.key);
    if (!kept || !this.form) return;
    const { revision, fields } = JSON.parse(kept) as Kept;
    if (revision !== (this.revisionField()?.value ?? "")) return;
    for (const [name, value] of Object.entries(fields)) {
      const field = this.form.elements.namedItem(name);
      if (
        field instanceof HTMLTextAreaElement ||
        (field instanceof HTMLInputElement && field.type === "text")
      ) {
        field.value = value;
      }
    }
    this.changed = true;
    this.say("waiting", t("Вернули текст, который не успел сохраниться."));
    this.plan(DELAY);
  }
}

function fieldsOf(form: HTMLFormElement): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") fields[name] = value;
  }
  return fields;
}

async function read(response: Response): Promise<Answer> {
  try {
    return (await response.json()) as Answer;
  } catch {
    return {};
  }
}

customElements.define("auto-save", AutoSave);
