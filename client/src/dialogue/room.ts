import { setClock } from "../i18n";
import { bindQuietForms } from "./acts";
import { Chat } from "./chat";
import { Check } from "./check";
import { bindControls, type Controls } from "./controls";
import { Credentials } from "./credentials";
import { DevicePanel } from "./device-panel";
import { Devices } from "./devices";
import { Faces } from "./faces";
import {
  CODE,
  type DialogueEvent,
  type FromServer,
  isSfu,
  type Peer,
  type Sources,
  sourcesOf,
} from "./frames";
import { Hush } from "./hush";
import { Inside } from "./inside";
import { LineKeeper } from "./keeper";
import { Lead } from "./lead";
import { Meeting } from "./meeting";
import { Own } from "./own";
import { maybePart, part } from "./parts";
import { level } from "./quality";
import type { RecordingPanel } from "./recording";
import { remedy } from "./remedies";
import { Replay } from "./replay";
import type { SfuHost } from "./sfu";
import { DialogueSocket, type Refusal } from "./socket";
import { OVER, type RoomState, STATES, showLists, toTheWords } from "./states";
import { Together } from "./together";
import { Trouble } from "./trouble";
import { Ways } from "./ways";

/**
 * `<dialogue-room>`: ties socket, media, chat and the server-rendered page together. It holds no rules of the dialogue:
 * its state comes from the server's events, it only shows them.
 */
export class DialogueRoom extends HTMLElement {
  readonly devices = new Devices();
  path!: Ways;
  socket!: DialogueSocket;
  private readonly peers = new Map<string, Peer>();
  private faces!: Faces;
  private inside!: Inside;
  private readonly replay = new Replay();
  private readonly meeting = new Meeting();
  private readonly lead = new Lead(() => location.reload());
  private chat!: Chat;
  private together!: Together;
  private check: Check | undefined;
  private controls!: Controls;
  private trouble!: Trouble;
  private keeper!: LineKeeper;
  private me = "";
  private readonly own = new Own(this, this.devices);
  private readonly ice = new Credentials(() => void this.socket.send({ t: "ice" }));
  private recording: Promise<RecordingPanel> | undefined;
  private chain: Promise<void> = Promise.resolve();
  private readonly hush = new Hush(this);

