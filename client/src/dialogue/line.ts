import type { Sample } from "./quality";

/** Sums over a connection's statistics since it began; rates come from the difference of two looks. */
export interface Seen {
  packets: number;
  lost: number;
  received: number;
  bytes: number;
  concealed: number;
  samples: number;
  frozen: number;
  rtt: number;
  /** Bits a second the browser believes it may send; null when it does not say. */
  room: number | null;
  /** Share of our own packets that the other side misses, 0…1; null before its first report. */
  missed: number | null;
  fps: number | null;
}

export const NOTHING: Seen = {
  packets: 0,
  lost: 0,
  received: 0,
  bytes: 0,
  concealed: 0,
  samples: 0,
  frozen: 0,
  rtt: 0,
  room: null,
  missed: null,
  fps: null,
};

/** Add what concerns the line in one row of the statistics; `camera` is the mid of the other side's camera. */
export function collect(row: Record<string, unknown>, camera: string | null, seen: Seen): void {
  const number = (name: string) => (typeof row[name] === "number" ? (row[name] as number) : 0);
  if (row.type === "transport") {
    seen.packets += number("packetsReceived");
    seen.bytes += number("bytesReceived");
  }
  if (row.type === "candidate-pair" && row.nominated) {
    seen.rtt = Math.max(seen.rtt, number("currentRoundTripTime"));
    if (typeof row.availableOutgoingBitrate === "number")
      seen.room = Math.max(seen.room ?? 0, row.availableOutgoingBitrate);
  }
  if (row.type === "remote-inbound-rtp" && typeof row.fractionLost === "number")
    seen.missed = Math.max(seen.missed ?? 0, row.fractionLost);
  if (row.type === "inbound-rtp") {
    seen.lost += number("packetsLost");
    seen.received += number("packetsReceived");
    if (row.kind === "audio") {
      seen.concealed += number("concealedSamples") - number("silentConcealedSamples");
      seen.samples += number("totalSamplesReceived");
    } else if (row.mid === camera) {
      seen.fps = number("framesPerSecond");
      seen.frozen += number("totalFreezesDuration");
    }
  }
}

/** Whether what we send goes to our relay over TCP or TLS; false where the browser does not say. */
export function overTcp(rows: {
  values(): Iterable<Record<string, unknown>>;
  get(id: string): unknown;
}): boolean {
  for (const row of rows.values()) {
    if (row.type !== "transport" || typeof row.selectedCandidatePairId !== "string") continue;
    const pair = rows.get(row.selectedCandidatePairId) as Record<string, string> | undefined;
    const local = pair?.localCandidateId && (rows.get(pair.localCandidateId) as Record<string, unknown>);
    if (local && /^(tcp|tls)$/.test(String(local.relayProtocol))) return true;
  }
  return false;
}

/** What happened between two looks, a second apart. `video`: the other side's camera is on. */
export function sampleOf(before: Seen, now: Seen, video: boolean): Sample {
  const grown = (name: "packets" | "lost" | "received" | "bytes" | "concealed" | "samples" | "frozen") =>
    Math.max(0, now[name] - before[name]);
  const lost = grown("lost");
  const due = lost + grown("received");
  const samples = grown("samples");
  return {
    packets: grown("packets"),
    lost: due ? lost / due : 0,
    missed: now.missed ?? 0,
    rtt: now.rtt,
    fps: video ? now.fps : null,
    frozen: video ? grown("frozen") : 0,
    concealed: samples ? grown("concealed") / samples : 0,
    rate: grown("bytes") * 8,
    room: now.room,
  };
}
