import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Peer, SignalData } from "./frames";
import type { MediaPath, PathHost } from "./path";
import type { SfuHost } from "./sfu";
import { Ways } from "./ways";

/** A path that delivers when the test says so. */
class Road implements MediaPath {
  met: string[] = [];
  calls: string[] = [];
  signals: string[] = [];
  delivers = new Set<string>();
  closed = false;

  constructor(
    readonly name: string,
    readonly host: PathHost,
  ) {}

  async meet(peer: Peer, offer: boolean): Promise<void> {
    this.met.push(peer.id);
    if (offer) this.calls.push(peer.id);
  }
  sourcesChanged(): void {}
  drop(id: string): void {
    this.delivers.delete(id);
  }
  healthy(id: string): boolean {
    return this.delivers.has(id);
  }
  async signal(from: string, _inst: string, _data: SignalData): Promise<void> {
    this.signals.push(from);
  }
  async useMedia(): Promise<void> {}
  async restart(): Promise<void> {}
  async limit(): Promise<void> {}
  close(): void {
    this.closed = true;
  }
  brings(id: string): void {
    this.host.track(id, "camera", `${this.name}:${id}` as unknown as MediaStreamTrack);
  }
}

let roads: Road[];
let shown: string[];
let online: boolean;

function ways(): Ways {
  const host = {
    me: () => "b",
    online: () => online,
    track: (_id: string, _slot: string, track: unknown) => shown.push(String(track)),
    line: () => undefined,
    sample: () => undefined,
  } as unknown as SfuHost;
  const make = (name: string) => (wrapped: PathHost) => {
    const road = new Road(name, wrapped);
    roads.push(road);
    return road;
  };
  return new Ways(host, { mesh: make("mesh"), sfu: make("sfu") });
}

const peer = (id: string) => ({ id, inst: "1" }) as Peer;
const road = (index: number) => roads[index] as Road;
const CANDIDATE: SignalData = { candidate: null };

beforeEach(() => {
  vi.useFakeTimers();
  roads = [];
  shown = [];
  online = true;
});
afterEach(() => vi.useRealTimers());

describe("changing the way of media", () => {
  it("keeps each old picture until the new way brings one, then lets the old go", async () => {
    const all = ways();
    for (const id of ["a", "c"]) await all.meet(peer(id), true);
    for (const id of ["a", "c"]) road(0).brings(id);
    road(0).delivers = new Set(["a", "c"]);
    all.turn("sfu", 1);
    road(1).brings("a");
    road(1).brings("c");
    vi.advanceTimersByTime(2_000);
    expect(shown).toEqual(["mesh:a", "mesh:c"]);
    road(1).delivers.add("a");
    vi.advanceTimersByTime(300);
    expect(shown).toEqual(["mesh:a", "mesh:c", "sfu:a"]);
    vi.advanceTimersByTime(6_000);
    expect(road(0).closed).toBe(false);
    road(1).delivers.add("c");
    vi.advanceTimersByTime(300);
    expect(shown).toContain("sfu:c");
    expect(road(0).closed).toBe(false);
    vi.advanceTimersByTime(4_000);
    expect(road(0).closed).toBe(true);
  });

  it("shows the new way at once where the old one is dead", async () => {
    const all = ways();
    await all.meet(peer("a"), true);
    all.turn("sfu", 1);
    all.turn("sfu", 2);
    road(2).brings("a");
    expect(shown).toEqual(["sfu:a"]);
  });

  it("does not wait for ever for a way that brings nothing", async () => {
    const all = ways();
    await all.meet(peer("a"), true);
    road(0).delivers.add("a");
    all.turn("sfu", 1);
    vi.advanceTimersByTime(25_000);
    expect(road(0).closed).toBe(true);
  });

  it("heeds no word older than the last", () => {
    const all = ways();
    all.turn("sfu", 2);
    all.turn("mesh", 1);
    all.turn("sfu", 2);
    expect(roads.map(({ name }) => name)).toEqual(["mesh", "sfu"]);
    expect(all.mode).toBe("sfu");
  });

  it("waits for the socket, then goes straight to the way that is wanted", () => {
    online = false;
    const all = ways();
    all.turn("sfu", 1);
    all.turn("sfu", 4);
    expect(roads).toHaveLength(1);
    online = true;
    all.back();
    expect(roads.map(({ name }) => name)).toEqual(["mesh", "sfu"]);
  });

  it("calls each other once when going back to the mesh, and loses no word that came early", async () => {
    const all = ways();
    all.turn("sfu", 1);
    for (const id of ["a", "c"]) await all.meet(peer(id), true);
    await all.signal("a", "1", CANDIDATE);
    all.turn("mesh", 2);
    await Promise.resolve();
    expect(road(2).met).toEqual(["a", "c"]);
    expect(road(2).calls).toEqual(["c"]);
    expect(road(2).signals).toEqual(["a"]);
  });

  it("keeps nothing old for a newcomer", async () => {
    const all = ways();
    await all.meet(peer("a"), true);
    road(0).delivers.add("a");
    all.turn("sfu", 1);
    await all.meet(peer("new"), false);
    road(1).brings("new");
    expect(shown).toEqual(["sfu:new"]);
    expect(road(0).met).toEqual(["a"]);
  });
});