  connectedCallback(): void {
    if (this.dataset.minutes) setClock(Number(this.dataset.minutes));
    this.inside = new Inside(this.dataset.key ?? "");
    this.socket = new DialogueSocket(this.dataset.ticket ?? "", () => this.replay.last, {
      frame: (frame) => this.frame(frame),
      healthy: (is) => this.onHealthy(is),
      pinged: (seconds) => this.keeper.lines.pinged(seconds),
      over: (code, refusal) => this.onOver(code, refusal),
    });
    this.socket.entrance = this.dataset.entrance ?? "";
    this.path = new Ways(this.host());
    this.keeper = new LineKeeper(this, {
      path: () => this.path,
      peers: () => this.peers,
      send: (frame) => this.socket.send(frame),
      stepped: () => this.sendMedia(),
    });
    this.trouble = new Trouble(part(this, "banner"), part(this, "banner-text"), part(this, "banner-phone"));
    this.chat = new Chat(
      this,
      { send: (line) => this.socket.send({ t: "chat", ...line }) },
      this.dataset.key ?? "",
    );
    this.together = new Together(
      this,
      {
        send: (frame) => this.socket.send(frame),
        me: () => this.me,
        name: (id) => this.peers.get(id)?.name ?? "",
      },
      this.chat,
      this.dataset.key ?? "",
    );
    bindQuietForms(this);
    this.controls = bindControls(this, this.chat);
    this.faces = new Faces(this, () => this.controls.blocked());
    this.devices.onchange = () => void this.mediaChanged();
    addEventListener("pagehide", this.away);
    const checkPart = maybePart(this, "check");
    if (checkPart) this.check = new Check(checkPart, this.devices);
    new DevicePanel(this, this.devices);
    this.controls.onenter(() => void (this.dataset.checking === "on" ? this.checked() : this.enter()));
    for (const again of this.querySelectorAll('[data-part="recheck"]'))
      again.addEventListener("click", () => this.recheck());
    if (this.state === "check" && !this.inside.remembered) {
      void this.check?.run();
      this.socket.ready();
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
    const stood = document.activeElement;
    this.dataset.state = state;
    const asking = OVER.has(state) ? (maybePart(this, "end-dialog") as HTMLDialogElement | null) : null;
    const answered = asking?.open === true; // its button, switched off while it is sent, has let the keyboard go
    asking?.close();
    if (answered || (stood && this.contains(stood) && !stood.getClientRects().length)) toTheWords(this);
    if (state !== "waiting") this.checked(); // she is called: nothing stands before her eyes
    if (state === "live") void this.meetAll();
    this.controls.show();
    if (state !== "live") void this.recording?.then((panel) => panel.close());
    else void this.watchRecording();
    this.dispatchEvent(new CustomEvent("dialogue:state", { bubbles: true, detail: state }));
  }

  /** Go in: devices if the check has not opened them, then the socket. Works with sound only and with neither. */
  async enter(): Promise<void> {
    this.hush.begin();
    this.inside.remembered = true;
    this.check?.stop();
    if (OVER.has(this.state) || this.state === "check") this.state = "waiting";
    this.socket.start();
    if (!this.devices.audio && !this.devices.video) await this.devices.open();
    else await this.mediaChanged();
    this.controls.fault(
      this.devices.faults.microphone ? remedy("microphone", this.devices.faults.microphone) : "",
    );
  }

  /** The check once more, from the waiting room: the place is kept, the socket stays. */
  private recheck(): void {
    this.dataset.checking = "on";
    void this.check?.run(true);
  }

  private checked(): void {
    if (this.dataset.checking !== "on") return;
    this.dataset.checking = "off";
    this.check?.stop();
  }

  leave(): void {
    this.inside.remembered = false;
    this.close(true);
    this.state = "left";
  }

  /** One button for «I am not heard»: a new ICE connection with everybody. */
  repair(): void {
    void this.path.restart();
  }

  /** The code of recording is loaded only where the authority allows recordings. */
  private async watchRecording(): Promise<void> {
    const url = this.dataset.recording;
    if (!url || this.state !== "live") return;
    // Kept before the code has come: two who ask meanwhile must not get two panels, each of which would answer and film.
    this.recording ??= import("./recording").then((code) => code.recordingOf(this, url, this.devices));
    await (await this.recording).look();
  }

  private readonly away = (): void => {
    this.socket.stop(false); // a reload comes back within the grace; a farewell would be told as leaving
  };

  private close(farewell: boolean): void {
    this.hush.over();
    this.dataset.inside = "no";
    this.socket.stop(farewell);
    for (const id of [...this.peers.keys()]) this.drop(id);
    this.path.close();
    this.devices.close();
    this.check?.stop();
    this.trouble.calm();
  }

  private frame(frame: FromServer): void {
    // credentials are awaited by a restart that may itself stand in the chain
    if (frame.t === "ice") this.ice.take(frame.ice);
    else if (isSfu(frame)) this.path.frame(frame);
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
        return this.onSources(frame.id, sourcesOf(frame));
      case "mode":
        this.dataset.way = frame.mode;
        return this.path.turn(frame.mode, frame.epoch);
      case "line":
        return this.keeper.lines.told(frame.id, frame.level);
      case "limit":
        return this.keeper.asked(frame.from, frame.step);
      case "signal":
        if (this.state !== "live") return this.meeting.keep(frame);
        return this.path.signal(frame.from, frame.inst, frame.data);
      case "role":
        return this.update(frame.id, { role: frame.role });
      case "event":
        return this.onEvents([frame], true);
      default:
        return this.together.frame(frame as FromServer);
    }
  }

  private async onWelcome(frame: FromServer & { t: "welcome" }): Promise<void> {
    this.me = frame.you;
    this.chat.recognise(frame.you);
    this.ice.take(frame.ice);
    this.path.back();
    this.replay.forgetAsking();
    this.onEvents(frame.events, this.replay.last > 0);
    this.ask(this.replay.behind(frame.last));
    const state = STATES[frame.state];
    if (state) this.state = state;
    showLists(this);
    this.together.welcome(frame);
    this.sendMedia();
    this.chat.resend();
    // A peer missing here may be reconnecting itself (the server was restarted): only «peer-left» ends media that flow.
    const present = new Set(frame.peers.map((peer) => peer.id));
    for (const id of [...this.peers.keys()]) if (!present.has(id) && !this.path.healthy(id)) this.drop(id);
    for (const peer of frame.peers) await this.onPeer(peer, true);
    if (this.state !== "live" || !this.peers.size) this.hush.over(); // nobody's picture is on its way
    void this.watchRecording();
  }

