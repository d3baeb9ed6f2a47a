import type { OwnMedia } from "./path";
import { Speaker } from "./speaker";

export type Fault = "denied" | "system" | "missing" | "busy" | "insecure" | "silent" | "covered" | "unknown";
export type Device = "camera" | "microphone";

/** The browser's error as one of our faults. */
export function faultOf(error: unknown): Fault {
  if (!window.isSecureContext || !navigator.mediaDevices) return "insecure";
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  // Chromium says so when Windows, macOS or Android refuses: the lock beside the address would not help.
  if (name === "NotAllowedError" && /by system/i.test((error as Error).message)) return "system";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "unknown";
}

const AUDIO: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};
const VIDEO: MediaTrackConstraints = {
  width: { ideal: 640 },
  height: { ideal: 480 },
  frameRate: { ideal: 25, max: 30 },
  facingMode: "user",
};

const SCREEN: MediaTrackConstraints = { frameRate: { ideal: 10, max: 15 } };
const DOCUMENT: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 8, max: 10 },
};

/** Ids of the cameras the browser shows us; their ids are empty before the first permission. */
export async function cameras(): Promise<string[]> {
  const found = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return found.filter((one) => one.kind === "videoinput" && one.deviceId).map((one) => one.deviceId);
}

/** Devices chosen on this machine. Wanted, never demanded: one that is gone must not stop a dialogue. */
export class Chosen {
  remember(device: Device, id: string): void {
    try {
      localStorage.setItem(`device:${device}`, id);
    } catch {
      // A browser that keeps nothing: the choice lasts as long as the page.
    }
  }

  wanted(device: Device): { deviceId: ConstrainDOMString } | Record<string, never> {
    try {
      const id = localStorage.getItem(`device:${device}`);
      return id ? { deviceId: { ideal: id } } : {};
    } catch {
      return {};
    }
  }
}

/** Own microphone and camera: what is on, what failed and why. One failing does not take the other away. */
export class Devices {
  audio: MediaStreamTrack | null = null;
  video: MediaStreamTrack | null = null;
  screen: MediaStreamTrack | null = null;
  document: MediaStreamTrack | null = null;
  faults: Partial<Record<Device, Fault>> = {};
  muted = false;
  /** She does without a camera by her own choice: that it would not open is no fault any more. */
  off = false;
  readonly speaker = new Speaker();
  /** The only camera that runs looks at papers; the face is shown again when they are put away. */
  turned = false;
  private readonly chosen = new Chosen();
  /** A track appeared, changed or ended by itself (unplugged). */
  onchange: () => void = () => undefined;
  private opening: Promise<void> | undefined;
  private left = false;

  constructor() {
    navigator.mediaDevices?.addEventListener?.("devicechange", () => void this.regain());
  }

  /**
   * Ask for both at once (one question of the browser), and for each alone when that fails. Whoever asks meanwhile, as
   * one who enters before the check is through, waits for the same answer.
   */
  open(camera = true): Promise<void> {
    this.left = false;
    this.opening ??= this.openBoth(camera).finally(() => {
      this.opening = undefined;
    });
    return this.opening;
  }

  private async openBoth(camera: boolean): Promise<void> {
    this.faults = {};
    this.off = !camera;
    try {
      this.take(
        await this.ask(
          camera ? { audio: this.audioWanted, video: this.videoWanted } : { audio: this.audioWanted },
        ),
      );
      return;
    } catch (error) {
      if (!camera) {
        this.faults.microphone = faultOf(error);
        return;
      }
    }
    await this.openMicrophone();
    await this.openCamera();
  }

  async openMicrophone(): Promise<boolean> {
    return this.openOne("microphone", { audio: this.audioWanted });
  }

  async openCamera(): Promise<boolean> {
    return this.openOne("camera", { video: this.videoWanted });
  }

  /** The camera's light goes out: the track is stopped, not only hidden. */
  closeCamera(): void {
    this.video?.stop();
    this.video = null;
    this.off = true;
    delete this.faults.camera;
    this.onchange();
  }

  /** What a watch noticed of a device that is on; nothing takes it back. */
  note(device: Device, fault: Fault | undefined): void {
    if (fault) this.faults[device] = fault;
    else delete this.faults[device];
    this.onchange();
  }

  /** Use another camera or microphone from now on; the choice is remembered on this machine. */
  async choose(device: Device, id: string): Promise<void> {
    this.chosen.remember(device, id);
    if (device === "camera") await this.openCamera();
    else await this.openMicrophone();
  }

  idOf(device: Device): string {
    const track = device === "camera" ? this.video : this.audio;
    return track?.getSettings().deviceId ?? "";
  }

  async list(device: Device): Promise<{ id: string; label: string }[]> {
    const kind = device === "camera" ? "videoinput" : "audioinput";
    const found = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    return found
      .filter((one) => one.kind === kind && one.deviceId)
      .map((one, index) => ({ id: one.deviceId, label: one.label || `${index + 1}` }));
  }

  /** Own tracks by what they show. */
  media(): OwnMedia {
    return { microphone: this.audio, camera: this.video, screen: this.screen, document: this.document };
  }

