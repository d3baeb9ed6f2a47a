import { t } from "../i18n";
import type { Peer } from "./frames";
import { maybePart, part } from "./parts";
import { type Level, Steady, words } from "./quality";

/** One other participant on the screen: picture, name, place, microphone, line in words. */
export class Face {
  readonly element: HTMLElement;
  private readonly video: HTMLVideoElement;
  private readonly audio: HTMLAudioElement;
  private readonly steady = new Steady();
  private level: Level = 3;
  private connected = false;

  constructor(
    template: HTMLTemplateElement,
    private peer: Peer,
    private readonly onblocked: () => void,
  ) {
    this.element = template.content.firstElementChild?.cloneNode(true) as HTMLElement;
    this.element.dataset.participant = peer.id;
    this.video = part(this.element, "face-video") as HTMLVideoElement;
    this.audio = part(this.element, "face-audio") as HTMLAudioElement;
    this.update(peer);
  }

  update(peer: Peer): void {
    this.peer = peer;
    part(this.element, "face-name").textContent = peer.name;
    part(this.element, "face-place").textContent = peer.place || role(peer.role);
    this.element.dataset.camera = peer.video ? "on" : "off";
    this.element.dataset.microphone = peer.audio ? "on" : "off";
    this.element.dataset.away = String(peer.away);
    this.say();
  }

  /** Sound has an element of its own: a picture that never comes (camera off) would keep it silent. */
  attach(track: MediaStreamTrack): void {
    this.connected = true;
    const element = track.kind === "audio" ? this.audio : this.video;
    element.srcObject = new MediaStream([track]);
    element.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") this.onblocked();
    });
    this.say();
  }

  quality(found: Level): Level {
    this.level = this.steady.see(found);
    this.say();
    return this.level;
  }

  private say(): void {
    const line = maybePart(this.element, "face-line");
    if (!line) return;
    line.dataset.level = String(this.level);
    if (this.peer.away) line.textContent = t("Связь прервалась, ждём возвращения…");
    else if (!this.connected) line.textContent = t("Соединяем…");
    else line.textContent = words(this.level);
  }
}

function role(name: string): string {
  switch (name) {
    case "citizen":
      return t("гражданин");
    case "operator":
      return t("оператор МФЦ");
    default:
      return t("специалист");
  }
}
