import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Peer, SignalData } from "./frames";
import { STEP } from "./ladder";
import { Mesh } from "./mesh";
import type { OwnMedia, PathHost } from "./path";

/** A stand-in for the browser's connection: what our code asks of it is what is tested here. */
class Sender {
  track: unknown = null;
  parameters = { encodings: [{}] as Record<string, unknown>[] };
  constructor(track: unknown) {
    this.track = typeof track === "string" ? null : track;
  }
  getParameters(): typeof this.parameters {
    return structuredClone(this.parameters);
  }
  async setParameters(parameters: typeof this.parameters): Promise<void> {
    this.parameters = parameters;
  }
  async replaceTrack(track: unknown): Promise<void> {
    this.track = track;
  }
}

class Connection {
  static all: Connection[] = [];
  transceivers: { sender: Sender; kind: string; direction: string }[] = [];
  offers = 0;
  restarts = 0;
  closed = false;
  signalingState = "stable";
  iceConnectionState = "connected";
  localDescription = { type: "offer", sdp: "", toJSON: () => ({ type: "offer", sdp: "" }) };
  remoteDescription = null;
  onnegotiationneeded: (() => void) | null = null;
  oniceconnectionstatechange: (() => void) | null = null;

  constructor() {
    Connection.all.push(this);
  }
  addTransceiver(what: string | { kind: string }, { direction }: { direction: string }): void {
    const kind = typeof what === "string" ? what : what.kind;
    this.transceivers.push({ sender: new Sender(what), kind, direction });
    if (this.transceivers.length === 1) queueMicrotask(() => this.onnegotiationneeded?.());
  }
  getTransceivers(): typeof this.transceivers {
    return this.transceivers;
  }
  async setLocalDescription(): Promise<void> {
    this.offers += 1;
  }
  async setRemoteDescription(): Promise<void> {}
  getConfiguration(): object {
    return {};
  }
  setConfiguration(): void {}
  restartIce(): void {
    this.restarts += 1;
  }
  async getStats(): Promise<Map<string, unknown>> {
    return new Map();
  }
  close(): void {
    this.closed = true;
  }
}

const peer = (id: string, inst = "p1"): Peer => ({
  id,
  inst,
  role: "expert",
  name: "",
  place: "",
  audio: true,
  video: true,
  screen: false,
  document: false,
  step: 0,
  away: false,
});
const microphone = { kind: "audio" };
const camera = { kind: "video" };
let media: OwnMedia;
let sent: SignalData[];
const host: PathHost = {
  me: () => "me",
  media: () => ({ ...media }),
  ice: () => ({}),
  freshIce: async () => undefined,
  online: () => true,
  signal: (_to, data) => void sent.push(data),
  track: () => undefined,
  line: () => undefined,
  sample: () => undefined,
};
const last = () => Connection.all[Connection.all.length - 1] as Connection;
const tracks = () => last().transceivers.map(({ sender }) => sender.track);

