import { describe, expect, it } from "vitest";
import { collect, NOTHING, overTcp, type Seen, sampleOf } from "./line";

function seen(rows: Record<string, unknown>[]): Seen {
  const sums = { ...NOTHING };
  for (const row of rows) collect(row, "1", sums);
  return sums;
}

const FIRST = [
  { type: "transport", packetsReceived: 100, bytesReceived: 50_000 },
  { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.2, availableOutgoingBitrate: 300_000 },
  { type: "candidate-pair", nominated: false, currentRoundTripTime: 9 },
  { type: "remote-inbound-rtp", fractionLost: 0.04 },
  {
    type: "inbound-rtp",
    kind: "audio",
    packetsReceived: 50,
    packetsLost: 0,
    totalSamplesReceived: 48_000,
    concealedSamples: 0,
  },
  { type: "inbound-rtp", kind: "video", mid: "1", packetsReceived: 50, packetsLost: 0, framesPerSecond: 20 },
];
const SECOND = [
  { type: "transport", packetsReceived: 190, bytesReceived: 112_500 },
  { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.25, availableOutgoingBitrate: 280_000 },
  { type: "remote-inbound-rtp", fractionLost: 0.1 },
  {
    type: "inbound-rtp",
    kind: "audio",
    packetsReceived: 95,
    packetsLost: 5,
    totalSamplesReceived: 96_000,
    concealedSamples: 5_800,
    silentConcealedSamples: 1_000,
  },
  { type: "inbound-rtp", kind: "video", mid: "1", packetsReceived: 95, packetsLost: 5, framesPerSecond: 18 },
  {
    type: "inbound-rtp",
    kind: "video",
    mid: "2",
    packetsReceived: 0,
    framesPerSecond: 0,
    totalFreezesDuration: 9,
  },
];

describe("the line between two looks", () => {
  it("is the difference of sums, of the camera and not of a screen", () => {
    const sample = sampleOf(seen(FIRST), seen(SECOND), true);
    expect(sample).toMatchObject({
      packets: 90,
      rtt: 0.25,
      missed: 0.1,
      fps: 18,
      frozen: 0,
      room: 280_000,
      rate: 500_000,
    });
    expect(sample.lost).toBeCloseTo(0.1);
    expect(sample.concealed).toBeCloseTo(0.1); // silence that was filled with silence is nobody's loss
  });

  it("claims nothing of a picture that is not sent", () => {
    expect(sampleOf(seen(FIRST), seen(SECOND), false)).toMatchObject({ fps: null, frozen: 0 });
  });

  it("begins anew after a new connection, whose sums are smaller", () => {
    expect(sampleOf(seen(SECOND), seen(FIRST), true)).toMatchObject({ packets: 0, lost: 0, rate: 0 });
  });
});

describe("the way to the relay", () => {
  const rows = (relayProtocol: string | undefined) =>
    new Map<string, Record<string, unknown>>([
      ["T", { type: "transport", selectedCandidatePairId: "P" }],
      ["P", { type: "candidate-pair", localCandidateId: "L" }],
      ["Q", { type: "candidate-pair", localCandidateId: "M" }],
      ["L", { type: "local-candidate", relayProtocol }],
      ["M", { type: "local-candidate", relayProtocol: "tcp" }],
    ]);

  it("is TCP when the chosen pair begins so, not when another does", () => {
    expect(["tcp", "tls", "udp", undefined].map((name) => overTcp(rows(name)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it("is not known before a pair is chosen", () => {
    expect(overTcp(new Map([["T", { type: "transport" }]]))).toBe(false);
  });
});
