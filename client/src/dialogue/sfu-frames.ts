import { SLOTS, type Slot } from "./path";

/** One stream of the server's offer: m-line, whose, which of hers. */
export interface Row {
  mid: string;
  who: string;
  slot: string | null;
  kind: string;
  feed: string;
}

export type SfuFromServer =
  | { t: "sfu-answer"; epoch: number; sdp: string }
  | { t: "sfu-offer"; epoch: number; sdp: string; streams: Row[]; leg: string }
  | {
      t: "sfu-candidate";
      epoch: number;
      receiving: boolean;
      candidate: RTCIceCandidateInit & { completed?: boolean };
    }
  | { t: "sfu-leg"; epoch: number; leg: string }
  | { t: "sfu-hangup"; epoch: number; receiving: boolean }
  | { t: "sfu-lost"; epoch: number };

export type SfuToServer =
  | { t: "sfu-publish"; epoch: number; sdp: string; fresh: boolean }
  | { t: "sfu-accept"; epoch: number; sdp: string }
  | { t: "sfu-candidate"; epoch: number; receiving: boolean; candidate: RTCIceCandidateInit | null }
  | { t: "sfu-layers"; epoch: number; layers: { mid: string; layer: number }[] }
  | { t: "sfu-restart"; epoch: number }
  | { t: "sfu-resume"; leg: string; have: string[] };

/** Which of her streams this is; nothing for what we do not know. */
export function slotOf(row: Row): Slot | undefined {
  return row.slot === null ? undefined : SLOTS[Number(row.slot)];
}
