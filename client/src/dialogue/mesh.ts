import type { Peer, SignalData } from "./frames";
import type { Step } from "./ladder";
import type { MediaPath, PathHost } from "./path";
import { PeerLink } from "./peer";

/** Browsers connected with each other, one connection a pair: for two or three people, four at most. */
export class Mesh implements MediaPath {
  private readonly links = new Map<string, PeerLink>();

  constructor(private readonly host: PathHost) {}

  /** A new page of a person gets a new connection, a known one is repaired if it needs to be. */
  async meet(peer: Peer, offer: boolean): Promise<void> {
    const known = this.links.get(peer.id);
    if (known && known.peer.inst === peer.inst) {
      known.peer = peer;
      if (!known.healthy) await known.restart();
      return;
    }
    if (known) this.drop(peer.id);
    const link = new PeerLink(peer, this.host);
    this.links.set(peer.id, link);
    if (offer) link.call();
  }

  sourcesChanged(peer: Peer): void {
    const link = this.links.get(peer.id);
    if (!link) return;
    link.peer = peer;
    link.mediaChanged();
  }

  drop(id: string): void {
    this.links.get(id)?.close();
    this.links.delete(id);
  }

  healthy(id: string): boolean {
    return this.links.get(id)?.healthy ?? false;
  }

  async signal(from: string, inst: string, data: SignalData): Promise<void> {
    const link = this.links.get(from);
    // an offer of a page we do not know yet belongs to a «peer-joined» that is on its way, or to a page that is gone
    if (link && link.peer.inst === inst) await link.signal(data);
  }

  async useMedia(): Promise<void> {
    await Promise.all([...this.links.values()].map((link) => link.useMedia()));
  }

  async restart(id?: string): Promise<void> {
    await Promise.all(this.chosen(id).map((link) => link.restart()));
  }

  async limit(step: Step, id?: string): Promise<void> {
    await Promise.all(this.chosen(id).map((link) => link.limit(step)));
  }

  close(): void {
    for (const id of [...this.links.keys()]) this.drop(id);
  }

  private chosen(id?: string): PeerLink[] {
    if (id === undefined) return [...this.links.values()];
    const link = this.links.get(id);
    return link ? [link] : [];
  }
}
