import type { Peer, SignalData } from "./frames";
import { LIMITS, STEP, type Step } from "./ladder";
import { collect, NOTHING, overTcp, type Seen, sampleOf } from "./line";
import { Climb, onOffer, polite, Watchdog } from "./negotiation";
import { type PathHost, SLOTS, type Slot } from "./path";
import { Still } from "./still";

const MAX = { camera: 900_000, screen: 1_200_000, document: 900_000 } as const; // bits a second
const LOOK_EVERY = 1_000;
const RETRY_AFTER = 8_000;
/** Seconds for the first meeting; measured: 4.3 at most, over TCP with 200 ms and loss. Then words were lost on the way. */
const MEET_WITHIN = 12;
/** The first pictures are sent at half the size: a quarter of the bits, so the first one is there sooner on any line. */
const OPENING_SCALE = 2;
/**
 * In a break the camera is scaled down further. Each change of size makes a key frame, and the first thing that the other
 * side can show after a break is a key frame: it would ask for one after three seconds only.
 */
const BREAK_SCALE = 4;
/**
 * The last picture before there are none is a tiny whole one: with it the other side stops asking for pieces of earlier
 * ones. Otherwise it did for five seconds, and the answers drowned the sound on 64 kbit/s (measured).
 */
const LAST_SCALE = 16;
const LAST_FOR = 700;

/**
 * Media with one other participant: perfect negotiation over the dialogue's socket, a watchdog on what arrives, ICE
 * restarts with fresh credentials. Microphone, camera, screen and document camera have their m-lines from the first offer
 * on, so switching them is `replaceTrack` and never a negotiation.
 */
export class PeerLink {
  pc: RTCPeerConnection;
  private readonly polite: boolean;
  private readonly watchdog = new Watchdog();
  private readonly climb = new Climb();
  private readonly timer: number;
  private readonly sending = new MediaStream();
  private met = false;
  /** What the camera is scaled down by until media flow (again). */
  private small = OPENING_SCALE;
  private waited = 0;
  private making = false;
  private settingAnswer = false;
  private ignoring = false;
  private retry: number | undefined;
  private closed = false;
  private step: Step = STEP.picture;
  private still: Still | undefined;
  private previous: Seen = NOTHING;
  private end = (): void => undefined;
  /** A closed connection never settles what was asked of it: nobody waits for more than its life. */
  private readonly over = new Promise<void>((resolve) => {
    this.end = resolve;
  });

  constructor(
    public peer: Peer,
    private readonly host: PathHost,
  ) {
    this.polite = polite(host.me(), peer.id);
    this.pc = this.connection();
    this.timer = window.setInterval(() => void this.look(), LOOK_EVERY);
  }

  get healthy(): boolean {
    return this.pc.signalingState === "stable" && this.connected;
  }

  private get connected(): boolean {
    return /^(connected|completed)$/.test(this.pc.iceConnectionState);
  }

  /** Make the first offer: the newcomer does, the others wait for hers. */
  call(): void {
    if (this.pc.getTransceivers().length) return;
    const media = this.host.media();
    for (const slot of SLOTS) {
      this.pc.addTransceiver(media[slot] ?? (slot === "microphone" ? "audio" : "video"), {
        direction: "sendrecv",
        streams: this.streams(slot),
        ...(slot === "microphone" ? {} : { sendEncodings: [this.opening(slot)] }),
      });
    }
  }

  /** Send the camera smaller or larger. */
  private scale(down: number): void {
    if (this.small === down) return;
    this.small = down;
    void this.limit(this.step);
  }

  private opening(slot: "camera" | "screen" | "document"): RTCRtpEncodingParameters {
    const scaled = slot === "camera" ? { scaleResolutionDownBy: OPENING_SCALE } : {};
    return { maxBitrate: MAX[slot], ...scaled };
  }

  /** Put the present tracks on their m-lines. */
  useMedia(): Promise<void> {
    return Promise.race([this.over, this.putTracks()]);
  }

  private async putTracks(): Promise<void> {
    const media = this.host.media();
    media.camera = this.cameraAt(this.step, media.camera);
    const changed = this.lines().filter(([slot, { sender }]) => sender.track !== media[slot]);
    await Promise.all(changed.map(([slot, { sender }]) => sender.replaceTrack(media[slot])));
  }

