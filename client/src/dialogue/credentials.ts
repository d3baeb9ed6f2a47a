import type { Ice } from "./frames";

const WAIT = 2_000;

/** The relays' addresses and credentials as the server gave them last. */
export class Credentials {
  private ice: Ice = { iceServers: [], ttl: 0, policy: "all" };
  private fresh: (() => void)[] = [];

  constructor(private readonly ask: () => void) {}

  /** New ones have come: whoever waits for them goes on. */
  take(ice: Ice): void {
    this.ice = ice;
    for (const resolve of this.fresh.splice(0)) resolve();
  }

  now(): RTCConfiguration {
    return { iceServers: this.ice.iceServers, iceTransportPolicy: this.ice.policy };
  }

  /** Ask for new ones and wait a moment; without them the old are as good as any. */
  renew(): Promise<void> {
    return new Promise((resolve) => {
      this.fresh.push(resolve);
      this.ask();
      window.setTimeout(resolve, WAIT);
    });
  }
}
