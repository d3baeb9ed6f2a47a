import { Backoff } from "./backoff";
import type { Peer } from "./frames";
import { STEP, type Step } from "./ladder";
import { LAYER, Layers } from "./layers";
import { collect, NOTHING, type Seen, sampleOf } from "./line";
import type { MediaPath, PathHost, Slot } from "./path";
import { SLOTS } from "./path";
import { type Row, type SfuFromServer, type SfuToServer, slotOf } from "./sfu-frames";

export interface SfuHost extends PathHost {
  say(frame: SfuToServer): boolean;
}

/** What the camera sends: two layers, of which each receiver takes one. */
const CAMERA: RTCRtpEncodingParameters[] = [
  { rid: "h", maxBitrate: 480_000, maxFramerate: 25 },
  { rid: "l", maxBitrate: 110_000, maxFramerate: 20, scaleResolutionDownBy: 2 },
];
const OTHER = { screen: 900_000, document: 700_000 } as const;
const LOOK_EVERY = 1_000;
const SILENT = 3;
/** Looks without anything to receive after which the page begins anew; on a bad line a beginning takes five seconds. */
const MISSED_AFTER = 15;
const NOTICE_EVERY = 200;

/**
 * Media over a server: one connection sends, one receives everybody. The server speaks with us over the dialogue's own
 * socket; it answers our offer and makes one of its own for what we receive.
 */
export class Sfu implements MediaPath {
  private pub: RTCPeerConnection | undefined;
  private sub: RTCPeerConnection | undefined;
  private rows: Row[] = [];
  private readonly peers = new Map<string, Peer>();
  private readonly flowing = new Set<string>();
  private readonly attached = new Map<string, MediaStreamTrack>();
  private readonly before = new Map<string, Seen>();
  private readonly layers = new Layers();
  private readonly backoff = new Backoff();
  private readonly timer: number;
  private readonly steps = new Map<string, Step>();
  private step: Step = STEP.picture;
  private leg = "";
  private chain: Promise<void> = Promise.resolve();
  private again: number | undefined;
  private noticing: number | undefined;
  private silence = 0;
  private packets = 0;
  private missing = 0;
  private closed = false;

  constructor(
    private readonly host: SfuHost,
    readonly epoch: number,
  ) {
    this.timer = window.setInterval(() => void this.look(), LOOK_EVERY);
    this.begin();
  }

  /** Send what we have to the server; it answers and offers us the others. */
  private begin(): void {
    window.clearTimeout(this.again);
    this.again = undefined;
    if (this.closed || !this.host.online()) return; // `resume` begins when the socket is back
    this.pub?.close();
    this.sub?.close();
    this.sub = undefined;
    this.rows = [];
    this.chain = Promise.resolve(); // a closed connection never settles what was asked of it
    this.flowing.clear();
    this.silence = this.packets = this.missing = 0;
    const pc = new RTCPeerConnection({ ...this.host.ice(), bundlePolicy: "max-bundle" });
    this.pub = pc;
    const media = this.host.media();
    const together = new MediaStream();
    for (const slot of SLOTS) {
      pc.addTransceiver(media[slot] ?? (slot === "microphone" ? "audio" : "video"), {
        direction: "sendonly",
        streams: slot === "microphone" || slot === "camera" ? [together] : [],
        ...encodings(slot),
      });
    }
    this.watch(pc, false);
    void this.offer(pc, true);
  }

  private async offer(pc: RTCPeerConnection, fresh: boolean, options?: RTCOfferOptions): Promise<void> {
    try {
      await pc.setLocalDescription(await pc.createOffer(options));
    } catch {
      return; // closed meanwhile
    }
    const sdp = pc.localDescription?.sdp;
    if (sdp && pc === this.pub && !this.host.say({ t: "sfu-publish", epoch: this.epoch, sdp, fresh }))
      this.later(); // no socket now
  }

