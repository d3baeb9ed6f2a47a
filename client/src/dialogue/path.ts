import type { Peer, SignalData } from "./frames";
import type { Step } from "./ladder";
import type { Sample } from "./quality";

/** What one participant may send, in the order of the m-lines: each has its line from the first offer on. */
export const SLOTS = ["microphone", "camera", "screen", "document"] as const;
export type Slot = (typeof SLOTS)[number];

/** Own tracks; null where there is none or it is switched off. */
export type OwnMedia = Record<Slot, MediaStreamTrack | null>;

/** What a path needs from the room, and what it tells the room. */
export interface PathHost {
  /** Participant id of this page. */
  me(): string;
  media(): OwnMedia;
  ice(): RTCConfiguration;
  /** Ask the server for fresh relay credentials; resolves when they are set, or after 2 s without. */
  freshIce(): Promise<void>;
  /** Whether the socket can carry an offer now. */
  online(): boolean;
  signal(to: string, data: SignalData): void;
  /** A track of another participant; for a slot it is told once, muted or not. */
  track(id: string, slot: Slot, track: MediaStreamTrack): void;
  /** Whether media of the participant arrive; told every second. */
  line(id: string, state: "fine" | "stalled"): void;
  /** What the last second was like between us and the participant. */
  sample(id: string, sample: Sample): void;
}

/**
 * How media travel between the participants of a dialogue. The room knows no more of it than this; `Mesh` connects the
 * browsers with each other. Two paths may stand side by side while a dialogue changes from one to the other.
 */
export interface MediaPath {
  /** Somebody is here (again): connect, or repair what is broken. `offer`: this page is the one to call. */
  meet(peer: Peer, offer: boolean): Promise<void>;
  /** What the participant sends changed; what flowed before is no measure any more. */
  sourcesChanged(peer: Peer): void;
  drop(id: string): void;
  /** Whether media with the participant flow or could flow: such a one outlives a server that forgot her. */
  healthy(id: string): boolean;
  signal(from: string, inst: string, data: SignalData): Promise<void>;
  /** Put the present own tracks on their lines; never a negotiation. */
  useMedia(): Promise<void>;
  /** Bring media back, with one participant or with all. */
  restart(id?: string): Promise<void>;
  /** Send the participant (or everybody) no more than the step of the ladder allows. */
  limit(step: Step, id?: string): Promise<void>;
  close(): void;
}
