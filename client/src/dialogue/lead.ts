import type { DialogueEvent } from "./frames";

/** The new lead is in the room: so long her picture takes at most on a line that carries pictures. */
const MEETS = 2_500;
/** The new lead does not come: the former's page becomes a colleague's all the same. */
const NOT_LATER = 30_000;

/**
 * Whose page is another one because the lead has changed: she loads it again. When the duty officer moves a dialogue,
 * the former lead stays in sight until the new one is, so that the citizen never looks at nobody.
 */
export class Lead {
  private timer: number | undefined;
  private passed = false;

  constructor(private readonly reload: () => void) {}

  /** Follow one event of the person `me`; true when the page is being loaded again. */
  event(event: DialogueEvent, me: string): boolean {
    if (event.kind === "led" && [event.who, event.data?.from].includes(me)) {
      this.passed = Boolean(event.data?.reason) && event.who !== me;
      if (!this.passed) this.reload();
      else this.again(NOT_LATER);
      return !this.passed;
    }
    if (this.passed && event.kind === "entered" && event.role === "expert") this.again(MEETS);
    return false;
  }

  private again(after: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(this.reload, after);
  }
}