  private watch(pc: RTCPeerConnection, receiving: boolean): void {
    pc.onicecandidate = ({ candidate }) => {
      const row = candidate ? candidate.toJSON() : null;
      this.host.say({ t: "sfu-candidate", epoch: this.epoch, receiving, candidate: row });
    };
    pc.oniceconnectionstatechange = () => {
      if (pc.iceConnectionState === "failed" && (pc === this.pub || pc === this.sub)) void this.restart();
    };
    if (receiving) pc.ontrack = () => this.attach();
  }

  /** A frame of the server about this room. */
  frame(frame: SfuFromServer): void {
    this.chain = this.chain
      .then(() => (this.closed ? undefined : this.act(frame)))
      .catch((error: unknown) => console.warn("media server", frame.t, error));
  }

  private async act(frame: SfuFromServer): Promise<void> {
    switch (frame.t) {
      case "sfu-answer":
        if (this.pub?.signalingState === "have-local-offer")
          await this.pub.setRemoteDescription({ type: "answer", sdp: frame.sdp });
        this.backoff.reset();
        void this.limit(this.step);
        return undefined;
      case "sfu-offer":
        this.leg = frame.leg;
        return this.receive(frame.sdp, frame.streams);
      case "sfu-leg":
        this.leg = frame.leg;
        return undefined;
      case "sfu-candidate": {
        const pc = frame.receiving ? this.sub : this.pub;
        if (pc?.remoteDescription && !frame.candidate.completed) await pc.addIceCandidate(frame.candidate);
        return undefined;
      }
      case "sfu-hangup":
        if (!frame.receiving) return this.later();
        this.sub?.close();
        this.sub = undefined;
        return undefined;
      case "sfu-lost":
        return this.later();
    }
  }

  /** Start anew after a moment: the server or its words are away. */
  private later(): void {
    this.again ??= window.setTimeout(() => this.begin(), Math.min(this.backoff.next(), 1_500));
  }

  private async receive(sdp: string, rows: Row[]): Promise<void> {
    if (!this.sub) {
      this.sub = new RTCPeerConnection({ ...this.host.ice(), bundlePolicy: "max-bundle" });
      this.watch(this.sub, true);
    }
    const pc = this.sub;
    const known = new Set(this.rows.map((row) => `${row.mid} ${row.feed}`));
    this.rows = rows;
    await pc.setRemoteDescription({ type: "offer", sdp });
    await pc.setLocalDescription();
    if (pc !== this.sub) return;
    const answer = pc.localDescription?.sdp;
    if (answer) this.host.say({ t: "sfu-accept", epoch: this.epoch, sdp: answer });
    this.choose(this.layers.below(), (row) => !known.has(`${row.mid} ${row.feed}`));
    this.attach();
  }

  /** Tell the room of every track whose owner it did not know yet. */
  private attach(): void {
    void this.notice();
    for (const { receiver, mid } of this.sub?.getTransceivers() ?? []) {
      const row = this.rows.find((one) => one.mid === mid);
      const slot = row && slotOf(row);
      if (!row || !slot) continue;
      const key = `${row.who}/${slot}`;
      if (this.attached.get(key) === receiver.track) continue;
      this.attached.set(key, receiver.track);
      this.host.track(row.who, slot, receiver.track);
    }
  }

  async meet(peer: Peer, _offer: boolean): Promise<void> {
    const known = this.peers.get(peer.id);
    if (known && known.inst !== peer.inst) this.flowing.delete(peer.id);
    this.peers.set(peer.id, peer);
  }

  sourcesChanged(peer: Peer): void {
    if (this.peers.has(peer.id)) this.peers.set(peer.id, peer);
    this.silence = 0;
  }

  drop(id: string): void {
    this.peers.delete(id);
    this.flowing.delete(id);
    this.before.delete(id);
    this.steps.delete(id);
    for (const slot of SLOTS) this.attached.delete(`${id}/${slot}`);
  }

  healthy(id: string): boolean {
    return this.flowing.has(id) && this.silence < 2 && this.sub?.connectionState === "connected";
  }

