import { t } from "../i18n";
import { csrfToken } from "../live";
import type { Devices } from "./devices";
import { Film } from "./film";
import type { DialogueEvent } from "./frames";
import { maybePart, part } from "./parts";

/** What the server says of the recording, for this participant. */
export interface RecordingView {
  state: "none" | "asked" | "running" | "paused" | "ended" | "deleted";
  id: string;
  /** Whether this participant agreed; null while she has not answered. */
  answered: boolean | null;
  /** Whether this page is the one that records. */
  recorder: boolean;
  /** The next take of a recorder that starts anew. */
  take: number;
}

/** Why there is no recording stands before everybody for so long. */
const SAID_FOR = 20_000;

type Act = "ask" | "agree" | "refuse" | "revoke" | "stop";

/**
 * Recording of the dialogue. This file is loaded only where the authority allows recordings at all. It shows what the
 * server says: the sign to everybody, the question to who has not answered; it records only on the expert's page.
 */
export class RecordingPanel {
  private readonly panel: HTMLElement;
  private film: Film | undefined;
  private view: RecordingView | undefined;
  /** Why there is no recording, after somebody has refused it. */
  private because = "";
  private timer: number | undefined;

  constructor(
    private readonly room: HTMLElement,
    private readonly url: string,
    private readonly sources: () => { video: MediaStreamTrack | null; audio: MediaStreamTrack | null },
  ) {
    this.panel = part(room, "recording");
    for (const [name, act] of [
      ["recording-agree", "agree"],
      ["recording-refuse", "refuse"],
      ["recording-revoke", "revoke"],
    ] as const)
      part(room, name).addEventListener("click", () => void this.act(act));
    const button = maybePart(room, "record");
    button?.addEventListener("click", () => void this.act(this.going ? "stop" : "ask"));
  }

  /** Something happened to the recording: ask what it is doing now, and say why if there is none. */
  told(event: DialogueEvent, own: boolean, fresh: boolean): void {
    if (fresh && event.text === "asked") this.say("");
    if (fresh && (event.text === "refused" || event.text === "revoked")) this.say(refusal(event.name, own));
    void this.look();
  }

  /** Something about the recording changed: ask what. */
  async look(): Promise<void> {
    try {
      const answer = await fetch(this.url, { headers: { Accept: "application/json" } });
      if (answer.ok) this.show((await answer.json()) as RecordingView);
    } catch {
      // The next event asks again.
    }
  }

  close(): void {
    this.film?.stop();
    this.film = undefined;
  }

  private say(why: string): void {
    this.because = why;
    window.clearTimeout(this.timer);
    if (!why) part(this.room, "recording-fault").textContent = "";
    else this.timer = window.setTimeout(() => this.forget(), SAID_FOR);
  }

  private forget(): void {
    this.because = "";
    if (this.view) this.show(this.view);
  }

  private get going(): boolean {
    return this.view !== undefined && /asked|running|paused/.test(this.view.state);
  }

  private async act(act: Act): Promise<void> {
    const fault = part(this.room, "recording-fault");
    fault.textContent = "";
    try {
      const answer = await fetch(`${this.url}${act}/`, {
        method: "POST",
        headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
      });
      const said = (await answer.json()) as RecordingView & { text?: string };
      if (answer.ok) this.show(said);
      else fault.textContent = said.text ?? "";
    } catch {
      fault.textContent = t("Сервер не отвечает. Попробуйте ещё раз.");
    }
    this.panel.hidden = !this.going && !this.because && !fault.textContent;
  }

  private show(view: RecordingView): void {
    this.view = view;
    this.room.dataset.recorded = view.state;
    this.panel.dataset.state = view.state;
    part(this.room, "recording-words").textContent = words(view) || this.because;
    part(this.room, "recording-ask").hidden = !this.going || view.answered !== null;
    part(this.room, "recording-revoke").hidden = !this.going || view.answered !== true || view.recorder;
    this.panel.hidden = !this.going && !this.because;
    const button = maybePart(this.room, "record");
    if (button) {
      (button as HTMLButtonElement).disabled = false; // this code comes late: a press before it would be lost
      button.setAttribute("aria-pressed", String(this.going));
      part(button, "toggle-state").textContent = this.going ? t("идёт") : t("нет");
    }
    this.follow(view);
  }

  /** The recorder's page films while recording goes on, and only then. */
  private follow(view: RecordingView): void {
    if (!view.recorder || view.state === "ended" || view.state === "none") {
      this.close();
      return;
    }
    if (view.state === "running") {
      this.film ??= new Film(this.room, `${this.url}chunk/${view.id}/${view.take}/`, this.sources, () => {
        this.film = undefined; // the server takes no more of this take: the next one, if there is still a recording
        void this.look();
      });
      this.film.start();
    } else this.film?.pause();
  }
}

export function words(view: RecordingView): string {
  switch (view.state) {
    case "asked":
      return view.answered === null
        ? t("Специалист просит разрешить запись разговора")
        : t("Ждём, согласятся ли на запись остальные");
    case "running":
      return t("Идёт запись");
    case "paused":
      return view.answered === null
        ? t("Разговор записывали. Без вашего согласия запись стоит")
        : t("Запись приостановлена: ждём согласия нового участника");
    default:
      return "";
  }
}

function refusal(name: string, own: boolean): string {
  return own
    ? t("Вы не согласны на запись. Разговор не записывают.")
    : t("Разговор не записывают: согласия не даёт {name}", { name });
}

/** The panel of a room whose authority allows recordings; `url` is relative to the page. */
export function recordingOf(room: HTMLElement, url: string, devices: Devices): RecordingPanel {
  const sources = () => ({ video: devices.video, audio: devices.muted ? null : devices.audio });
  return new RecordingPanel(room, new URL(url, location.href).pathname, sources);
}
