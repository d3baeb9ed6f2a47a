import { Check } from "./check";
import { Devices } from "./devices";
import { part } from "./parts";

/** `<device-check>`: the check on a page of its own, days before the dialogue. */
export class DeviceCheck extends HTMLElement {
  readonly devices = new Devices();
  private check: Check | undefined;

  connectedCallback(): void {
    this.check = new Check(part(this, "check"), this.devices);
    this.devices.onchange = () => this.check?.show();
    void this.check.run();
  }

  disconnectedCallback(): void {
    this.check?.stop();
    this.devices.close();
  }
}

customElements.define("device-check", DeviceCheck);