  async signal(): Promise<void> {
    // Words between browsers belong to the mesh.
  }

  async useMedia(): Promise<void> {
    const media = this.host.media();
    const lines = this.pub?.getTransceivers() ?? [];
    for (const [index, slot] of SLOTS.entries()) {
      const sender = lines[index]?.sender;
      // a connection that is closed meanwhile is followed by one with the present tracks
      if (sender && sender.track !== media[slot])
        await sender.replaceTrack(media[slot]).catch(() => undefined);
    }
  }

  async restart(): Promise<void> {
    if (this.closed || !this.host.online()) return;
    await this.host.freshIce();
    const pc = this.pub;
    if (this.closed || !pc) return;
    if (pc.signalingState !== "stable" || pc.connectionState === "failed") return this.later();
    for (const one of [pc, this.sub])
      one?.setConfiguration({ ...one.getConfiguration(), ...this.host.ice() });
    await this.offer(pc, false, { iceRestart: true });
    if (this.sub) this.host.say({ t: "sfu-restart", epoch: this.epoch });
  }

  /** The socket is back: go on with the room we are in. */
  resume(): void {
    const have = [...new Set(this.rows.map((row) => row.feed))];
    // a moment's silence is no reason to give up what the server still holds: the watch sees to it
    if (!this.leg || !/^(connected|disconnected)$/.test(this.pub?.connectionState ?? "")) this.begin();
    else this.host.say({ t: "sfu-resume", leg: this.leg, have });
  }

  /** What we send goes to all: the uplink's step. What a receiver's line carries she chooses by layer. */
  async limit(step: Step, id?: string): Promise<void> {
    if (id === undefined) this.steps.clear();
    else this.steps.set(id, step);
    this.step = id === undefined ? step : (Math.max(...this.steps.values()) as Step);
    const sender = this.pub?.getTransceivers()[SLOTS.indexOf("camera")]?.sender;
    if (!sender) return;
    const parameters = sender.getParameters();
    parameters.degradationPreference = "maintain-framerate";
    parameters.encodings.forEach((encoding) => {
      encoding.active = this.step < (encoding.rid === "h" ? STEP.lower : STEP.still);
    });
    await sender.setParameters(parameters).catch(() => undefined);
  }

  close(): void {
    this.closed = true;
    window.clearInterval(this.timer);
    window.clearTimeout(this.again);
    window.clearTimeout(this.noticing);
    this.pub?.close();
    this.sub?.close();
  }

  private async look(): Promise<void> {
    const [sub, pub] = [this.sub, this.pub];
    if (this.closed) return;
    if (broken(pub) || broken(sub)) return this.later(); // ICE alone does not bring it back
    if (!sub || !pub) return this.miss();
    this.missing = 0;
    const stats = [...(await sub.getStats()).values()];
    const sending = [...(await pub.getStats()).values()];
    if (this.closed || sub !== this.sub) return;
    const all = { ...NOTHING };
    for (const row of stats) collect(row, null, all);
    this.hear(all.packets);
    let [frozen, fps, lost] = [0, null as number | null, 0];
    const dark: string[] = [];
    for (const peer of this.peers.values()) {
      const seen = this.seenOf(peer, stats, sending);
      const sample = sampleOf(this.before.get(peer.id) ?? NOTHING, seen, peer.video);
      this.before.set(peer.id, seen);
      this.host.line(peer.id, this.silence < 2 ? "fine" : "stalled");
      this.host.sample(peer.id, sample);
      lost = Math.max(lost, sample.lost);
      if (!peer.video || peer.away || this.layers.of(peer.id) === LAYER.off || !this.flowing.has(peer.id))
        continue;
      frozen = Math.max(frozen, sample.frozen);
      fps = Math.min(fps ?? 99, sample.fps ?? 0);
      if (!sample.fps) dark.push(peer.id);
    }
    const rate = 0;
    const feeds = [...this.peers.values()].filter((peer) => peer.video && this.flowing.has(peer.id));
    if (this.silence === 0) this.choose(this.layers.look({ lost, frozen, rate, fps, dark }, feeds));
  }