  /** On the step of the still picture a small photograph stands for the camera. */
  private cameraAt(step: Step, camera: MediaStreamTrack | null): MediaStreamTrack | null {
    if (step !== STEP.still || !camera || this.still?.camera !== camera) {
      this.still?.stop();
      this.still = undefined;
    }
    if (step !== STEP.still || !camera) return camera;
    this.still ??= new Still(camera);
    return this.still.track;
  }

  /** Send this participant no more than the step allows. */
  limit(step: Step): Promise<void> {
    this.step = step;
    return Promise.race([this.over, this.putLimits(step)]);
  }

  private async putLimits(step: Step): Promise<void> {
    await this.putTracks();
    const limits = LIMITS[step];
    let last: RTCRtpSender | undefined;
    for (const [slot, { sender }] of this.lines()) {
      const parameters = sender.getParameters();
      const encoding = parameters.encodings[0];
      if (!encoding) continue;
      if (slot === "microphone") {
        encoding.priority = encoding.networkPriority = "high"; // sound first, always
        encoding.maxBitrate = limits.microphone;
      } else {
        if (slot === "camera" && !limits.camera && encoding.active && sender.track) last = sender;
        encoding.maxBitrate = slot === "camera" ? limits.camera : Math.min(MAX[slot], LIMITS[step].shown);
        encoding.active = encoding.maxBitrate > 0 || sender === last;
        encoding.maxBitrate ||= MAX[slot];
        if (slot === "camera") {
          encoding.scaleResolutionDownBy = sender === last ? LAST_SCALE : Math.max(limits.scale, this.small);
          encoding.maxFramerate = limits.fps;
        }
        // pictures a second matter more than their size, but letters must be sharp
        parameters.degradationPreference = slot === "camera" ? "maintain-framerate" : "maintain-resolution";
      }
      await sender.setParameters(parameters).catch(() => undefined);
    }
    if (last) void this.stopAfterLast(last, step); // nobody waits for it
  }

  private async stopAfterLast(sender: RTCRtpSender, step: Step): Promise<void> {
    await new Promise((done) => window.setTimeout(done, LAST_FOR));
    if (this.closed || this.step !== step) return; // raised again meanwhile
    const parameters = sender.getParameters();
    for (const encoding of parameters.encodings) encoding.active = false;
    await sender.setParameters(parameters).catch(() => undefined);
  }

  /** The others' microphone or camera changed; what flowed before is no measure any more. */
  mediaChanged(): void {
    this.watchdog.reset();
  }

  signal(data: SignalData): Promise<void> {
    return this.closed ? this.over : Promise.race([this.over, this.act(data)]);
  }

  private async act(data: SignalData): Promise<void> {
    if ("candidate" in data) return this.candidate(data.candidate);
    const { description } = data;
    if (description.type === "offer") {
      const verdict = onOffer({
        polite: this.polite,
        making: this.making,
        settingAnswer: this.settingAnswer,
        signalling: this.pc.signalingState,
        fresh: this.pc.remoteDescription === null,
      });
      this.ignoring = verdict === "ignore";
      if (verdict === "ignore") return;
      if (verdict === "replace") this.startOver();
      await this.pc.setRemoteDescription(description);
      await this.answer();
    } else {
      this.settingAnswer = true;
      try {
        if (this.pc.signalingState === "have-local-offer") await this.pc.setRemoteDescription(description);
      } finally {
        this.settingAnswer = false;
      }
      await this.limit(this.step);
    }
  }

  /** Bring media back: fresh credentials, then an ICE restart. Both sides may do it at once. */
  restart(): Promise<void> {
    return Promise.race([this.over, this.startAnew()]);
  }

  private async startAnew(): Promise<void> {
    if (this.closed || !this.host.online()) return; // after a reconnect every unhealthy link is restarted
    window.clearTimeout(this.retry);
    await this.host.freshIce();
    if (this.closed) return;
    this.pc.setConfiguration({ ...this.pc.getConfiguration(), ...this.host.ice() });
    // An offer that was lost with its socket is said again. A rollback would stop the pictures until the next answer,
    // also those that come back by themselves half a second after the line (measured: 2.3 s for 0.5).
    if (this.pc.signalingState === "have-local-offer") this.send(this.pc);
    else if (this.pc.getTransceivers().length) this.pc.restartIce();
    else this.call();
    this.retry = window.setTimeout(() => {
      if (!this.healthy) void this.restart();
    }, RETRY_AFTER);
  }

