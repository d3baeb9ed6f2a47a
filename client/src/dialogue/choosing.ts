import type { Device, Devices } from "./devices";
import { maybePart, part } from "./parts";
import { Speaker } from "./speaker";

const DEVICES = ["camera", "microphone"] as const;

/** Lists of cameras, microphones and loudspeakers to choose from: in the check before, and in the room at any time. */
export class Choosing {
  constructor(
    private readonly root: HTMLElement,
    private readonly devices: Devices,
    /** Where what others say is played. */
    private readonly playing: ParentNode,
  ) {
    for (const device of DEVICES)
      this.select(device).addEventListener("change", () => this.choose(device, this.select(device).value));
    const speaker = this.select("speaker");
    speaker.addEventListener("change", () => {
      this.devices.speaker.remember(speaker.value);
      this.devices.speaker.useIn(this.playing);
    });
    const field = maybePart(this.root, "speaker-field");
    if (field) field.hidden = !Speaker.can;
  }

  /** Bring the lists up to date: devices come and go, and have names only after the first permission. */
  async show(): Promise<void> {
    for (const device of DEVICES) {
      const options = await this.devices.list(device);
      this.fill(device, options, this.devices.idOf(device));
    }
    this.fill("speaker", await this.devices.speaker.list(), this.devices.speaker.id);
  }

  private choose(device: Device, id: string): void {
    void this.devices.choose(device, id);
  }

  private fill(name: string, options: { id: string; label: string }[], chosen: string): void {
    const select = this.select(name);
    if (select === document.activeElement && select.options.length === options.length) return; // not under her hand
    select.replaceChildren(...options.map(({ id, label }) => new Option(label, id, false, id === chosen)));
    select.disabled = options.length < 2;
  }

  private select(name: string): HTMLSelectElement {
    return part(this.root, `choose-${name}`) as HTMLSelectElement;
  }
}
