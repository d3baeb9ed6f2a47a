import { ability, supportOf } from "./browsers";
import { Devices, meter } from "./devices";
import { checkLine } from "./line-check";
import { maybePart } from "./parts";
import { CheckServer, type Report, reportOf } from "./report";
import { brightness, CameraWatch } from "./watch";

const LOOK_EVERY = 60_000;
const MORNING = 7;
const WATCH_FOR = 3_000;

/** Whether a booth should test itself now: the first time of a day after the morning, and when the last test is old. */
export function due(last: Date | null, now: Date, every: number, zone: string): boolean {
  if (!last) return true;
  const age = (now.getTime() - last.getTime()) / 1000;
  if (age >= every) return true;
  const hour = Number(
    new Intl.DateTimeFormat("en-GB", { hour: "2-digit", hour12: false, timeZone: zone }).format(now),
  );
  const day = (at: Date) => new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(at);
  return hour >= MORNING && day(last) !== day(now);
}

/** `<booth-check>`: a free booth tests its camera, microphone and line by itself and reports them; nobody need be there. */
export class BoothCheck extends HTMLElement {
  private timer: number | undefined;
  private last: Date | null = null;

  connectedCallback(): void {
    forget();
    const said = this.dataset.checked;
    this.last = said ? new Date(said) : null;
    this.timer = window.setInterval(() => void this.look(), LOOK_EVERY);
    void this.look();
  }

  disconnectedCallback(): void {
    window.clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    const { every, zone, server } = this.dataset;
    if (!due(this.last, new Date(), Number(every), zone ?? "UTC")) return;
    this.last = new Date();
    const desk = new CheckServer(server ?? "");
    this.say(true);
    await desk.tell(await this.test(desk));
    this.say(false);
    this.dataset.state = "told";
  }

  /** A camera that lights up by itself wants an explanation. */
  private say(testing: boolean): void {
    const words = maybePart(this, "booth-checking");
    if (words) words.hidden = !testing;
  }

  private async test(desk: CheckServer): Promise<Report> {
    const devices = new Devices();
    await devices.open();
    const { loud, covered } = await observe(devices);
    if (devices.video && covered) devices.faults.camera = "covered";
    const on = { camera: devices.video !== null, microphone: devices.audio !== null };
    devices.close();
    const line = await desk
      .ice()
      .then((ice) => checkLine(ice, () => desk.time()))
      .catch(() => undefined);
    return reportOf({
      on,
      faults: devices.faults,
      sound: loud ? "ok" : "unknown", // an empty room may be quiet: silence alone is no fault
      line: line ?? { state: "fault", rtt: null, lost: null, kbps: null },
      browser: supportOf(navigator.userAgent, ability()),
    });
  }
}

/** Whoever sat here has gone: what she typed and did not send goes too. */
function forget(): void {
  try {
    sessionStorage.clear();
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}

/** Look and listen for a few seconds. */
async function observe(devices: Devices): Promise<{ loud: boolean; covered: boolean }> {
  const video = document.createElement("video");
  const canvas = document.createElement("canvas");
  const watch = new CameraWatch();
  let loud = false;
  let covered = false;
  const stop = devices.audio ? meter(devices.audio, (loudness) => (loud ||= loudness > 0.02)) : undefined;
  if (devices.video) {
    video.muted = true;
    video.srcObject = new MediaStream([devices.video]);
    await video.play().catch(() => undefined);
  }
  for (let waited = 0; waited < WATCH_FOR; waited += 500) {
    await new Promise((resolve) => window.setTimeout(resolve, 500));
    covered = watch.see(brightness(video, canvas));
  }
  stop?.();
  video.srcObject = null;
  return { loud, covered };
}

customElements.define("booth-check", BoothCheck);
