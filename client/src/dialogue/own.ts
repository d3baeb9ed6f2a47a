import type { Devices } from "./devices";
import type { ToServer } from "./frames";
import type { Step } from "./ladder";
import { part } from "./parts";

/** Own devices as the page shows them and as the others are told of them. */
export class Own {
  constructor(
    private readonly room: HTMLElement,
    private readonly devices: Devices,
  ) {}

  /** The small picture of oneself, and what the buttons say. `held`: in a pause nobody is seen or heard. */
  show(held: boolean): void {
    const { audio, video, document, turned, muted } = this.devices;
    const seen = video ?? (turned ? document : null); // she must see whether the paper is in the picture
    for (const track of Object.values(this.devices.media()))
      if (track) track.enabled = !held && (track !== audio || !muted);
    const own = part(this.room, "own-video") as HTMLVideoElement;
    const shown = (own.srcObject as MediaStream | null)?.getVideoTracks()[0] ?? null;
    if (shown !== seen) own.srcObject = seen ? new MediaStream([seen]) : null;
    this.room.dataset.turned = turned && document ? "on" : "off";
    this.room.dataset.camera = video ? "on" : "off";
    this.room.dataset.microphone = audio && !muted ? "on" : "off";
    this.room.dataset.screen = this.devices.screen ? "on" : "off";
    this.room.dataset.document = this.devices.document ? "on" : "off";
  }

  frame(held: boolean, step: Step): ToServer {
    const { audio, video, screen, document, muted } = this.devices;
    return {
      t: "media",
      audio: audio !== null && !muted && !held,
      video: video !== null && !held,
      screen: screen !== null,
      document: document !== null,
      step,
    };
  }
}
