import type { Peer, SignalData } from "./frames";
import { onOffer, polite, Watchdog } from "./negotiation";
import type { Sample } from "./quality";

/** Own tracks; null where there is none or it is switched off. */
export interface OwnMedia {
  audio: MediaStreamTrack | null;
  video: MediaStreamTrack | null;
}

export interface PeerHost {
  /** Participant id of this page. */
  me: string;
  media(): OwnMedia;
  ice(): RTCConfiguration;
  signal(to: string, data: SignalData): void;
  /** Ask the server for fresh relay credentials; resolves when they are set, or after 2 s without. */
  freshIce(): Promise<void>;
  /** Whether the socket can carry an offer now. */
  online(): boolean;
  track(link: PeerLink, track: MediaStreamTrack): void;
  line(link: PeerLink, state: "fine" | "stalled"): void;
  sample(link: PeerLink, sample: Sample): void;
}

const MAX_VIDEO = 900_000; // bits a second; 640×480 at 20-30 pictures needs 500k, the rest is for a good line
const LOOK_EVERY = 1_000;
const RETRY_AFTER = 8_000;

/**
 * Media with one other participant: perfect negotiation over the dialogue's socket, a watchdog on what arrives, ICE
 * restarts with fresh credentials. Microphone and camera have their m-lines from the first offer on, so switching them
 * is `replaceTrack` and never a negotiation.
 */
export class PeerLink {
  pc: RTCPeerConnection;
  private readonly polite: boolean;
  private readonly watchdog = new Watchdog();
  private readonly timer: number;
  private readonly sending = new MediaStream();
  private making = false;
  private settingAnswer = false;
  private ignoring = false;
  private retry: number | undefined;
  private closed = false;
  private previous = { packets: 0, lost: 0, received: 0 };

  constructor(
    public peer: Peer,
    private readonly host: PeerHost,
  ) {
    this.polite = polite(host.me, peer.id);
    this.pc = this.connection();
    this.timer = window.setInterval(() => void this.look(), LOOK_EVERY);
  }

  get healthy(): boolean {
    return this.pc.signalingState === "stable" && /connected|completed/.test(this.pc.iceConnectionState);
  }

  /** Make the first offer: the newcomer does, the others wait for hers. */
  call(): void {
    if (this.pc.getTransceivers().length) return;
    const { audio, video } = this.host.media();
    const streams = [this.sending]; // one stream for both: then the other side keeps lips and voice together
    this.pc.addTransceiver(audio ?? "audio", { direction: "sendrecv", streams });
    this.pc.addTransceiver(video ?? "video", {
      direction: "sendrecv",
      streams,
      sendEncodings: [{ maxBitrate: MAX_VIDEO }],
    });
  }

  /** Put the present tracks on their m-lines. */
  async useMedia(): Promise<void> {
    const { audio, video } = this.host.media();
    for (const transceiver of this.pc.getTransceivers()) {
      const track = transceiver.receiver.track.kind === "audio" ? audio : video;
      if (transceiver.sender.track !== track) await transceiver.sender.replaceTrack(track);
    }
  }

  /** The others' microphone or camera changed; what flowed before is no measure any more. */
  mediaChanged(): void {
    this.watchdog.reset();
  }

  async signal(data: SignalData): Promise<void> {
    if (this.closed) return;
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
    }
  }

  /** Bring media back: fresh credentials, then an ICE restart. Both sides may do it at once. */
  async restart(): Promise<void> {
    if (this.closed || !this.host.online()) return; // after a reconnect every unhealthy link is restarted
    window.clearTimeout(this.retry);
    await this.host.freshIce();
    if (this.closed) return;
    if (this.pc.signalingState === "have-local-offer") {
      await this.pc.setLocalDescription({ type: "rollback" }); // that offer was lost with its socket
    }
    this.pc.setConfiguration({ ...this.pc.getConfiguration(), ...this.host.ice() });
    if (this.pc.getTransceivers().length) this.pc.restartIce();
    else this.call();
    this.retry = window.setTimeout(() => {
      if (!this.healthy) void this.restart();
    }, RETRY_AFTER);
  }

  close(): void {
    this.closed = true;
    window.clearInterval(this.timer);
    window.clearTimeout(this.retry);
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
      if (pc.iceConnectionState === "failed") void this.restart();
      if (pc.iceConnectionState === "disconnected")
        this.retry = window.setTimeout(() => void this.restart(), 1_000);
    };
    pc.ontrack = ({ track }) => {
      if (pc === this.pc) this.host.track(this, track);
    };
    return pc;
  }

  private startOver(): void {
    const old = this.pc;
    this.pc = this.connection();
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
      this.making = false;
    }
  }

  private async answer(): Promise<void> {
    for (const transceiver of this.pc.getTransceivers()) {
      transceiver.direction = "sendrecv";
      transceiver.sender.setStreams?.(this.sending);
    }
    await this.useMedia();
    await this.pc.setLocalDescription();
    this.send(this.pc);
    await this.limit();
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

  /** The answering side sets its limits after the fact; pictures a second matter more than their size. */
  private async limit(): Promise<void> {
    for (const { sender, receiver } of this.pc.getTransceivers()) {
      if (receiver.track.kind !== "video") continue;
      const parameters = sender.getParameters();
      if (!parameters.encodings[0]) continue;
      parameters.encodings[0].maxBitrate = MAX_VIDEO;
      parameters.degradationPreference = "maintain-framerate";
      await sender.setParameters(parameters).catch(() => undefined);
    }
  }

  private async look(): Promise<void> {
    if (this.closed) return;
    const seen = { packets: 0, lost: 0, received: 0, rtt: 0, fps: null as number | null };
    for (const row of (await this.pc.getStats()).values()) collect(row, seen);
    if (this.closed) return;
    const verdict = this.watchdog.look(seen.packets);
    this.host.line(this, verdict === "fine" ? "fine" : "stalled");
    if (verdict === "restart") void this.restart();
    const lost = Math.max(0, seen.lost - this.previous.lost);
    const received = Math.max(0, seen.received - this.previous.received);
    this.host.sample(this, {
      packets: Math.max(0, seen.packets - this.previous.packets),
      lost: lost + received ? lost / (lost + received) : 0,
      rtt: seen.rtt,
      fps: this.peer.video ? seen.fps : null,
    });
    this.previous = seen;
  }
}

type Seen = { packets: number; lost: number; received: number; rtt: number; fps: number | null };

/** Sum up what concerns the line in one row of the statistics. */
function collect(row: Record<string, unknown>, seen: Seen): void {
  const number = (name: string) => (typeof row[name] === "number" ? (row[name] as number) : 0);
  if (row.type === "transport") seen.packets += number("packetsReceived");
  if (row.type === "candidate-pair" && row.nominated)
    seen.rtt = Math.max(seen.rtt, number("currentRoundTripTime"));
  if (row.type === "inbound-rtp") {
    seen.lost += number("packetsLost");
    seen.received += number("packetsReceived");
    if (row.kind === "video") seen.fps = number("framesPerSecond");
  }
}
