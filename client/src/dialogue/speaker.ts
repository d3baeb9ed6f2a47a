/** What can play somewhere else than the machine's usual loudspeaker. */
interface Sinkable {
  setSinkId?(id: string): Promise<void>;
}

const KEY = "device:speaker";

/** The loudspeaker or headphones everything is played through, remembered on this machine; gone ones are not insisted on. */
export class Speaker {
  private now = "";

  constructor() {
    try {
      this.now = localStorage.getItem(KEY) ?? "";
    } catch {
      // A browser that keeps nothing: the choice lasts as long as the page.
    }
  }

  /** Whether the browser lets the page choose; Safari and older ones use what the system says. */
  static get can(): boolean {
    return "setSinkId" in HTMLMediaElement.prototype;
  }

  get id(): string {
    return this.now;
  }

  remember(id: string): void {
    this.now = id;
    try {
      localStorage.setItem(KEY, id);
    } catch {
      // as above
    }
  }

  async list(): Promise<{ id: string; label: string }[]> {
    if (!Speaker.can) return [];
    const found = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    return found
      .filter((one) => one.kind === "audiooutput" && one.deviceId)
      .map((one, index) => ({ id: one.deviceId, label: one.label || `${index + 1}` }));
  }

  /** Play an element there; the usual one when it is gone. */
  async use(element: HTMLMediaElement): Promise<void> {
    const sinkable: Sinkable = element;
    await sinkable.setSinkId?.(this.now).catch(() => sinkable.setSinkId?.(""));
  }

  /** Play everything inside there from now on. */
  useIn(root: ParentNode): void {
    for (const element of root.querySelectorAll<HTMLMediaElement>("audio")) void this.use(element);
  }

  /** Where the notes of the check go: a node of this context that ends in the chosen loudspeaker. */
  async outletOf(context: AudioContext): Promise<AudioNode> {
    if (!this.now || !Speaker.can) return context.destination;
    const outlet = context.createMediaStreamDestination();
    const element = new Audio();
    element.srcObject = outlet.stream;
    await this.use(element);
    await element.play();
    return outlet;
  }
}
