import { csrfToken } from "../live";
import { Backoff } from "./backoff";
import { CODE, type FromServer, type Hello, type ToServer } from "./frames";

const PING_CALM = 10_000;
const PING_WORRIED = 2_000;
const PATIENCE = 4_000;
/** Media are silent too: then an unanswered ping says that the address changed or the line is gone. */
const PATIENCE_WORRIED = 1_800;
const TICKET_WITHIN = 6_000;
/** The server closes a socket that says nothing within 8 s; for so many of them one is held ready, some four minutes. */
const READY_TIMES = 30;
const READY_AGAIN = 500;
/** Milliseconds; the server takes it a minute longer. */
const ENTRANCE_LIFE = 9 * 60_000;
/** The media server is away for a moment, and fewer are carried meanwhile: whoever was inside asks until it is back. */
const FOR_NOW = "no_place_now";

export type Refusal = { code: string; text: string };

export interface SocketListener {
  frame(frame: FromServer): void;
  /** The socket is usable (after «welcome») or not. */
  healthy(is: boolean): void;
  /** The server answered a ping after so many seconds. */
  pinged?(seconds: number): void;
  /** It is over: replaced, refused, ended, or a refusal in words. It does not reconnect by itself any more. */
  over(code: number, refusal?: Refusal): void;
}

function open(): WebSocket {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return new WebSocket(`${scheme}//${location.host}/ws/dialogue`);
}

/**
 * The dialogue's socket: takes a fresh ticket for every attempt, comes back by itself, and notices a network that died
 * without closing the socket (its own ping; a browser does not show the protocol's).
 */
export class DialogueSocket {
  readonly inst = crypto.randomUUID();
  private readonly backoff = new Backoff();
  private socket: WebSocket | undefined;
  private timer: number | undefined;
  private beat: number | undefined;
  private heardAt = 0;
  private pingedAt: number | undefined;
  private welcomed = false;
  private inside = false;
  private stopped = true;
  private worried = false;
  private spare: WebSocket | undefined;
  private spares = 0;
  /** What a fresh page itself lets her in with: no ticket is fetched then. */
  entrance = "";

  constructor(
    private readonly ticketUrl: string,
    private readonly since: () => number,
    private readonly listener: SocketListener,
  ) {}

  /** She is about to enter: have a socket open by then. It says nothing yet, and saves two trips of the first entrance. */
  ready(): void {
    if (!this.stopped || this.spare || this.spares >= READY_TIMES) return;
    this.spares += 1;
    const socket = open();
    this.spare = socket;
    socket.onclose = () => {
      if (socket !== this.spare) return;
      this.spare = undefined;
      window.setTimeout(() => this.ready(), READY_AGAIN);
    };
  }

  start(): void {
    this.stopped = this.inside = false;
    this.backoff.reset();
    void this.attempt();
    addEventListener("online", this.hurry);
  }

  /** Stop for good; `farewell` tells the others at once. */
  stop(farewell: boolean): void {
    if (farewell) this.send({ t: "leave" });
    this.stopped = true;
    this.spares = READY_TIMES;
    this.spare?.close(1000);
    removeEventListener("online", this.hurry);
    this.drop(1000);
  }

