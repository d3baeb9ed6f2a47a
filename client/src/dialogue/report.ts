import { csrfToken } from "../live";
import type { Support } from "./browsers";
import type { Device, Fault } from "./devices";
import type { Ice } from "./frames";
import type { LineFound } from "./line-check";

export type State = "ok" | "weak" | "fault" | "unknown";

/** What a check found, as the server keeps it: states and faults, numbers of the line; nothing of the person. */
export interface Report {
  camera: State;
  camera_fault: string;
  microphone: State;
  microphone_fault: string;
  sound: State;
  line: State;
  browser: Support;
  rtt_ms: number | null;
  lost: number | null;
  kbps: number | null;
}

/** To the others it is the same whoever refuses. */
const told = (fault: Fault | undefined) => (fault === "system" ? "denied" : (fault ?? ""));

export function reportOf(found: {
  on: Record<Device, boolean>;
  faults: Partial<Record<Device, Fault>>;
  /** The camera is off by her own choice. */
  off?: boolean;
  sound: State;
  line: LineFound | undefined;
  browser: Support;
}): Report {
  const state = (device: Device): State => {
    if (found.faults[device]) return "fault";
    return found.on[device] ? "ok" : "unknown";
  };
  return {
    camera: found.off ? "fault" : state("camera"),
    camera_fault: found.off ? "off" : told(found.faults.camera),
    microphone: state("microphone"),
    microphone_fault: told(found.faults.microphone),
    sound: found.sound,
    line: found.line?.state ?? "unknown",
    browser: found.browser,
    rtt_ms: found.line?.rtt ?? null,
    lost: found.line?.lost ?? null,
    kbps: found.line?.kbps ?? null,
  };
}

/** The server's side of a check: relay credentials, the record. Its address stands on the page. */
export class CheckServer {
  constructor(private readonly address: string) {}

  /** Whether this page's checks are kept at all: a guest's are her own. */
  get known(): boolean {
    return this.address !== "";
  }

  async ice(): Promise<Ice> {
    const answer = await this.post({ want: "ice" });
    return (await answer.json()) as Ice;
  }

  /** Milliseconds to the server and back, the middle of five. */
  async time(): Promise<number> {
    const took: number[] = [];
    for (let i = 0; i < 5; i++) {
      const began = performance.now();
      const answer = await fetch("/healthz", { cache: "no-store" });
      if (!answer.ok) throw new Error("the server is away");
      took.push(performance.now() - began);
    }
    return took.sort((a, b) => a - b)[2] as number;
  }

  async tell(report: Report): Promise<void> {
    if (!this.known) return;
    const words = Object.entries(report).map(([name, value]) => [name, value === null ? "" : String(value)]);
    await this.post(Object.fromEntries(words)).catch(() => undefined); // a lost report costs nobody her dialogue
  }

  private async post(fields: Record<string, string>): Promise<Response> {
    const answer = await fetch(this.address, {
      method: "POST",
      headers: { "X-CSRFToken": csrfToken() },
      body: new URLSearchParams(fields),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer;
  }
}
