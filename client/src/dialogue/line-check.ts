import type { Ice } from "./frames";

export interface LineFound {
  state: "ok" | "weak" | "fault" | "unknown";
  /** Milliseconds there and back; null when nothing came back. */
  rtt: number | null;
  /** Thousandths of packets lost; null when it could not be measured. */
  lost: number | null;
  kbps: number | null;
}

const CONNECT_WITHIN = 8_000;
const PINGS = 40;
const PING_EVERY = 40;
const FLOOD_FOR = 1_500;
const FLOOD = 1_100; // bytes; below the size of a packet on any line
const FLOOD_EVERY = 10;
const FLOOD_AT_ONCE = 2; // 1,760 kbit/s are offered; what passes is the rate
const NOTHING: LineFound = { state: "fault", rtt: null, lost: null, kbps: null };

/** What the measured numbers mean: a picture needs 300 kbit/s, sound 60 (media.md, §4). */
export function judge(rtt: number, lost: number, kbps: number): LineFound {
  const state = kbps < 60 || lost > 300 ? "fault" : kbps < 300 || lost > 80 || rtt > 600 ? "weak" : "ok";
  return { state, rtt: Math.round(rtt), lost: Math.round(lost), kbps: Math.round(kbps) };
}

/**
 * A real allocation at our relay and a loop of packets through it and back: delay, loss, rate. Without a relay there is
 * nothing to loop through; then only the way to the server is timed.
 */
export async function checkLine(ice: Ice, server: () => Promise<number>): Promise<LineFound> {
  if (!ice.iceServers.length) {
    try {
      const rtt = await server();
      return { state: rtt > 600 ? "weak" : "ok", rtt: Math.round(rtt), lost: null, kbps: null };
    } catch {
      return NOTHING;
    }
  }
  const loop = new Loop(ice);
  try {
    await loop.open();
    const { rtt, lost } = await loop.ping();
    return judge(rtt, lost, await loop.flood());
  } catch {
    return NOTHING; // no allocation, or no packet came round in time: pictures would not either
  } finally {
    loop.close();
  }
}

/** Two connections of this page that meet at the relay. Nothing of the person passes: only counters. */
class Loop {
  private readonly near: RTCPeerConnection;
  private readonly far: RTCPeerConnection;
  private readonly out: RTCDataChannel;
  private back: RTCDataChannel | undefined;
  private received = 0;

  constructor(ice: Ice) {
    const configuration: RTCConfiguration = { iceServers: ice.iceServers, iceTransportPolicy: "relay" };
    this.near = new RTCPeerConnection(configuration);
    this.far = new RTCPeerConnection(configuration);
    this.near.onicecandidate = ({ candidate }) => void this.far.addIceCandidate(candidate ?? undefined);
    this.far.onicecandidate = ({ candidate }) => void this.near.addIceCandidate(candidate ?? undefined);
    this.out = this.near.createDataChannel("loop", { ordered: false, maxRetransmits: 0 });
    this.out.binaryType = "arraybuffer";
    this.far.ondatachannel = ({ channel }) => {
      this.back = channel;
      channel.binaryType = "arraybuffer";
      channel.onmessage = ({ data }) => this.arrived(data as ArrayBuffer);
    };
  }

  async open(): Promise<void> {
    const opened = new Promise<void>((resolve, reject) => {
      this.out.onopen = () => resolve();
      window.setTimeout(() => reject(new Error("no way through the relay")), CONNECT_WITHIN);
    });
    await this.near.setLocalDescription();
    await this.far.setRemoteDescription(this.near.localDescription as RTCSessionDescription);
    await this.far.setLocalDescription();
    await this.near.setRemoteDescription(this.far.localDescription as RTCSessionDescription);
    await opened;
  }

  /** Small packets that are sent back: the middle delay, and the thousandths lost one way. */
  async ping(): Promise<{ rtt: number; lost: number }> {
    const sent = new Map<number, number>();
    const took: number[] = [];
    this.out.onmessage = ({ data }) => {
      const number = new Uint32Array(data as ArrayBuffer)[0] ?? 0;
      const at = sent.get(number);
      if (at !== undefined) took.push(performance.now() - at);
      sent.delete(number);
    };
    for (let number = 0; number < PINGS; number++) {
      sent.set(number, performance.now());
      this.out.send(new Uint32Array([number]));
      await pause(PING_EVERY);
    }
    for (let waited = 0; sent.size && waited < 1_500; waited += 100) await pause(100);
    if (!took.length) throw new Error("nothing came back");
    took.sort((a, b) => a - b);
    const both = took.length / PINGS; // the share that made it there and back
    return { rtt: took[Math.floor(took.length / 2)] as number, lost: 1000 * (1 - Math.sqrt(both)) };
  }

  /** Kilobits a second that pass one way. */
  async flood(): Promise<number> {
    const packet = new Uint8Array(FLOOD);
    const began = performance.now();
    this.received = 0;
    while (performance.now() - began < FLOOD_FOR) {
      for (let i = 0; i < FLOOD_AT_ONCE; i++) if (this.out.bufferedAmount < 64 * FLOOD) this.out.send(packet);
      await pause(FLOOD_EVERY);
    }
    const seconds = (performance.now() - began) / 1000;
    await pause(200);
    return (this.received * 8) / 1000 / seconds;
  }

  close(): void {
    this.near.close();
    this.far.close();
  }

  private arrived(data: ArrayBuffer): void {
    if (data.byteLength === 4) this.back?.send(data);
    else this.received += data.byteLength;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => window.setTimeout(resolve, milliseconds));
}