  /** Somebody is here: a new page of hers is met anew, a known one is repaired if it needs to be. */
  private async onPeer(peer: Peer, offer: boolean): Promise<void> {
    const known = this.peers.get(peer.id);
    if (known && known.inst !== peer.inst) this.drop(peer.id);
    this.peers.set(peer.id, peer);
    this.faces.show(peer);
    if (this.state === "live") await this.meet(peer, offer);
    else this.meeting.postpone(peer, offer);
  }

  private async meet(peer: Peer, offer: boolean): Promise<void> {
    if (!this.path.healthy(peer.id)) this.hush.begin();
    await this.path.meet(peer, offer);
    this.keeper.met(peer.id);
  }

  /** Pictures may meet: everybody who is here is met as if she had come right now. */
  private async meetAll(): Promise<void> {
    const { meet, early } = this.meeting.begin();
    for (const [id, offer] of meet) {
      const peer = this.peers.get(id);
      if (peer) await this.meet(peer, offer);
    }
    for (const { from, inst, data } of early) await this.path.signal(from, inst, data);
  }

  private onSources(id: string, sources: Sources): void {
    this.update(id, sources);
    const peer = this.peers.get(id);
    if (peer) this.path.sourcesChanged(peer);
  }

  private onEvents(events: DialogueEvent[], fresh: boolean): void {
    const { apply, ask } = this.replay.take(events);
    for (const event of apply) {
      this.chat.event(event, fresh);
      if (event.kind === "recording")
        void this.recording?.then((panel) => panel.told(event, event.who === this.me, fresh));
      if (event.kind === "received") this.state = "received";
      if (event.kind === "admitted") this.state = "live";
      if (this.together.event(event)) void this.mediaChanged();
      if (fresh && this.lead.event(event, this.me)) return;
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

  private finish(state: RoomState): void {
    this.inside.remembered = false;
    this.close(false);
    this.state = state;
  }

  private onHealthy(is: boolean): void {
    this.trouble.socket(is);
    if (!is) this.together.lost();
  }

  private onOver(code: number, refusal?: Refusal): void {
    if (refusal?.text) part(this, "refusal-text").textContent = refusal.text;
    if (code === CODE.ended || refusal?.code === "dialogue_over") this.finish("ended");
    else if (code === CODE.refused) this.finish("removed");
    else this.finish(code === CODE.replaced ? "elsewhere" : "refused");
  }

  private host(): SfuHost {
    return {
      me: () => this.me,
      media: () => this.devices.media(),
      ice: () => this.ice.now(),
      signal: (to, data) => void this.socket.send({ t: "signal", to, data }),
      say: (frame) => this.socket.send(frame),
      freshIce: () => this.ice.renew(),
      online: () => this.socket.open,
      track: (id, slot, track) => {
        this.faces.get(id)?.attach(slot, track);
        if (slot === "microphone") this.devices.speaker.useIn(this);
      },
      line: (id, state) => {
        this.socket.worry(state === "stalled");
        this.trouble.media(id, state === "fine");
      },
      sample: (id, sample) => {
        this.faces.get(id)?.quality(level(sample));
        this.keeper.sample(id, sample);
      },
    };
  }

  private update(id: string, change: Partial<Peer>): void {
    const known = this.peers.get(id);
    if (!known) return;
    const peer = { ...known, ...change };
    this.peers.set(id, peer);
    this.faces.show(peer);
  }

  private drop(id: string): void {
    this.meeting.forget(id);
    this.path.drop(id);
    this.peers.delete(id);
    this.faces.drop(id);
    this.keeper.drop(id);
    this.trouble.media(id, true);
  }

  private async mediaChanged(): Promise<void> {
    this.own.show(this.together?.held ?? false);
    this.controls?.show();
    if (this.state === "check" || this.dataset.checking === "on") this.check?.show();
    else if (this.dataset.inside === "yes") this.check?.watch();
    await this.path.useMedia();
    this.sendMedia();
  }

  private sendMedia(): void {
    this.socket.send(this.own.frame(this.together.held, this.keeper.step));
  }
}

customElements.define("dialogue-room", DialogueRoom);
