/** Which browser this is, and whether one can talk with it. Told by what it can do first, by its name second. */

export type Family = "chromium" | "firefox" | "safari" | "ios" | "other";
export type Support = "ok" | "weak" | "fault";

export interface Can {
  peer: boolean;
  devices: boolean;
}

const OLDEST: Record<Family, number> = { chromium: 90, firefox: 100, safari: 15, ios: 90, other: 0 };

/** `ios`: a browser on an iPhone that is not Safari; there the telephone keeps its permissions. */
export function familyOf(agent: string): Family {
  if (/CriOS\/|FxiOS\//.test(agent)) return "ios";
  if (/Firefox\//.test(agent)) return "firefox";
  if (/Chrom(e|ium)\/|YaBrowser\//.test(agent)) return "chromium";
  if (/Version\/[\d.]+.*Safari\//.test(agent)) return "safari";
  return "other";
}

/** A window inside another program (a messenger, a social network) rarely gets camera and microphone. */
export function inside(agent: string): boolean {
  return /; wv\)|FBAN|FBAV|Instagram|VKAndroidApp|VKClient|Telegram/.test(agent);
}

export function supportOf(agent: string, can: Can): Support {
  if (!can.peer || !can.devices) return "fault";
  if (inside(agent)) return "weak";
  const family = familyOf(agent);
  const version = Number(/(?:Firefox|FxiOS|Chrome|Chromium|CriOS|Version)\/(\d+)/.exec(agent)?.[1] ?? 0);
  return family !== "other" && version >= OLDEST[family] ? "ok" : "weak";
}

export function ability(): Can {
  return {
    peer: typeof RTCPeerConnection === "function" && "addTransceiver" in RTCPeerConnection.prototype,
    devices: typeof navigator.mediaDevices?.getUserMedia === "function",
  };
}
