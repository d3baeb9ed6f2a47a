import { csrfToken } from "../live";
import { Backoff } from "./backoff";

const SIZE = { width: 640, height: 240 } as const;
const PICTURES = 15;
const PIECE_EVERY = 3_000;
const RATE = 400_000;
const MOST_WAITING = 200;

/**
 * The film of a dialogue: all faces side by side and all voices in one, in pieces of three seconds that are sent as they
 * come. What the server took is safe there; what it did not take yet waits here and is sent again.
 */
export class Film {
  private readonly canvas = document.createElement("canvas");
  private readonly pieces: Blob[] = [];
  private readonly voices = new Map<string, MediaStreamAudioSourceNode>();
  private readonly backoff = new Backoff();
  private recorder: MediaRecorder | undefined;
  private audio: AudioContext | undefined;
  private mix: MediaStreamAudioDestinationNode | undefined;
  private timer: number | undefined;
  private number = 0;
  private sending = false;

  constructor(
    private readonly room: HTMLElement,
    private readonly url: string,
    private readonly own: () => { video: MediaStreamTrack | null; audio: MediaStreamTrack | null },
    private readonly onrefused: () => void,
  ) {
    Object.assign(this.canvas, SIZE);
  }

  /** Film, or go on filming. */
  start(): void {
    if (this.recorder?.state === "paused") this.recorder.resume();
    if (this.recorder) return;
    this.audio = new AudioContext();
    this.mix = this.audio.createMediaStreamDestination();
    this.listen();
    this.draw();
    const picture = this.canvas.captureStream(PICTURES);
    const stream = new MediaStream([...picture.getVideoTracks(), ...this.mix.stream.getAudioTracks()]);
    this.recorder = new MediaRecorder(stream, {
      mimeType: "video/webm;codecs=vp8,opus",
      videoBitsPerSecond: RATE,
      audioBitsPerSecond: 32_000,
    });
    this.recorder.ondataavailable = ({ data }) => this.keep(data);
    this.recorder.start(PIECE_EVERY);
    // a hidden tab draws no animation frames, but its timers still run
    this.timer = window.setInterval(() => {
      this.listen();
      this.draw();
    }, 1_000 / PICTURES);
  }

  pause(): void {
    if (this.recorder?.state !== "recording") return;
    this.recorder.requestData();
    this.recorder.pause();
  }

  stop(): void {
    window.clearInterval(this.timer);
    if (this.recorder && this.recorder.state !== "inactive") this.recorder.stop(); // gives its last piece
    this.recorder = undefined;
    void this.audio?.close();
  }

  private keep(piece: Blob): void {
    if (!piece.size || this.pieces.length >= MOST_WAITING) return;
    this.pieces.push(piece);
    void this.send();
  }

  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    while (this.pieces.length) {
      const taken = await this.sendOne(this.pieces[0] as Blob);
      if (taken === "again") {
        await new Promise((resolve) => window.setTimeout(resolve, this.backoff.next()));
        continue;
      }
      this.backoff.reset();
      this.pieces.shift();
      if (taken === "refused") {
        this.stop();
        this.pieces.length = 0; // this film is over for the server
        this.onrefused();
        break;
      } else this.number += 1;
    }
    this.sending = false;
  }

  private async sendOne(piece: Blob): Promise<"taken" | "refused" | "again"> {
    try {
      const answer = await fetch(`${this.url}${this.number}/`, {
        method: "POST",
        headers: { "X-CSRFToken": csrfToken(), "Content-Type": "application/octet-stream" },
        body: piece,
      });
      if (answer.ok) return "taken";
      return answer.status >= 500 ? "again" : "refused";
    } catch {
      return "again";
    }
  }

  /** Every voice once, one's own too. */
  private listen(): void {
    const tracks = [
      this.own().audio,
      ...[...this.room.querySelectorAll<HTMLAudioElement>('[data-part="face-audio"]')].map(
        (element) => (element.srcObject as MediaStream | null)?.getAudioTracks()[0] ?? null,
      ),
    ].filter((track): track is MediaStreamTrack => track !== null && track.readyState === "live");
    const heard = new Set(tracks.map((track) => track.id));
    for (const [id, voice] of this.voices)
      if (!heard.has(id)) {
        voice.disconnect();
        this.voices.delete(id);
      }
    for (const track of tracks) {
      if (this.voices.has(track.id) || !this.audio || !this.mix) continue;
      const voice = this.audio.createMediaStreamSource(new MediaStream([track]));
      voice.connect(this.mix);
      this.voices.set(track.id, voice);
    }
  }

  private draw(): void {
    const pen = this.canvas.getContext("2d");
    if (!pen) return;
    const faces = [
      ...this.room.querySelectorAll<HTMLVideoElement>('[data-part="own-video"], [data-part="face-video"]'),
    ];
    pen.fillStyle = "#1b2430";
    pen.fillRect(0, 0, SIZE.width, SIZE.height);
    for (const [index, place] of tiles(faces.length).entries()) {
      const face = faces[index];
      if (!face?.videoWidth) continue;
      const scale = Math.min(place.width / face.videoWidth, place.height / face.videoHeight);
      const [width, height] = [face.videoWidth * scale, face.videoHeight * scale];
      pen.drawImage(
        face,
        place.x + (place.width - width) / 2,
        place.y + (place.height - height) / 2,
        width,
        height,
      );
    }
  }
}

export interface Tile {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where each of `count` faces stands on the film: one row for up to three, two rows for more. */
export function tiles(count: number): Tile[] {
  if (count < 1) return [];
  const rows = count > 3 ? 2 : 1;
  const columns = Math.ceil(count / rows);
  const [width, height] = [SIZE.width / columns, SIZE.height / rows];
  return Array.from({ length: count }, (_, index) => ({
    x: (index % columns) * width,
    y: Math.floor(index / columns) * height,
    width,
    height,
  }));
}
