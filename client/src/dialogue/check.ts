import { t } from "../i18n";
import { icon } from "../icon";
import { ability, familyOf, inside, supportOf } from "./browsers";
import { Choosing } from "./choosing";
import { type Device, type Devices, meter, playTone } from "./devices";
import { echo } from "./echo";
import { checkLine, type LineFound } from "./line-check";
import { maybePart, part } from "./parts";
import { pictureOf, remedy } from "./remedies";
import { CheckServer, reportOf, type State } from "./report";
import { brightness, CameraWatch, MicrophoneWatch } from "./watch";

type Verdict = "ok" | "fault" | "wait";
const SILENT_AFTER = 8;
const LOOK_EVERY = 700;
const TELL_AFTER = 1_500;

/**
 * The device check: own picture, a level that moves with the voice, notes to hear and one's own voice back, a loop
 * through the relay, the browser. One remedy per fault, in words and with a picture. Nothing here stops anybody from
 * entering: without a camera one is heard, without both one can write.
 */
export class Check {
  private readonly choosing: Choosing;
  private stopMeter: (() => void) | undefined;
  private heard = false;
  private sound: State = "unknown";
  private line: LineFound | undefined;
  private readonly server: CheckServer;
  private readonly quiet = new MicrophoneWatch(SILENT_AFTER);
  private readonly dark = new CameraWatch();
  private readonly canvas = document.createElement("canvas");
  private looking: number | undefined;
  private telling: number | undefined;
  private told = "";

  constructor(
    private readonly root: HTMLElement,
    private readonly devices: Devices,
  ) {
    this.server = new CheckServer(root.dataset.check ?? "");
    part(root, "check-again").addEventListener("click", () => void this.run());
    part(root, "tone").addEventListener("click", () => void this.tone());
    part(root, "tone-yes").addEventListener("click", () => this.answer(true));
    part(root, "tone-no").addEventListener("click", () => this.answer(false));
    maybePart(root, "sound-alone")?.addEventListener("click", () => {
      this.devices.closeCamera();
      part(root, "enter").click();
    });
    part(root, "echo").addEventListener("click", () => void this.echo());
    this.choosing = new Choosing(root, devices, document);
  }

  /** Ask for camera and microphone (or `keep` what is on), time the line, and show what came of it. */
  async run(keep = false): Promise<void> {
    this.mark("camera", "wait", t("Включаем камеру…"));
    this.mark("microphone", "wait", t("Включаем микрофон…"));
    this.showBrowser();
    const line = this.runLine();
    if (!keep || !this.devices.audio || !this.devices.video)
      await this.devices.open(!keep || !this.devices.off);
    this.show();
    this.looking ??= window.setInterval(() => this.look(), LOOK_EVERY);
    await line;
  }

  /** Show the present state; called as well when something is unplugged. */
  show(): void {
    const { audio, video, faults, off } = this.devices;
    const picture = part(this.root, "check-picture") as HTMLVideoElement;
    const shown = (picture.srcObject as MediaStream | null)?.getVideoTracks()[0] ?? null;
    if (shown !== video) picture.srcObject = video ? new MediaStream([video]) : null;
    part(this.root, "check-frame").dataset.camera = video ? "on" : "off";
    if (off)
      this.mark("camera", "ok", t("Без видео: вы выбрали только звук. Камеру можно включить в разговоре"));
    else this.verdict("camera", video !== null, t("Камера работает"));
    this.verdict(
      "microphone",
      audio !== null,
      this.heard
        ? t("Микрофон вас слышит")
        : t("Микрофон включён. Скажите что-нибудь: полоска должна двигаться"),
    );
    part(this.root, "check-again").hidden = !faults.camera && !faults.microphone;
    this.measure(audio);
    void this.choosing.show();
    this.tell();
  }

  /** In the room: a device that was refused and is not any more, or the other way round, is told to those who help. */
  watch(): void {
    if (this.refused() !== this.told) this.tell();
  }

  private refused(): string {
    const { camera, microphone } = this.devices.faults;
    return [camera, microphone].map((fault) => fault === "denied" || fault === "system").join();
  }

  stop(): void {
    this.stopMeter?.();
    this.stopMeter = undefined;
    window.clearInterval(this.looking);
    this.looking = undefined;
    (part(this.root, "check-picture") as HTMLVideoElement).srcObject = null;
  }

  private showBrowser(): void {
    const support = supportOf(navigator.userAgent, ability());
    const words =
      support === "fault"
        ? t(
            "Этот браузер не умеет видеосвязь. Откройте страницу в новом Яндекс Браузере, Chrome, Firefox или Safari.",
          )
        : inside(navigator.userAgent)
          ? t(
              "Страница открыта внутри другой программы. Нажмите «Открыть в браузере», иначе камеры не будет.",
            )
          : t("Браузер старый: связь может не получиться. По возможности обновите его.");
    part(this.root, "check-browser").hidden = support === "ok";
    if (support !== "ok") this.mark("browser", "fault", words);
  }

