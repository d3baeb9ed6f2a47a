import { t } from "../i18n";

/** What one look at the statistics of a connection says; rates are for the time since the look before. */
export interface Sample {
  /** Share of packets that did not arrive, 0…1. */
  lost: number;
  /** Round trip in seconds. */
  rtt: number;
  /** Pictures a second; null when the other side's camera is off. */
  fps: number | null;
  /** Packets of any kind since the last look. */
  packets: number;
  /** Share of our own packets that the other side missed, 0…1. */
  missed: number;
  /** Seconds the picture stood still. */
  frozen: number;
  /** Share of the sound that was invented to fill gaps, 0…1. */
  concealed: number;
  /** Bits a second that arrived. */
  rate: number;
  /** Bits a second the browser believes it may send; null when it does not say. */
  room: number | null;
}

export type Level = 0 | 1 | 2 | 3;

/**
 * 3 good, 2 weak, 1 bad, 0 nothing arrives. Nextcloud warns at 30 % lost, 1.5 s round trip or less than 10 packets a
 * second (media.md, §4); sign language is still read at 12 pictures a second (EN 301 549, 6.5).
 */
export function level(sample: Sample): Level {
  if (sample.packets === 0) return 0;
  if (sample.lost > 0.15 || sample.rtt > 1.5 || (sample.fps !== null && sample.fps < 5)) return 1;
  if (sample.lost > 0.04 || sample.rtt > 0.5 || (sample.fps !== null && sample.fps < 12)) return 2;
  return 3;
}

/** The level in words for the person. */
export function words(found: Level): string {
  switch (found) {
    case 3:
      return t("Связь хорошая");
    case 2:
      return t("Связь слабая, картинка может замирать");
    case 1:
      return t("Связь плохая");
    case 0:
      return t("Связь прервалась, восстанавливаем…");
  }
}

/** What helps at a level, where there is room to say it. */
export function advice(found: Level): string {
  return found === 1 ? t("Если не слышно, выключите камеру") : "";
}

/** A level is shown once it was seen twice in a row: words that jump help nobody. Nothing arriving is shown at once. */
export class Steady {
  private candidate: Level = 3;
  private shown: Level = 3;

  see(found: Level): Level {
    if (found === 0 || found === this.candidate) this.shown = found;
    this.candidate = found;
    return this.shown;
  }
}
