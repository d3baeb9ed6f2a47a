import type { Peer, SignalData } from "./frames";
import type { Step } from "./ladder";
import { Mesh } from "./mesh";
import type { MediaPath, PathHost, Slot } from "./path";
import { Sfu, type SfuHost } from "./sfu";
import type { SfuFromServer } from "./sfu-frames";

export type Mode = "mesh" | "sfu";

/** How paths are made; tests bring their own. */
export interface Makers {
  mesh(host: PathHost): MediaPath;
  sfu(host: SfuHost, epoch: number): MediaPath;
}

const REAL: Makers = {
  mesh: (host) => new Mesh(host),
  sfu: (host, epoch) => new Sfu(host, epoch),
};
const LOOK_EVERY = 200;
/** Milliseconds the old path stands after the new one delivers: the other side may not be so far yet. */
const OLD_STANDS = 4_000;
const OLD_AT_MOST = 20_000;
const HELD_SIGNALS = 60;

type Held = { slot: Slot; track: MediaStreamTrack };

/**
 * The way media take, as the server says: from browser to browser or over a server. A change is made before the old way
 * is broken: of each participant the old picture stays until the new way brings one.
 */
export class Ways implements MediaPath {
  mode: Mode = "mesh";
  private epoch = 0;
  private wanted: { mode: Mode; epoch: number } | undefined;
  private current: MediaPath;
  private old: MediaPath | undefined;
  private readonly peers = new Map<string, Peer>();
  private readonly tracks = new Map<MediaPath, Map<string, Held>>();
  private readonly moved = new Set<string>();
  private held: { from: string; inst: string; data: SignalData }[] = [];
  private timer: number | undefined;
  private since = 0;

  constructor(
    private readonly host: SfuHost,
    private readonly make: Makers = REAL,
  ) {
    this.current = this.path("mesh", 0);
  }

  /** The server says which way from now on; an older word than the last is not heeded. */
  turn(mode: Mode, epoch: number): void {
    if (epoch <= Math.max(this.epoch, this.wanted?.epoch ?? 0)) return;
    this.wanted = { mode, epoch };
    if (this.host.online()) this.change();
  }

  /** The socket is back: go the way that is wanted by now, or take up the old one again. */
  back(): void {
    if (!this.change() && this.current instanceof Sfu) this.current.resume();
  }

  frame(frame: SfuFromServer): void {
    for (const path of [this.current, this.old])
      if (path instanceof Sfu && path.epoch === frame.epoch) path.frame(frame);
  }

  async meet(peer: Peer, offer: boolean): Promise<void> {
    if (!this.peers.has(peer.id)) this.moved.add(peer.id); // nothing old is to be kept for a newcomer
    this.peers.set(peer.id, peer);
    await this.current.meet(peer, offer);
  }

  sourcesChanged(peer: Peer): void {
    if (this.peers.has(peer.id)) this.peers.set(peer.id, peer);
    for (const path of this.both()) path.sourcesChanged(peer);
  }

  drop(id: string): void {
    this.peers.delete(id);
    this.moved.delete(id);
    for (const path of this.both()) {
      path.drop(id);
      this.forget(path, id);
    }
  }

  healthy(id: string): boolean {
    return this.both().some((path) => path.healthy(id));
  }

  async signal(from: string, inst: string, data: SignalData): Promise<void> {
    if (this.mode === "mesh") return this.current.signal(from, inst, data);
    await this.old?.signal(from, inst, data);
    // the other side may have heard of a change before us
    this.held = [...this.held.slice(1 - HELD_SIGNALS), { from, inst, data }];
  }

  async useMedia(): Promise<void> {
    await Promise.all(this.both().map((path) => path.useMedia()));
  }

  async restart(id?: string): Promise<void> {
    await this.current.restart(id);
  }

  async limit(step: Step, id?: string): Promise<void> {
    await Promise.all(this.both().map((path) => path.limit(step, id)));
  }

  close(): void {
    this.leaveOld();
    this.current.close();
  }

  private change(): boolean {
    if (!this.wanted) return false;
    const { mode, epoch } = this.wanted;
    this.wanted = undefined;
    const held = this.mode === "mesh" ? [] : this.held;
    this.held = [];
    this.leaveOld();
    this.old = this.current;
    this.mode = mode;
    this.epoch = epoch;
    this.moved.clear();
    this.since = performance.now();
    this.current = this.path(mode, epoch);
    for (const peer of this.peers.values()) void this.current.meet(peer, this.host.me() < peer.id);
    if (mode === "mesh") for (const { from, inst, data } of held) void this.current.signal(from, inst, data);
    this.timer = window.setInterval(() => this.look(), LOOK_EVERY);
    this.look();
    return true;
  }

  /** Show of each participant the way that delivers; the old way goes when nobody needs it. */
  private look(): void {
    const late = performance.now() - this.since > OLD_AT_MOST;
    for (const id of this.peers.keys()) {
      if (this.moved.has(id)) continue;
      if (!late && !this.current.healthy(id) && this.old?.healthy(id)) continue;
      this.moved.add(id);
      for (const { slot, track } of this.heldOf(this.current, id)) this.host.track(id, slot, track);
    }
    if ([...this.peers.keys()].some((id) => !this.moved.has(id))) return;
    window.clearInterval(this.timer);
    const old = this.old;
    this.timer = window.setTimeout(
      () => old === this.old && this.leaveOld(),
      this.peers.size ? OLD_STANDS : 0,
    );
  }

  private leaveOld(): void {
    window.clearInterval(this.timer);
    window.clearTimeout(this.timer);
    if (!this.old) return;
    this.tracks.delete(this.old);
    this.old.close();
    this.old = undefined;
  }

  /** A path whose tracks are shown when their owner has moved to it. */
  private path(mode: Mode, epoch: number): MediaPath {
    let path: MediaPath | undefined;
    const shows = (id: string) =>
      path === undefined || (path === this.current ? this.moved.has(id) || !this.old : !this.moved.has(id));
    const host: SfuHost = {
      ...this.host,
      track: (id, slot, track) => {
        if (path) this.hold(path, id, slot, track);
        if (shows(id)) this.host.track(id, slot, track);
      },
      line: (id, state) => shows(id) && this.host.line(id, state),
      sample: (id, sample) => shows(id) && this.host.sample(id, sample),
    };
    path = mode === "mesh" ? this.make.mesh(host) : this.make.sfu(host, epoch);
    return path;
  }

  private hold(path: MediaPath, id: string, slot: Slot, track: MediaStreamTrack): void {
    const tracks = this.tracks.get(path) ?? new Map<string, Held>();
    tracks.set(`${id}/${slot}`, { slot, track });
    this.tracks.set(path, tracks);
  }

  private heldOf(path: MediaPath, id: string): Held[] {
    return [...(this.tracks.get(path) ?? [])]
      .filter(([key]) => key.startsWith(`${id}/`))
      .map(([, held]) => held);
  }

  private forget(path: MediaPath, id: string): void {
    for (const key of [...(this.tracks.get(path)?.keys() ?? [])])
      if (key.startsWith(`${id}/`)) this.tracks.get(path)?.delete(key);
  }

  private both(): MediaPath[] {
    return this.old ? [this.current, this.old] : [this.current];
  }
}
