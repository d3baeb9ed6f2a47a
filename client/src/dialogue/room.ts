import { Chat } from "./chat";
import { Check } from "./check";
import { bindControls, type Controls } from "./controls";
import { Devices, remedy } from "./devices";
import { Face } from "./faces";
import { CODE, type DialogueEvent, type FromServer, type Ice, type Peer } from "./frames";
import { maybePart, part } from "./parts";
import { type PeerHost, PeerLink } from "./peer";
import { level } from "./quality";
import { Replay } from "./replay";
import { DialogueSocket, type Refusal } from "./socket";
import { Trouble } from "./trouble";

export type RoomState =
  | "check"
  | "waiting"
  | "live"
  | "left"
  | "elsewhere"
  | "ended"
  | "missed"
  | "failed"
  | "refused";
const OVER = new Set<RoomState>(["ended", "missed", "failed", "refused", "elsewhere", "left"]);

/**
 * `<dialogue-room>`: ties socket, media, chat and the server-rendered page together. It holds no rules of the dialogue:
 * its state comes from the server's events, it only shows them.
 */
export class DialogueRoom extends HTMLElement {
  readonly devices = new Devices();
  readonly links = new Map<string, PeerLink>();
  socket!: DialogueSocket;
  private readonly faces = new Map<string, Face>();
  private readonly replay = new Replay();
  private chat!: Chat;
  private check: Check | undefined;
  private controls!: Controls;
  private trouble!: Trouble;
  private me = "";
  private ice: Ice = { iceServers: [], ttl: 0 };
  private fresh: (() => void)[] = [];
  private chain: Promise<void> = Promise.resolve();

  connectedCallback(): void {
    this.socket = new DialogueSocket(this.dataset.ticket ?? "", () => this.replay.last, {
      frame: (frame) => this.frame(frame),
      healthy: (is) => this.onHealthy(is),
      over: (code, refusal) => this.onOver(code, refusal),
    });
    this.trouble = new Trouble(part(this, "banner"), part(this, "banner-text"), part(this, "banner-phone"));
    this.chat = new Chat(
      this,
      { send: (line) => this.socket.send({ t: "chat", ...line }) },
      this.dataset.key ?? "",
    );
    this.controls = bindControls(this, this.chat);
    this.devices.onchange = () => void this.mediaChanged();
    addEventListener("pagehide", this.away);
    const checkPart = maybePart(this, "check");
    if (checkPart) this.check = new Check(checkPart, this.devices);
    if (this.state === "check" && !this.remembered) {
      void this.check?.run();
      this.controls.onenter(() => void this.enter());
    } else if (!OVER.has(this.state)) void this.enter();
  }

  disconnectedCallback(): void {
    this.close(false);
    removeEventListener("pagehide", this.away);
  }

  get state(): RoomState {
    return (this.dataset.state ?? "check") as RoomState;
  }

  set state(state: RoomState) {
    if (this.state === state) return;
    this.dataset.state = state;
    this.controls.show();
    this.dispatchEvent(new CustomEvent("dialogue:state", { bubbles: true, detail: state }));
  }

  /** Go in: devices if the check has not opened them, then the socket. Works with sound only and with neither. */
  async enter(): Promise<void> {
    this.remembered = true;
    this.check?.stop();
    if (OVER.has(this.state) || this.state === "check") this.state = "waiting";
    this.socket.start();
    if (!this.devices.audio && !this.devices.video) await this.devices.open();
    else await this.mediaChanged();
    this.controls.fault(
      this.devices.faults.microphone ? remedy("microphone", this.devices.faults.microphone) : "",
    );
  }

  leave(): void {
    this.remembered = false;
    this.close(true);
    this.state = "left";
  }

  /** One button for «I am not heard»: a new ICE connection with everybody. */
  repair(): void {
    for (const link of this.links.values()) void link.restart();
  }

  private readonly away = (): void => {
    this.socket.stop(false); // a reload comes back within the grace; a farewell would be told as leaving
  };

  private close(farewell: boolean): void {
    this.socket.stop(farewell);
    for (const id of [...this.links.keys()]) this.drop(id);
    this.devices.close();
    this.check?.stop();
    this.trouble.calm();
  }

  private frame(frame: FromServer): void {
    // credentials are awaited by a restart that may itself stand in the chain
    if (frame.t === "ice") this.onIce(frame.ice);
    else
      this.chain = this.chain
        .then(() => this.act(frame))
        .catch((error: unknown) => console.warn("dialogue", frame.t, error));
  }

  private async act(frame: FromServer): Promise<void> {
    switch (frame.t) {
      case "welcome":
        return this.onWelcome(frame);
      case "peer-joined":
        return this.onPeer(frame.peer, frame.offer);
      case "peer-away":
        return this.update(frame.id, { away: true });
      case "peer-left":
        return this.drop(frame.id);
      case "media":
        this.links.get(frame.id)?.mediaChanged();
        return this.update(frame.id, { audio: frame.audio, video: frame.video });
      case "signal":
        return this.onSignal(frame);
      case "event":
        return this.onEvents([frame], true);
      case "refused":
        return this.chat.refused(frame.cid, frame.text);
      default:
        return undefined;
    }
  }

  private async onWelcome(frame: FromServer & { t: "welcome" }): Promise<void> {
    this.me = frame.you;
    this.chat.recognise(frame.you);
    this.onIce(frame.ice);
    this.replay.forgetAsking();
    this.onEvents(frame.events, this.replay.last > 0);
    this.ask(this.replay.behind(frame.last));
    if (frame.state === "live" || frame.state === "lobby")
      this.state = frame.state === "live" ? "live" : "waiting";
    this.sendMedia();
    this.chat.resend();
    // A peer missing here may be reconnecting itself (the server was restarted): only «peer-left» ends media that flow.
    const present = new Set(frame.peers.map((peer) => peer.id));
    for (const [id, link] of this.links) if (!present.has(id) && !link.healthy) this.drop(id);
    for (const peer of frame.peers) await this.onPeer(peer, true);
  }