  /** Show the screen or a window; false when the person chose none. */
  async openScreen(): Promise<boolean> {
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: SCREEN, audio: false });
      this.show("screen", stream.getVideoTracks()[0], "detail");
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Show papers with another camera than the one for the face. Where two do not run at once, as on most telephones, the
   * face makes way for the papers until they are put away.
   */
  async openDocument(): Promise<boolean> {
    const spare = (await cameras()).find((id) => id !== this.video?.getSettings().deviceId);
    const which = spare ? { deviceId: { ideal: spare } } : { facingMode: "environment" };
    const ask = async () =>
      (await this.ask({ video: { ...DOCUMENT, ...which } })).getVideoTracks()[0] as MediaStreamTrack;
    let papers = await ask().catch(faultOf);
    if (papers === "busy" && this.video) {
      this.turn();
      papers = await ask().catch(faultOf);
    }
    if (typeof papers === "string") {
      this.turnBack();
      return false;
    }
    this.show("document", papers, "detail");
    // Safari on a telephone refuses nothing: the first camera just stops when the second begins.
    if (this.video?.muted) this.turn();
    else if (this.video) this.video.onmute = () => this.document && this.turn();
    return true;
  }

  /** The face makes way: its camera must be let go before another one opens. */
  private turn(): void {
    this.video?.stop();
    this.video = null;
    this.turned = true;
    this.onchange();
  }

  private turnBack(): void {
    if (!this.turned) return;
    this.turned = false;
    if (!this.left) void this.openCamera();
  }

  hide(what: "screen" | "document"): void {
    this[what]?.stop();
    this[what] = null;
    if (what === "document") this.turnBack();
    this.onchange();
  }

  setMuted(muted: boolean): void {
    this.muted = muted;
    if (this.audio) this.audio.enabled = !muted;
    this.onchange();
  }

  close(): void {
    this.left = true;
    for (const track of Object.values(this.media())) track?.stop();
    this.audio = this.video = this.screen = this.document = null;
    this.turned = false;
  }

  private show(what: "screen" | "document", track: MediaStreamTrack | undefined, hint: string): void {
    if (!track) return;
    this[what]?.stop();
    track.contentHint = hint;
    track.onended = () => {
      if (this[what] === track) this.hide(what);
    };
    this[what] = track;
    this.onchange();
  }

  private get audioWanted(): MediaTrackConstraints {
    return { ...AUDIO, ...this.chosen.wanted("microphone") };
  }

  private get videoWanted(): MediaTrackConstraints {
    const chosen = this.chosen.wanted("camera");
    if (!("deviceId" in chosen)) return VIDEO;
    const { facingMode: _, ...rest } = VIDEO; // the chosen one may look anywhere
    return { ...rest, ...chosen };
  }

  private async openOne(device: Device, constraints: MediaStreamConstraints): Promise<boolean> {
    delete this.faults[device];
    if (device === "camera") this.off = false;
    try {
      this.take(await this.ask(constraints));
      return true;
    } catch (error) {
      this.faults[device] = faultOf(error);
      this.onchange();
      return false;
    }
  }

  private async ask(constraints: MediaStreamConstraints): Promise<MediaStream> {
    if (!navigator.mediaDevices) throw new DOMException("insecure", "SecurityError");
    return navigator.mediaDevices.getUserMedia(constraints);
  }

  private take(stream: MediaStream): void {
    for (const track of stream.getTracks()) {
      if (track.kind === "audio") {
        this.audio?.stop();
        this.audio = track;
        track.enabled = !this.muted;
      } else {
        this.video?.stop();
        this.video = track;
      }
      track.onended = () => void this.ended(track);
    }
    this.onchange();
  }

  /** It was unplugged: another one takes its place, if the machine has one. */
  private async ended(track: MediaStreamTrack): Promise<void> {
    if (track !== this.audio && track !== this.video) return;
    const device: Device = track === this.audio ? "microphone" : "camera";
    if (device === "microphone") this.audio = null;
    else this.video = null;
    this.faults[device] = "missing";
    this.onchange();
    await this.regain();
  }

  /** Something was plugged in or out: a device that was missing may be there now. */
  private async regain(): Promise<void> {
    if (this.left) return;
    if (this.faults.microphone === "missing" && !this.audio) await this.openMicrophone();
    if (this.faults.camera === "missing" && !this.video) await this.openCamera();
  }
}

/** How loud the microphone is, 0…1, about twenty times a second. Returns a function that stops it. */
export function meter(track: MediaStreamTrack, show: (loudness: number) => void): () => void {
  const context = new AudioContext();
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  source.connect(analyser);
  void context.resume();
  const samples = new Float32Array(analyser.fftSize);
  const timer = window.setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    show(loudness(samples));
  }, 50);
  return () => {
    window.clearInterval(timer);
    source.disconnect();
    void context.close();
  };
}

/** Loudness of a piece of sound as people hear it: 0 below -50 dB, 1 at -10 dB. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / samples.length + 1e-10);
  return Math.min(1, Math.max(0, (decibels + 50) / 40));
}

/** Three quiet rising notes for «do you hear this?». Resolves when they have been played. */
export async function playTone(speaker: Speaker): Promise<void> {
  const context = new AudioContext();
  await context.resume();
  const outlet = await speaker.outletOf(context);
  [392, 494, 587].forEach((pitch, index) => {
    const at = context.currentTime + 0.05 + index * 0.3;
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.frequency.value = pitch;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(0.25, at + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.001, at + 0.28);
    oscillator.connect(gain).connect(outlet);
    oscillator.start(at);
    oscillator.stop(at + 0.3);
  });
  await new Promise((done) => window.setTimeout(done, 1_100));
  await context.close();
}
