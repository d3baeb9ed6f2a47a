import { t } from "../i18n";

const SHOW_AFTER = 1_500;
const PHONE_AFTER = 20_000;

/**
 * The banner for a line that broke: what is lost, for how long, and after 20 s the telephone number. Never a dead end.
 * A short break is not shown at all.
 */
export class Trouble {
  private socketSince = 0;
  private readonly silent = new Map<string, number>();
  private timer: number | undefined;

  constructor(
    private readonly banner: HTMLElement,
    private readonly text: HTMLElement,
    private readonly phone: HTMLElement,
  ) {}

  socket(healthy: boolean): void {
    this.socketSince = healthy ? 0 : this.socketSince || performance.now();
    this.tick();
  }

  media(id: string, healthy: boolean): void {
    if (healthy) this.silent.delete(id);
    else if (!this.silent.has(id)) this.silent.set(id, performance.now() - 2_000);
    this.tick();
  }

  calm(): void {
    this.socketSince = 0;
    this.silent.clear();
    this.tick();
  }

  private tick(): void {
    window.clearTimeout(this.timer);
    const mediaSince = Math.min(...this.silent.values(), Number.POSITIVE_INFINITY);
    const since = Math.min(this.socketSince || Number.POSITIVE_INFINITY, mediaSince);
    const lasts = performance.now() - since;
    if (!Number.isFinite(since) || lasts < SHOW_AFTER) this.banner.hidden = true;
    else this.show(Number.isFinite(mediaSince), lasts);
    if (Number.isFinite(since)) this.timer = window.setTimeout(() => this.tick(), 500);
  }

  private show(media: boolean, lasts: number): void {
    this.banner.hidden = false;
    const words = media
      ? t("Связь прервалась, восстанавливаем…")
      : t("Связь с сервером прервалась, восстанавливаем. Разговор можно продолжать, написанное сохранено.");
    if (this.text.textContent !== words) this.text.textContent = words; // read aloud once, not every half second
    this.phone.hidden = lasts < PHONE_AFTER;
  }
}
