import { Choosing } from "./choosing";
import { type Devices, playTone } from "./devices";
import { part } from "./parts";

/** The panel of devices beside the faces: other camera, microphone or loudspeaker while the talk goes on. */
export class DevicePanel {
  private readonly choosing: Choosing;

  constructor(room: HTMLElement, devices: Devices) {
    const panel = part(room, "devices-panel");
    this.choosing = new Choosing(panel, devices, room);
    room.addEventListener("click", (event) => {
      if ((event.target as Element).closest('[data-panel-toggle="devices"]')) void this.show();
    });
    const button = part(panel, "devices-tone") as HTMLButtonElement;
    button.addEventListener("click", async () => {
      button.disabled = true;
      await playTone(devices.speaker);
      button.disabled = false;
    });
  }

  /** Lists as the browser has them now. */
  show(): Promise<void> {
    return this.choosing.show();
  }
}