  /** The server has offered nothing of the others: words with it were lost on the way. */
  private miss(): void {
    const expected = [...this.peers.values()].some((peer) => !peer.away && (peer.audio || peer.video));
    this.missing = expected ? this.missing + 1 : 0;
    if (this.missing > 0 && this.missing % MISSED_AFTER === 0) this.later();
  }

  /** Silence on the wire shows sooner than ICE says so; what helps is a restart, then a new beginning. */
  private hear(packets: number): void {
    const expected = [...this.peers.values()].some((peer) => !peer.away && (peer.audio || peer.video));
    this.silence = packets > this.packets || !expected ? 0 : this.silence + 1;
    this.packets = packets;
    if (this.silence === SILENT) void this.restart();
    else if (this.silence > SILENT && this.silence % 6 === 0) this.later();
  }

  /** The line between us and one participant: her streams, and what the server says of ours. */
  private seenOf(peer: Peer, stats: Record<string, unknown>[], sending: Record<string, unknown>[]): Seen {
    const mids = new Map(this.rows.filter((row) => row.who === peer.id).map((row) => [row.mid, slotOf(row)]));
    const camera = [...mids].find(([, slot]) => slot === "camera")?.[0] ?? null;
    const seen = { ...NOTHING };
    for (const row of stats)
      if (row.type !== "inbound-rtp" || mids.has(String(row.mid))) collect(row, camera, seen);
    for (const row of sending)
      if (row.type === "remote-inbound-rtp" || row.type === "candidate-pair") collect(row, null, seen);
    return seen;
  }

  /** Whether anything of hers has come: a decoded picture, or sound where she sends no picture. */
  private flows(peer: Peer, stats: Record<string, unknown>[]): boolean {
    const mine = this.rows.filter((row) => row.who === peer.id);
    if (!peer.audio && !peer.video) return mine.length > 0 && this.sub?.connectionState === "connected";
    const wanted: Slot = peer.video ? "camera" : "microphone";
    const mid = mine.find((row) => slotOf(row) === wanted)?.mid;
    return stats.some(
      (row) =>
        row.type === "inbound-rtp" &&
        row.mid === mid &&
        Number(wanted === "camera" ? row.framesDecoded : row.packetsReceived) > 0,
    );
  }

  /** Whose media have begun to flow; asked often only until everybody's do. */
  private async notice(): Promise<void> {
    window.clearTimeout(this.noticing);
    if (!this.sub || this.closed) return;
    const stats = [...(await this.sub.getStats()).values()];
    for (const peer of this.peers.values()) if (this.flows(peer, stats)) this.flowing.add(peer.id);
    if ([...this.peers.keys()].some((id) => !this.flowing.has(id)) && !this.closed)
      this.noticing = window.setTimeout(() => void this.notice(), NOTICE_EVERY);
  }

  /** Ask for these layers; what is received anew comes high at first, whatever was chosen before. */
  private choose(wanted: ReadonlyMap<string, number>, which = (_row: Row) => true): void {
    const layers = [...wanted].flatMap(([who, layer]) =>
      this.rows
        .filter((row) => row.who === who && slotOf(row) === "camera" && which(row))
        .map((row) => ({ mid: row.mid, layer })),
    );
    if (layers.length) this.host.say({ t: "sfu-layers", epoch: this.epoch, layers });
  }
}

/** Failed for good, by the word for ICE and DTLS together: `iceConnectionState` may stay «disconnected» for ever. */
function broken(pc: RTCPeerConnection | undefined): boolean {
  return pc?.connectionState === "failed";
}

function encodings(slot: Slot): { sendEncodings?: RTCRtpEncodingParameters[] } {
  if (slot === "microphone") return {};
  return { sendEncodings: slot === "camera" ? CAMERA : [{ maxBitrate: OTHER[slot] }] };
}