  /** Send a frame; false when the socket is not usable: signalling is repeated by itself, chat stays in the outbox. */
  send(frame: ToServer): boolean {
    if (!this.welcomed || this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  get open(): boolean {
    return this.welcomed;
  }

  /** Media stopped: look closely whether the socket is alive. */
  worry(on: boolean): void {
    if (this.worried === on) return;
    this.worried = on;
    if (on && this.welcomed) this.ping();
  }

  private readonly hurry = (): void => {
    if (this.stopped || this.welcomed) return;
    window.clearTimeout(this.timer);
    this.backoff.reset();
    void this.attempt();
  };

  /** The socket opens while its ticket is on its way: on a slow line that saves a round trip. */
  private async attempt(): Promise<void> {
    this.drop(1000);
    const socket = this.spare ?? open();
    this.spare = undefined;
    this.socket = socket;
    this.heardAt = performance.now();
    let hello = "";
    const greet = () => {
      if (hello && socket.readyState === WebSocket.OPEN) socket.send(hello);
    };
    const say = (by: { ticket: string } | { page: string }) => {
      hello = JSON.stringify({ t: "hello", ...by, inst: this.inst, since: this.since() } satisfies Hello);
      greet();
    };
    socket.onopen = greet;
    socket.onmessage = (event) => this.heard(socket, event.data);
    socket.onclose = (event) => this.closed(socket, event.code);
    this.watch();
    const entrance = this.freshEntrance();
    if (entrance) {
      say({ page: entrance });
      return;
    }
    const ticket = await this.ticket();
    if (this.stopped || socket !== this.socket) return;
    if (typeof ticket === "object" && !(this.inside && ticket.code === FOR_NOW)) this.finish(0, ticket);
    else if (typeof ticket !== "string") this.again();
    else {
      say({ ticket });
    }
  }

  private freshEntrance(): string {
    if (performance.now() > ENTRANCE_LIFE) this.entrance = "";
    return this.entrance;
  }

  /** A ticket, nothing when the server is away, or its refusal. */
  private async ticket(): Promise<string | Refusal | undefined> {
    try {
      const answer = await fetch(this.ticketUrl, {
        method: "POST",
        headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
        signal: AbortSignal.timeout(TICKET_WITHIN),
      });
      if (answer.ok) return ((await answer.json()) as { ticket: string }).ticket;
      if (answer.status === 409) return (await answer.json()) as Refusal;
      if (answer.status === 404 || answer.status === 403) return { code: "not_found", text: "" };
    } catch {
      // The server or the network is away.
    }
    return undefined;
  }

  private heard(socket: WebSocket, data: unknown): void {
    if (socket !== this.socket || typeof data !== "string") return;
    this.heardAt = performance.now();
    const frame = JSON.parse(data) as FromServer;
    if (frame.t === "pong" && this.pingedAt !== undefined) {
      this.listener.pinged?.((this.heardAt - this.pingedAt) / 1000);
      this.pingedAt = undefined;
    }
    if (frame.t === "welcome") {
      this.welcomed = this.inside = true;
      this.backoff.reset();
      this.listener.healthy(true);
    }
    this.listener.frame(frame);
    if (frame.t === "welcome") this.ping(); // how far the server is says whose line a bad one is
  }

  private watch(): void {
    window.clearInterval(this.beat);
    let sent = performance.now();
    this.beat = window.setInterval(() => {
      const now = performance.now();
      const every = !this.welcomed ? PATIENCE : this.worried ? PING_WORRIED : PING_CALM;
      const unanswered = this.worried && this.welcomed ? now - (this.pingedAt ?? now) : 0;
      const dead =
        this.worried && this.welcomed ? unanswered > PATIENCE_WORRIED : now - this.heardAt > every + PATIENCE;
      if (dead) this.closed(this.socket, CODE.silent);
      else if (now - sent >= every || (sent > this.heardAt && now - sent >= PING_WORRIED)) {
        sent = now;
        this.ping();
      }
    }, 500);
  }

  private ping(): void {
    if (this.send({ t: "ping" })) this.pingedAt ??= performance.now();
  }

  private closed(socket: WebSocket | undefined, code: number): void {
    if (!socket || socket !== this.socket) return;
    this.drop(code === CODE.silent ? CODE.silent : undefined);
    if (this.stopped) return;
    if (code === CODE.badTicket && this.entrance) {
      this.entrance = ""; // it was not good any more: a ticket is, or says in words why she cannot enter
      void this.attempt();
    } else if (code === CODE.replaced || code === CODE.refused || code === CODE.ended) this.finish(code);
    else this.again();
  }

  private drop(code?: number): void {
    window.clearInterval(this.beat);
    window.clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = undefined;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      if (code !== undefined) socket.close(code);
    }
    this.pingedAt = undefined;
    if (this.welcomed) {
      this.welcomed = false;
      this.listener.healthy(false);
    }
  }

  private again(): void {
    this.drop(1000);
    this.timer = window.setTimeout(() => void this.attempt(), this.backoff.next());
  }

  private finish(code: number, refusal?: Refusal): void {
    this.stopped = true;
    this.drop(1000);
    removeEventListener("online", this.hurry);
    this.listener.over(code, refusal);
  }
}
