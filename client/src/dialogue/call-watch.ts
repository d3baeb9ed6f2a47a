import { type Device, type Devices, type Fault, meter } from "./devices";
import { remedy } from "./remedies";
import { brightness, CameraWatch, MicrophoneWatch } from "./watch";

const LOOK_EVERY = 2_000;
const SILENT_AFTER = 25;
const SETTLED_AFTER = 2;

/**
 * Watches own devices through the whole dialogue: a microphone that has heard nothing for long, a lid that was closed.
 * One may listen for minutes without a word, but no room is without any sound at all.
 */
export class CallWatch {
  private readonly quiet = new MicrophoneWatch(SILENT_AFTER);
  private readonly dark = new CameraWatch();
  private readonly canvas = document.createElement("canvas");
  private listening: MediaStreamTrack | null = null;
  private stop: (() => void) | undefined;
  private silent = false;
  private looks = 0;
  private said = "";

  constructor(
    private readonly devices: Devices,
    private readonly own: HTMLVideoElement,
    private readonly talking: () => boolean,
    private readonly say: (text: string) => void,
  ) {
    window.setInterval(() => this.look(), LOOK_EVERY);
  }

  private look(): void {
    const { audio, video, muted, faults } = this.devices;
    this.looks = this.talking() ? this.looks + 1 : 0;
    // Listening takes 70 ms to begin: not while the first picture is on its way.
    this.listen(this.looks > SETTLED_AFTER && !muted ? audio : null);
    const covered = video !== null && this.talking() && this.dark.see(brightness(this.own, this.canvas));
    if (!video) this.dark.reset();
    const lost = this.talking() && !audio && faults.microphone === "missing";
    if (lost) this.tell(["microphone", "missing"]);
    else this.tell(this.silent ? ["microphone", "silent"] : covered ? ["camera", "covered"] : null);
  }

  private listen(track: MediaStreamTrack | null): void {
    if (track === this.listening) return;
    this.stop?.();
    this.stop = undefined;
    this.listening = track;
    this.silent = false;
    this.quiet.reset();
    if (track)
      this.stop = meter(track, (loudness) => {
        this.silent = this.quiet.hear(loudness, performance.now() / 1000);
      });
  }

  /** Said once and taken back; what somebody else has said in the same place is left alone. */
  private tell(found: [Device, Fault] | null): void {
    const text = found ? remedy(...found) : "";
    if (text === this.said) return;
    this.said = text;
    this.say(text);
  }
}