  /** Somebody is here: a new page gets a new connection, a known one is repaired if it needs to be. */
  private async onPeer(peer: Peer, offer: boolean): Promise<void> {
    const known = this.links.get(peer.id);
    if (known && known.peer.inst === peer.inst) {
      this.update(peer.id, peer);
      if (!known.healthy) await known.restart();
      return;
    }
    if (known) this.drop(peer.id);
    this.meet(peer);
    if (offer) this.links.get(peer.id)?.call();
  }

  private async onSignal(frame: FromServer & { t: "signal" }): Promise<void> {
    const link = this.links.get(frame.from);
    // an offer of a page we do not know yet belongs to a «peer-joined» that is on its way, or to a page that is gone
    if (link && link.peer.inst === frame.inst) await link.signal(frame.data);
  }

  private onEvents(events: DialogueEvent[], fresh: boolean): void {
    const { apply, ask } = this.replay.take(events);
    for (const event of apply) {
      this.chat.event(event, fresh);
      if (event.kind === "admitted") this.state = "live";
      // Handed on to another queue: the page, asked again, is the waiting room of the next dialogue.
      if (fresh && event.kind === "ended" && event.text === "handed-on" && this.dataset.role === "citizen") {
        this.socket.stop(false); // its end would make the page forget that she is inside
        location.reload();
        return;
      }
      if (event.kind === "ended" || event.kind === "missed" || event.kind === "failed")
        this.finish(event.kind);
    }
    this.ask(ask);
  }

  private ask(number: number | null): void {
    if (number !== null) this.socket.send({ t: "since", n: number });
  }

  private onIce(ice: Ice): void {
    this.ice = ice;
    for (const resolve of this.fresh.splice(0)) resolve();
  }

  private finish(state: RoomState): void {
    this.remembered = false;
    this.close(false);
    this.state = state;
  }

  private onHealthy(is: boolean): void {
    this.trouble.socket(is);
  }

  private onOver(code: number, refusal?: Refusal): void {
    if (refusal?.text) part(this, "refusal-text").textContent = refusal.text;
    if (code === CODE.ended || refusal?.code === "dialogue_over") this.finish("ended");
    else this.finish(code === CODE.replaced ? "elsewhere" : "refused");
  }

  private meet(peer: Peer): void {
    const template = part(this, "face-template") as HTMLTemplateElement;
    const face = new Face(template, peer, () => this.controls.blocked());
    this.faces.set(peer.id, face);
    part(this, "faces").append(face.element);
    this.links.set(peer.id, new PeerLink(peer, this.host(face)));
    this.dataset.peers = String(this.faces.size);
  }

  private host(face: Face): PeerHost {
    return {
      me: this.me,
      media: () => ({ audio: this.devices.audio, video: this.devices.video }),
      ice: () => ({ iceServers: this.ice.iceServers }),
      signal: (to, data) => void this.socket.send({ t: "signal", to, data }),
      freshIce: () => this.freshIce(),
      online: () => this.socket.open,
      track: (_link, track) => face.attach(track),
      line: (link, state) => {
        this.socket.worry(state === "stalled");
        this.trouble.media(link.peer.id, state === "fine");
      },
      sample: (_link, sample) => void face.quality(level(sample)),
    };
  }

  private freshIce(): Promise<void> {
    return new Promise((resolve) => {
      this.fresh.push(resolve);
      this.socket.send({ t: "ice" });
      window.setTimeout(resolve, 2_000);
    });
  }

  private update(id: string, change: Partial<Peer>): void {
    const link = this.links.get(id);
    if (!link) return;
    link.peer = { ...link.peer, ...change };
    this.faces.get(id)?.update(link.peer);
  }

  private drop(id: string): void {
    this.links.get(id)?.close();
    this.links.delete(id);
    this.faces.get(id)?.element.remove();
    this.faces.delete(id);
    this.trouble.media(id, true);
    this.dataset.peers = String(this.faces.size);
  }

  private async mediaChanged(): Promise<void> {
    const { audio, video } = this.devices;
    const own = part(this, "own-video") as HTMLVideoElement;
    const shown = (own.srcObject as MediaStream | null)?.getVideoTracks()[0] ?? null;
    if (shown !== video) own.srcObject = video ? new MediaStream([video]) : null;
    this.dataset.camera = video ? "on" : "off";
    this.dataset.microphone = audio && !this.devices.muted ? "on" : "off";
    this.controls?.show();
    if (this.state === "check") this.check?.show();
    for (const link of this.links.values()) await link.useMedia();
    this.sendMedia();
  }

  private sendMedia(): void {
    const { audio, video, muted } = this.devices;
    this.socket.send({ t: "media", audio: audio !== null && !muted, video: video !== null });
  }

  /** Whether this tab was inside: then a reload goes straight back in. */
  private get remembered(): boolean {
    try {
      return sessionStorage.getItem(`dialogue-in:${this.dataset.key}`) === "1";
    } catch {
      return false;
    }
  }

  private set remembered(inside: boolean) {
    try {
      if (inside) sessionStorage.setItem(`dialogue-in:${this.dataset.key}`, "1");
      else sessionStorage.removeItem(`dialogue-in:${this.dataset.key}`);
    } catch {
      // A browser that keeps nothing: the device check is shown again after a reload.
    }
  }
}

customElements.define("dialogue-room", DialogueRoom);
