/** Whether this tab was inside the dialogue: then a reload goes straight back in. */
export class Inside {
  constructor(private readonly key: string) {}

  get remembered(): boolean {
    try {
      return sessionStorage.getItem(`dialogue-in:${this.key}`) === "1";
    } catch {
      return false;
    }
  }

  set remembered(inside: boolean) {
    try {
      if (inside) sessionStorage.setItem(`dialogue-in:${this.key}`, "1");
      else sessionStorage.removeItem(`dialogue-in:${this.key}`);
    } catch {
      // A browser that keeps nothing: the device check is shown again after a reload.
    }
  }
}
