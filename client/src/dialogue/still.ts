const WIDTH = 320;
const EVERY = 4_000;

/**
 * A picture that stands still: one small frame of the camera every few seconds, for lines that carry no more. The camera
 * itself goes on, so that moving pictures come back at once.
 */
export class Still {
  readonly track: MediaStreamTrack;
  private readonly video = document.createElement("video");
  private readonly canvas = document.createElement("canvas");
  private readonly timer: number;

  constructor(readonly camera: MediaStreamTrack) {
    this.canvas.width = WIDTH;
    this.canvas.height = WIDTH * 0.75;
    this.video.muted = true;
    this.video.srcObject = new MediaStream([camera]);
    this.video.onloadeddata = () => this.take();
    this.track = this.canvas.captureStream(0).getVideoTracks()[0] as MediaStreamTrack;
    void this.video.play().catch(() => undefined);
    this.timer = window.setInterval(() => this.take(), EVERY);
  }

  stop(): void {
    window.clearInterval(this.timer);
    this.video.srcObject = null;
    this.track.stop();
  }

  private take(): void {
    const { videoWidth, videoHeight } = this.video;
    if (!videoWidth) return;
    this.canvas.height = Math.round((WIDTH * videoHeight) / videoWidth);
    this.canvas.getContext("2d")?.drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
    (this.track as CanvasCaptureMediaStreamTrack).requestFrame();
  }
}