  private async runLine(): Promise<void> {
    part(this.root, "check-line").hidden = !this.server.known;
    if (!this.server.known) return; // a guest's line is seen to in the room
    this.mark("line", "wait", t("Проверяем, это несколько секунд…"));
    try {
      this.line = await checkLine(await this.server.ice(), () => this.server.time());
    } catch {
      this.line = { state: "fault", rtt: null, lost: null, kbps: null };
    }
    const { state, rtt, lost, kbps } = this.line;
    if (state === "ok") this.mark("line", "ok", t("Связь хорошая"));
    else if (state === "weak")
      this.mark(
        "line",
        "fault",
        t("Связь слабая: видео может замирать, звук будет. Подойдите ближе к роутеру."),
      );
    else
      this.mark(
        "line",
        "fault",
        t("Видеосвязь не проходит. Попробуйте другую сеть, например мобильный интернет, или позвоните нам."),
      );
    const numbers = part(this.root, "line-numbers");
    numbers.hidden = rtt === null;
    numbers.textContent =
      kbps === null
        ? t("Задержка {rtt} мс", { rtt: rtt ?? 0 })
        : t("Задержка {rtt} мс, потери {lost} %, скорость {kbps} кбит/с", {
            rtt: rtt ?? 0,
            lost: Math.round((lost ?? 0) / 10),
            kbps,
          });
    this.tell();
  }

  private verdict(device: Device, works: boolean, text: string): void {
    const fault = this.devices.faults[device];
    if (works && !fault) this.mark(device, "ok", text);
    else {
      const family = familyOf(navigator.userAgent);
      this.mark(
        device,
        "fault",
        remedy(device, fault ?? "unknown", family),
        pictureOf(fault ?? "unknown", family),
      );
    }
  }

  private mark(name: string, verdict: Verdict, text: string, picture = ""): void {
    const row = part(this.root, `check-${name}`);
    row.dataset.verdict = verdict;
    const signs: Record<Verdict, SVGSVGElement> = {
      ok: icon("circle-check"),
      fault: icon("triangle-alert"),
      wait: icon("loader-circle"),
    };
    row.querySelector(".icon")?.replaceWith(signs[verdict]);
    const words = part(row, "check-text");
    if (words.textContent !== text) words.textContent = text;
    row.querySelector(".remedy")?.remove();
    const pictures = maybePart(this.root, "pictures") as HTMLTemplateElement | null;
    const drawn = picture ? pictures?.content.querySelector(`[data-picture="${picture}"]`) : null;
    if (drawn) words.after(drawn.cloneNode(true));
  }

  private measure(audio: MediaStreamTrack | null): void {
    this.stopMeter?.();
    this.stopMeter = undefined;
    this.quiet.reset();
    const bar = part(this.root, "level") as HTMLMeterElement;
    bar.hidden = audio === null;
    if (!audio) return;
    this.stopMeter = meter(audio, (loudness) => {
      bar.value = loudness;
      const silent = this.quiet.hear(loudness, performance.now() / 1000);
      if (loudness > 0.3 && (!this.heard || this.devices.faults.microphone === "silent")) {
        this.heard = true;
        this.devices.note("microphone", undefined);
      } else if (silent && !this.devices.faults.microphone) this.devices.note("microphone", "silent");
    });
  }

  /** A camera that is on and sees nothing has its lid closed. */
  private look(): void {
    if (!this.devices.video) {
      this.dark.reset();
      return;
    }
    const covered = this.dark.see(
      brightness(part(this.root, "check-picture") as HTMLVideoElement, this.canvas),
    );
    const known = this.devices.faults.camera === "covered";
    if (covered !== known) this.devices.note("camera", covered ? "covered" : undefined);
  }

  private async tone(): Promise<void> {
    const button = part(this.root, "tone") as HTMLButtonElement;
    button.disabled = true;
    await playTone(this.devices.speaker);
    button.disabled = false;
    const question = part(this.root, "tone-question");
    question.hidden = false;
    part(question, "tone-yes").focus();
  }

  /** Three seconds of one's own voice, then back: both devices and the room in one. */
  private async echo(): Promise<void> {
    const button = part(this.root, "echo") as HTMLButtonElement;
    const text = part(this.root, "echo-text");
    if (!this.devices.audio) return;
    button.disabled = true;
    text.textContent = t("Говорите, записываем 3 секунды…");
    const played = await echo(this.devices.audio, this.devices.speaker, () => {
      text.textContent = t("А теперь слушайте…");
    });
    text.textContent = played ? t("Записать ещё раз") : t("Записать не получилось");
    button.disabled = false;
    part(this.root, "tone-question").hidden = !played;
  }

  private answer(heard: boolean): void {
    const question = maybePart(this.root, "tone-question");
    if (question) question.hidden = true;
    this.sound = heard ? "ok" : "fault";
    if (heard) this.mark("sound", "ok", t("Звук слышно"));
    else
      this.mark(
        "sound",
        "fault",
        t(
          "Прибавьте громкость и проверьте, не подключены ли наушники. Потом нажмите «Проверить звук» ещё раз.",
        ),
        "plug",
      );
    this.tell();
  }

  /** Tell the server what stands now, once the person has stopped pressing. */
  private tell(): void {
    window.clearTimeout(this.telling);
    this.told = this.refused();
    this.telling = window.setTimeout(() => {
      const { audio, video, faults, off } = this.devices;
      void this.server.tell(
        reportOf({
          on: { camera: video !== null, microphone: audio !== null },
          faults,
          off,
          sound: this.sound,
          line: this.line,
          browser: supportOf(navigator.userAgent, ability()),
        }),
      );
    }, TELL_AFTER);
  }
}
