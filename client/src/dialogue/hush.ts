import { calm } from "../calm";

/** Milliseconds in which a picture comes even over TCP with 200 ms and loss; the page's fragments wait so long at most. */
const MEETING = 3_000;

/** While a picture is on its way the page asks for nothing else. */
export class Hush {
  private end: () => void = () => undefined;

  constructor(root: HTMLElement) {
    const come = (event: Event) => (event.target as HTMLElement).dataset.part === "face-video" && this.over();
    root.addEventListener("loadeddata", come, true);
  }

  begin(): void {
    const before = this.end;
    this.end = calm(MEETING);
    before();
  }

  /** It has come, or nobody's is on its way. */
  over(): void {
    this.end();
  }
}
