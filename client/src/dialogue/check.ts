import { t } from "../i18n";
import { icon } from "../icon";
import { type Device, type Devices, meter, playTone, remedy } from "./devices";
import { maybePart, part } from "./parts";

type Verdict = "ok" | "fault" | "wait";

/**
 * The device check before entering: own picture, a level that moves with the voice, a few notes to hear. One remedy per
 * fault, in words. Nothing here stops anybody from entering: without a camera one is heard, without both one can write.
 */
export class Check {
  private stopMeter: (() => void) | undefined;
  private heard = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly devices: Devices,
  ) {
    part(root, "check-again").addEventListener("click", () => void this.run());
    part(root, "tone").addEventListener("click", () => void this.tone());
    part(root, "tone-yes").addEventListener("click", () => this.answer(true));
    part(root, "tone-no").addEventListener("click", () => this.answer(false));
  }

  /** Ask for camera and microphone and show what came of it. */
  async run(): Promise<void> {
    this.mark("camera", "wait", t("Включаем камеру…"));
    this.mark("microphone", "wait", t("Включаем микрофон…"));
    await this.devices.open();
    this.show();
  }

  /** Show the present state; called as well when something is unplugged. */
  show(): void {
    const { audio, video, faults } = this.devices;
    const picture = part(this.root, "check-picture") as HTMLVideoElement;
    picture.srcObject = video ? new MediaStream([video]) : null;
    part(this.root, "check-frame").dataset.camera = video ? "on" : "off";
    this.verdict("camera", video !== null, t("Камера работает"));
    this.verdict(
      "microphone",
      audio !== null,
      t("Микрофон включён. Скажите что-нибудь: полоска должна двигаться"),
    );
    part(this.root, "check-again").hidden = !faults.camera && !faults.microphone;
    this.measure(audio);
  }

  stop(): void {
    this.stopMeter?.();
    this.stopMeter = undefined;
    (part(this.root, "check-picture") as HTMLVideoElement).srcObject = null;
  }

  private verdict(device: Device, works: boolean, text: string): void {
    if (works) this.mark(device, "ok", text);
    else this.mark(device, "fault", remedy(device, this.devices.faults[device] ?? "unknown"));
  }

  private mark(name: string, verdict: Verdict, text: string): void {
    const row = part(this.root, `check-${name}`);
    row.dataset.verdict = verdict;
    const signs: Record<Verdict, SVGSVGElement> = {
      ok: icon("circle-check"),
      fault: icon("triangle-alert"),
      wait: icon("loader-circle"),
    };
    row.querySelector(".icon")?.replaceWith(signs[verdict]);
    part(row, "check-text").textContent = text;
  }

  private measure(audio: MediaStreamTrack | null): void {
    this.stopMeter?.();
    this.stopMeter = undefined;
    const bar = part(this.root, "level") as HTMLMeterElement;
    bar.hidden = audio === null;
    if (!audio) return;
    this.stopMeter = meter(audio, (loudness) => {
      bar.value = loudness;
      if (loudness > 0.3 && !this.heard) {
        this.heard = true;
        this.mark("microphone", "ok", t("Микрофон вас слышит"));
      }
    });
  }

  private async tone(): Promise<void> {
    const button = part(this.root, "tone") as HTMLButtonElement;
    button.disabled = true;
    await playTone();
    button.disabled = false;
    const question = part(this.root, "tone-question");
    question.hidden = false;
    part(question, "tone-yes").focus();
  }

  private answer(heard: boolean): void {
    const question = maybePart(this.root, "tone-question");
    if (question) question.hidden = true;
    if (heard) this.mark("sound", "ok", t("Звук слышно"));
    else
      this.mark(
        "sound",
        "fault",
        t(
          "Прибавьте громкость и проверьте, не подключены ли наушники. Потом нажмите «Проверить звук» ещё раз.",
        ),
      );
  }
}