beforeEach(() => {
  vi.useFakeTimers();
  Connection.all = [];
  sent = [];
  media = { microphone, camera, screen: null, document: null } as unknown as OwnMedia;
  vi.stubGlobal("RTCPeerConnection", Connection);
  vi.stubGlobal("MediaStream", class {});
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("Mesh", () => {
  it("offers four lines once, and switching devices never offers again", async () => {
    const mesh = new Mesh(host);
    await mesh.meet(peer("a"), true);
    await vi.advanceTimersByTimeAsync(0);
    expect(last().transceivers.map(({ kind }) => kind)).toEqual(["audio", "video", "video", "video"]);
    expect(tracks()).toEqual([microphone, camera, null, null]);
    const screen = { kind: "video", id: "screen" };
    media = { ...media, screen } as unknown as OwnMedia;
    await mesh.useMedia();
    expect(tracks()).toEqual([microphone, camera, screen, null]);
    expect(last().offers).toBe(1);
    mesh.close();
  });

  it("waits for the newcomer's offer when it is not the one to call", async () => {
    const mesh = new Mesh(host);
    await mesh.meet(peer("a"), false);
    await vi.advanceTimersByTimeAsync(0);
    expect([last().transceivers.length, sent.length]).toEqual([0, 0]);
    mesh.close();
  });

  it("keeps the connection of a page it knows and makes a new one for a page loaded again", async () => {
    const mesh = new Mesh(host);
    await mesh.meet(peer("a"), true);
    await mesh.meet(peer("a"), true);
    expect(Connection.all).toHaveLength(1);
    const old = last();
    await mesh.meet(peer("a", "p2"), true);
    expect([Connection.all.length, old.closed]).toEqual([2, true]);
    mesh.close();
  });

  it("repairs a known connection that is not well", async () => {
    const mesh = new Mesh(host);
    await mesh.meet(peer("a"), true);
    last().iceConnectionState = "disconnected";
    expect(mesh.healthy("a")).toBe(false);
    await mesh.meet(peer("a"), true);
    expect(last().restarts).toBe(1);
    mesh.close();
  });

  it("says an offer again that was lost with its socket, and never takes it back", async () => {
    const mesh = new Mesh(host);
    await mesh.meet(peer("a"), true);
    await vi.advanceTimersByTimeAsync(0);
    last().signalingState = "have-local-offer";
    const set = vi.spyOn(last(), "setLocalDescription");
    await mesh.restart("a");
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]);
    expect([last().restarts, set.mock.calls.length]).toEqual([0, 0]);
    mesh.close();
  });

  it("begins with a smaller picture, and again after a break", async () => {
    const arriving = { type: "transport", packetsReceived: 0 };
    const mesh = new Mesh(host);
    await mesh.meet(peer("a"), true);
    last().getStats = async () => new Map([["in", arriving]]);
    const second = (packets: number) => {
      arriving.packetsReceived += packets;
      return vi.advanceTimersByTimeAsync(1_000);
    };
    const scale = () => last().transceivers[1]?.sender.parameters.encodings[0]?.scaleResolutionDownBy;
    last().iceConnectionState = "checking";
    await mesh.limit(STEP.picture);
    await second(50);
    expect(scale()).toBe(2);
    last().iceConnectionState = "connected";
    await second(50);
    expect(scale()).toBe(1);
    for (let silent = 0; silent < 2; silent += 1) await second(0);
    expect(scale()).toBe(4);
    last().oniceconnectionstatechange?.(); // the line is back: the change of size is a key frame
    await vi.advanceTimersByTimeAsync(0);
    expect(scale()).toBe(2);
    await second(50);
    expect(scale()).toBe(1);
    mesh.close();
  });

  it("calls by itself when the newcomer's offer does not come", async () => {
    const mesh = new Mesh(host);
    await mesh.meet(peer("a"), false);
    last().iceConnectionState = "new";
    await vi.advanceTimersByTimeAsync(11_500);
    expect(last().offers).toBe(0);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(last().offers).toBe(1);
    expect(sent).toHaveLength(1);
    mesh.close();
  });

  it("lets go of what a closed connection never settles", async () => {
    const mesh = new Mesh(host);
    await mesh.meet(peer("a"), false);
    last().setRemoteDescription = () => new Promise(() => undefined); // as browsers do once it is closed
    const offer: SignalData = { description: { type: "offer", sdp: "" } };
    let settled = false;
    const waiting = mesh.signal("a", "p1", offer).then(() => {
      settled = true;
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(settled).toBe(false);
    mesh.drop("a");
    await waiting; // the frames behind it in the room's chain go on
    expect(settled).toBe(true);
  });

  it("heeds no signal of a page that is gone", async () => {
    const mesh = new Mesh(host);
    await mesh.meet(peer("a"), true);
    const set = vi.spyOn(last(), "setRemoteDescription");
    await mesh.signal("a", "old page", { description: { type: "offer", sdp: "" } });
    await mesh.signal("stranger", "p1", { description: { type: "offer", sdp: "" } });
    expect(set).not.toHaveBeenCalled();
    mesh.close();
  });

  it("pauses the picture and puts sound first where the step says so", async () => {
    const mesh = new Mesh(host);
    await mesh.meet(peer("a"), true);
    await mesh.limit(STEP.sound, "a");
    const [sound, picture, screen] = last().transceivers.map(({ sender }) => sender.parameters.encodings[0]);
    expect(sound).toMatchObject({ priority: "high", maxBitrate: 20_000 });
    expect([picture?.active, screen?.active]).toEqual([false, false]);
    await mesh.limit(STEP.picture);
    expect(last().transceivers[1]?.sender.parameters.encodings[0]).toMatchObject({
      active: true,
      maxBitrate: 900_000,
    });
    expect(last().offers).toBe(1);
    mesh.close();
  });

  it("sends a tiny whole picture as the last one, unless pictures are wanted again by then", async () => {
    const mesh = new Mesh(host);
    await mesh.meet(peer("a"), true);
    const sender = last().transceivers[1]?.sender as Sender;
    const now = () => sender.parameters.encodings[0];
    sender.parameters.encodings = [{ active: true }];
    await mesh.limit(STEP.sound);
    expect(now()).toMatchObject({ active: true, scaleResolutionDownBy: 16 });
    await vi.advanceTimersByTimeAsync(700);
    expect(now()).toMatchObject({ active: false });
    await mesh.limit(STEP.picture);
    await mesh.limit(STEP.sound);
    await vi.advanceTimersByTimeAsync(300);
    await mesh.limit(STEP.picture);
    await vi.advanceTimersByTimeAsync(700);
    expect(now()).toMatchObject({ active: true });
    expect(now()?.scaleResolutionDownBy).not.toBe(16);
    mesh.close();
  });
});
