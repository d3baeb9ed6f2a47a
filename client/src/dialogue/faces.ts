import { t } from "../i18n";
import type { Peer } from "./frames";
import { STEP, type Step } from "./ladder";
import { maybePart, part } from "./parts";
import type { Slot } from "./path";
import { advice, type Level, Steady, words } from "./quality";

/** One other participant on the screen: picture, name, place, microphone, line in words. */
export class Face {
  readonly element: HTMLElement;
  private readonly video: HTMLVideoElement;
  private readonly audio: HTMLAudioElement;
  private readonly shown: Partial<Record<Slot, HTMLVideoElement>> = {};
  /** Lines for a screen and a sheet stand from the first moment; their elements get them when something is shown. */
  private readonly spare: Partial<Record<Slot, MediaStreamTrack>> = {};
  private readonly steady = new Steady();
  private level: Level = 3;
  private connected = false;
  /** A picture of her has come: until then nobody should wonder at a black square. */
  private pictured = false;

  constructor(
    template: HTMLTemplateElement,
    private peer: Peer,
    private readonly onblocked: () => void,
  ) {
    this.element = template.content.firstElementChild?.cloneNode(true) as HTMLElement;
    this.element.dataset.participant = peer.id;
    this.video = part(this.element, "face-video") as HTMLVideoElement;
    this.audio = part(this.element, "face-audio") as HTMLAudioElement;
    this.video.addEventListener("loadeddata", () => this.picture(true));
    for (const slot of ["screen", "document"] as const)
      this.shown[slot] = part(this.element, `face-${slot}`) as HTMLVideoElement;
    part(this.element, "face-enlarge").addEventListener("click", () => void this.enlarge());
    this.update(peer);
  }

  /** What she shows fills the whole screen, lying down on a telephone, until it is touched. */
  private async enlarge(): Promise<void> {
    const video = this.shown[this.peer.screen ? "screen" : "document"] as HTMLVideoElement & {
      webkitEnterFullscreen?: () => void;
    };
    video.onclick = () => document.fullscreenElement && void document.exitFullscreen();
    if (!video.requestFullscreen) return video.webkitEnterFullscreen?.(); // an iPhone
    try {
      await video.requestFullscreen();
      const turn = screen.orientation as ScreenOrientation & { lock?: (to: string) => Promise<void> };
      await turn.lock?.("landscape");
    } catch {
      // No browser must: then the picture stays where it is, or upright.
    }
  }

  update(peer: Peer): void {
    this.peer = peer;
    part(this.element, "face-name").textContent = peer.name;
    part(this.element, "face-place").textContent = peer.place || role(peer.role);
    part(this.element, "face-shows").textContent = shows(peer);
    if (document.fullscreenElement && this.element.contains(document.fullscreenElement) && !shows(peer))
      void document.exitFullscreen();
    this.element.dataset.camera = peer.video ? "on" : "off";
    this.element.dataset.microphone = peer.audio ? "on" : "off";
    this.element.dataset.screen = peer.screen ? "on" : "off";
    this.element.dataset.document = peer.document ? "on" : "off";
    this.element.dataset.step = String(peer.step);
    this.element.dataset.away = String(peer.away);
    this.element.dataset.role = peer.role;
    this.say();
    for (const slot of ["screen", "document"] as const) {
      const track = this.spare[slot];
      if (track && peer[slot]) this.attach(slot, track);
    }
  }

  /** Sound has an element of its own: a picture that never comes (camera off) would keep it silent. */
  attach(slot: Slot, track: MediaStreamTrack): void {
    this.connected = true;
    delete this.spare[slot];
    if ((slot === "screen" || slot === "document") && !this.peer[slot]) {
      this.spare[slot] = track;
      return;
    }
    if (slot === "camera") this.picture(false);
    const element = slot === "microphone" ? this.audio : (this.shown[slot] ?? this.video);
    element.srcObject = new MediaStream([track]);
    element.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") this.onblocked();
    });
    this.say();
  }

  private picture(come: boolean): void {
    this.pictured = come;
    this.element.dataset.picture = come ? "on" : "off";
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
    const waits = this.peer.video && this.peer.step < STEP.sound && !this.pictured;
    line.dataset.level = String(waits ? 0 : this.level);
    line.textContent = this.words(waits);
    const hint = maybePart(this.element, "face-advice");
    if (hint) hint.textContent = line.textContent === words(this.level) ? advice(this.level) : "";
  }

  private words(waits: boolean): string {
    if (this.peer.away) return t("Связь прервалась, ждём возвращения…");
    if (!this.connected) return t("Соединяем…");
    if (waits && this.level > 0) return t("Ждём картинку…");
    return sending(this.peer.step) || words(this.level);
  }
}

/** Everybody else on the screen. */
export class Faces {
  private readonly shown = new Map<string, Face>();

  constructor(
    private readonly room: HTMLElement,
    private readonly onblocked: () => void,
  ) {}

  get(id: string): Face | undefined {
    return this.shown.get(id);
  }

  show(peer: Peer): void {
    const known = this.shown.get(peer.id);
    if (known) {
      known.update(peer);
      return;
    }
    const face = new Face(part(this.room, "face-template") as HTMLTemplateElement, peer, this.onblocked);
    this.shown.set(peer.id, face);
    part(this.room, "faces").append(face.element);
    this.count();
  }

  drop(id: string): void {
    this.shown.get(id)?.element.remove();
    this.shown.delete(id);
    this.count();
  }

  private count(): void {
    this.room.dataset.peers = String(this.shown.size);
  }
}

/** What she shows beside her face, in words. */
function shows(peer: Peer): string {
  if (peer.screen) return t("показывает экран");
  return peer.document ? t("показывает документ") : "";
}

/** What her step of the ladder looks like from here. */
function sending(step: Step): string {
  if (step === STEP.phone) return t("Даже звук проходит плохо");
  if (step === STEP.sound) return t("Только звук");
  if (step === STEP.still) return t("Связь слабая: неподвижная картинка и звук");
  return "";
}

function role(name: string): string {
  switch (name) {
    case "citizen":
      return t("гражданин");
    case "operator":
      return t("оператор МФЦ");
    case "colleague":
      return t("приглашённый специалист");
    case "interpreter":
      return t("переводчик");
    case "helper":
      return t("помощник");
    default:
      return t("специалист");
  }
}