  close(): void {
    this.closed = true;
    this.end();
    window.clearInterval(this.timer);
    window.clearTimeout(this.retry);
    this.still?.stop();
    this.pc.close();
  }

  private connection(): RTCPeerConnection {
    const pc = new RTCPeerConnection({ ...this.host.ice(), bundlePolicy: "max-bundle" });
    pc.onnegotiationneeded = () => void this.offer(pc);
    pc.onicecandidate = (event) =>
      this.host.signal(this.peer.id, { candidate: event.candidate ? event.candidate.toJSON() : null });
    pc.oniceconnectionstatechange = () => {
      if (pc !== this.pc) return;
      window.clearTimeout(this.retry);
      if (this.connected && this.small === BREAK_SCALE) this.scale(OPENING_SCALE);
      if (pc.iceConnectionState === "failed") void this.restart();
      if (pc.iceConnectionState === "disconnected")
        this.retry = window.setTimeout(() => void this.restart(), 1_000);
    };
    pc.ontrack = ({ track, transceiver }) => {
      const slot = SLOTS[pc.getTransceivers().indexOf(transceiver)];
      if (pc === this.pc && slot) this.host.track(this.peer.id, slot, track);
    };
    return pc;
  }

  private startOver(): void {
    const old = this.pc;
    this.pc = this.connection();
    this.making = this.settingAnswer = false; // whatever the old one was about it never ends
    old.close();
  }

  private async offer(pc: RTCPeerConnection): Promise<void> {
    if (pc !== this.pc || this.closed) return;
    try {
      this.making = true;
      await pc.setLocalDescription();
      this.send(pc);
    } catch {
      // The connection was closed or replaced meanwhile.
    } finally {
      if (pc === this.pc) this.making = false;
    }
  }

  private async answer(): Promise<void> {
    for (const [slot, transceiver] of this.lines()) {
      transceiver.direction = "sendrecv";
      transceiver.sender.setStreams?.(...this.streams(slot));
    }
    await this.putTracks();
    await this.pc.setLocalDescription();
    this.send(this.pc);
    await this.limit(this.step);
  }

  /** The m-lines by what they carry; in the order of the first offer, which both sides know. */
  private lines(): [Slot, RTCRtpTransceiver][] {
    const found: [Slot, RTCRtpTransceiver][] = [];
    this.pc.getTransceivers().forEach((transceiver, index) => {
      const slot = SLOTS[index];
      if (slot) found.push([slot, transceiver]);
    });
    return found;
  }

  /** Voice and face share a stream: then the other side keeps lips and voice together. */
  private streams(slot: Slot): MediaStream[] {
    return slot === "microphone" || slot === "camera" ? [this.sending] : [];
  }

  private send(pc: RTCPeerConnection): void {
    const description = pc.localDescription;
    if (description && pc === this.pc) this.host.signal(this.peer.id, { description: description.toJSON() });
  }

  private async candidate(candidate: RTCIceCandidateInit | null): Promise<void> {
    try {
      await this.pc.addIceCandidate(candidate ?? undefined);
    } catch (error) {
      if (!this.ignoring && this.pc.remoteDescription) console.warn("candidate", error);
    }
  }

  private async look(): Promise<void> {
    if (this.closed) return;
    const camera = this.pc.getTransceivers()[SLOTS.indexOf("camera")]?.mid ?? null;
    const seen = { ...NOTHING };
    const rows = await this.pc.getStats();
    for (const row of rows.values()) collect(row, camera, seen);
    if (this.closed) return;
    const verdict = this.watchdog.look(seen.packets);
    this.host.line(this.peer.id, verdict === "fine" ? "fine" : "stalled");
    if (verdict !== "fine") this.scale(BREAK_SCALE);
    else if (this.connected) this.scale(1);
    this.met ||= this.healthy;
    this.waited += this.met ? 0 : 1;
    const unmet = !this.met && this.waited % MEET_WITHIN === 0;
    const better = verdict === "fine" && this.healthy && this.climb.look(overTcp(rows));
    if (verdict === "restart" || unmet || better) void this.restart();
    this.host.sample(
      this.peer.id,
      sampleOf(this.previous, seen, this.peer.video && this.peer.step < STEP.still),
    );
    this.previous = seen;
  }
}
