/** What is said on the dialogue's socket; the other half is legalaid/realtime/protocol.py. */

import type { Step } from "./ladder";
import type { Report } from "./lines";
import type { Level } from "./quality";
import type { SfuFromServer, SfuToServer } from "./sfu-frames";

export interface Peer {
  id: string;
  inst: string;
  role: string;
  name: string;
  place: string;
  audio: boolean;
  video: boolean;
  screen: boolean;
  document: boolean;
  /** Step of the ladder at which she sends. */
  step: Step;
  away: boolean;
}

/** What a participant sends right now. */
export type Sources = Pick<Peer, "audio" | "video" | "screen" | "document" | "step">;

export function sourcesOf({ audio, video, screen, document, step }: Sources): Sources {
  return { audio, video, screen, document, step };
}

export interface DialogueEvent {
  n: number;
  kind: string;
  who: string | null;
  role: string | null;
  name: string;
  text: string;
  data?: Record<string, unknown>;
  cid: string | null;
  at: string;
}

/** A line that experts alone read. */
export interface AsideNote {
  id: number;
  who: string;
  name: string;
  text: string;
  cid: string;
  at: string;
}

/** Participant → [delivered, read]: numbers of events. */
export type Receipts = Record<string, [number, number]>;

export interface Ice {
  iceServers: RTCIceServer[];
  ttl: number;
  /** «relay»: nobody in the dialogue learns another's address. */
  policy: RTCIceTransportPolicy;
}

export type SignalData =
  | { description: RTCSessionDescriptionInit }
  | { candidate: RTCIceCandidateInit | null };

export type FromServer =
  | {
      t: "welcome";
      v: number;
      you: string;
      state: string;
      last: number;
      peers: Peer[];
      ice: Ice;
      events: DialogueEvent[];
      receipts?: Receipts;
      asides?: AsideNote[];
    }
  | { t: "peer-joined"; peer: Peer; offer: boolean }
  | { t: "peer-away"; id: string }
  | { t: "peer-left"; id: string; reason: string }
  | { t: "signal"; from: string; inst: string; data: SignalData }
  | ({ t: "media"; id: string } & Sources)
  | ({ t: "event" } & DialogueEvent)
  | ({ t: "aside" } & AsideNote)
  | { t: "role"; id: string; role: string }
  | { t: "receipt"; id: string; delivered: number; read: number }
  | { t: "look"; by: string; paper: number; page: number; turn: number; zoom: number; x: number; y: number }
  | { t: "point"; by: string; x: number | null; y: number | null }
  | { t: "caption"; by: string; text: string; last: boolean }
  | { t: "refused"; cid: string; text: string }
  | { t: "ice"; ice: Ice }
  | { t: "mode"; mode: "mesh" | "sfu"; epoch: number }
  | SfuFromServer
  | { t: "line"; id: string; level: Level }
  | { t: "limit"; from: string; step: Step }
  | { t: "pong" }
  | { t: "error"; code: string };

/** The first word: a ticket, or what a citizen's page brought along; `inst` names the loaded page. */
export type Hello = { t: "hello"; inst: string; since: number } & ({ ticket: string } | { page: string });

export type ToServer =
  | SfuToServer
  | { t: "signal"; to: string; data: SignalData }
  | ({ t: "media" } & Sources)
  | { t: "chat"; cid: string; text: string }
  | { t: "aside"; cid: string; text: string }
  | { t: "seen"; delivered: number; read: number }
  | { t: "look"; paper: number; page: number; turn: number; zoom: number; x: number; y: number }
  | { t: "point"; x: number | null; y: number | null }
  | { t: "caption"; text: string; last: boolean }
  | { t: "since"; n: number }
  | ({ t: "line" } & Report)
  | { t: "limit"; to: string; step: Step }
  | { t: "ping" }
  | { t: "ice" }
  | { t: "leave" };

/** Close codes of the socket; 4000 and above are our own. */
export const CODE = {
  replaced: 4001,
  refused: 4003,
  ended: 4004,
  silent: 4008,
  badTicket: 4010,
} as const;

export function isSfu(frame: FromServer): frame is SfuFromServer {
  return frame.t.startsWith("sfu-");
}
