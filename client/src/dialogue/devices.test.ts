import { describe, expect, it, vi } from "vitest";
import { Chosen, type Device, Devices, type Fault, faultOf, loudness } from "./devices";
import { pictureOf, remedy } from "./remedies";
import { reportOf } from "./report";

describe("device faults", () => {
  it.each([
    ["NotAllowedError", "denied"],
    ["NotFoundError", "missing"],
    ["OverconstrainedError", "missing"],
    ["NotReadableError", "busy"],
    ["SomethingNew", "unknown"],
  ])("reads %s", (name, fault) => {
    Object.defineProperty(window, "isSecureContext", { value: true, configurable: true });
    Object.defineProperty(navigator, "mediaDevices", { value: {}, configurable: true });
    expect(faultOf(new DOMException("", name))).toBe(fault);
  });

  it("tells a refusal of the system from one of the browser; the record knows one word for both", () => {
    Object.defineProperty(window, "isSecureContext", { value: true, configurable: true });
    const fault = faultOf(new DOMException("Permission denied by system", "NotAllowedError"));
    expect(fault).toBe("system");
    const on = { camera: false, microphone: true };
    const found = { on, faults: { camera: fault }, sound: "ok", line: undefined, browser: "ok" } as const;
    expect(reportOf(found).camera_fault).toBe("denied");
  });

  it("does without a camera by choice: that is told as such, and undone when it is asked for again", async () => {
    Object.defineProperty(window, "isSecureContext", { value: true, configurable: true });
    const refuse = () => Promise.reject(new DOMException("", "NotAllowedError"));
    Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia: refuse }, configurable: true });
    const devices = new Devices();
    const told = () =>
      reportOf({
        on: { camera: false, microphone: true },
        faults: devices.faults,
        off: devices.off,
        sound: "ok",
        line: undefined,
        browser: "ok",
      }).camera_fault;
    await devices.openCamera();
    expect(told()).toBe("denied");
    devices.closeCamera();
    expect(told()).toBe("off");
    expect(devices.faults).toEqual({});
    await devices.openCamera();
    expect(told()).toBe("denied");
  });

  it("names an address without https first: there the browser has no devices at all", () => {
    Object.defineProperty(window, "isSecureContext", { value: false, configurable: true });
    expect(faultOf(new DOMException("", "NotAllowedError"))).toBe("insecure");
  });

  it("has its own remedy for each device and fault", () => {
    const faults: Fault[] = ["denied", "system", "missing", "busy", "silent", "covered", "unknown"];
    const devices: Device[] = ["camera", "microphone"];
    const texts = devices.flatMap((device) => faults.map((fault) => remedy(device, fault)));
    // a microphone has no lid and a camera is never silent: those two say what «unknown» says
    expect(new Set(texts).size).toBe(12);
  });

  it("tells where each browser keeps its permission, and shows it", () => {
    const families = ["chromium", "firefox", "safari"] as const;
    const all = [...families, "ios"] as const;
    expect(new Set(all.map((family) => remedy("camera", "denied", family))).size).toBe(4);
    expect(families.map((family) => pictureOf("denied", family))).toEqual([...families]);
    const faults = ["missing", "silent", "covered", "busy", "insecure", "system", "unknown"] as const;
    const drawn = ["plug", "plug", "lid", "window", "address", "settings", ""];
    expect(faults.map((fault) => pictureOf(fault, "firefox"))).toEqual(drawn);
    expect(pictureOf("denied", "ios")).toBe("settings");
  });

  it("speaks of the browser it is in, wherever it is asked", () => {
    vi.spyOn(navigator, "userAgent", "get").mockReturnValue("Mozilla/5.0 (X11; rv:128.0) Firefox/128.0");
    expect(remedy("microphone", "denied")).toBe(remedy("microphone", "denied", "firefox"));
    expect(remedy("camera", "denied")).not.toContain("замок");
  });

  it("remembers the chosen device and wants it without demanding it", () => {
    const chosen = new Chosen();
    expect(chosen.wanted("camera")).toEqual({});
    chosen.remember("camera", "abc");
    expect(new Chosen().wanted("camera")).toEqual({ deviceId: { ideal: "abc" } });
    expect(new Chosen().wanted("microphone")).toEqual({});
    localStorage.clear();
  });
});

/** A machine whose devices come and go: `there` says which of them it has. */
function machine(there: Set<string>) {
  const mediaDevices = new EventTarget() as EventTarget & { getUserMedia: ReturnType<typeof vi.fn> };
  const track = (kind: string) => ({ kind, enabled: true, stop: () => undefined, onended: () => undefined });
  mediaDevices.getUserMedia = vi.fn(async (wanted: MediaStreamConstraints) => {
    const kinds = [wanted.audio && "audio", wanted.video && "video"].filter(Boolean) as string[];
    if (kinds.some((kind) => !there.has(kind))) throw new DOMException("", "NotFoundError");
    return { getTracks: () => kinds.map(track) };
  });
  Object.defineProperty(window, "isSecureContext", { value: true, configurable: true });
  Object.defineProperty(navigator, "mediaDevices", { value: mediaDevices, configurable: true });
  return mediaDevices;
}
const settle = () => new Promise((done) => setTimeout(done));

describe("devices that come and go", () => {
  it("asks once when the check and the room want them at the same time", async () => {
    const { getUserMedia } = machine(new Set(["audio", "video"]));
    const devices = new Devices();
    await Promise.all([devices.open(), devices.open()]);
    expect(getUserMedia).toHaveBeenCalledTimes(1);
    expect([devices.audio?.kind, devices.video?.kind, devices.faults]).toEqual(["audio", "video", {}]);
  });

  it("takes another microphone when the one in use is unplugged", async () => {
    machine(new Set(["audio", "video"]));
    const devices = new Devices();
    await devices.open();
    const first = devices.audio;
    first?.onended?.(new Event("ended"));
    await settle();
    expect(devices.audio).not.toBe(first);
    expect(devices.audio).not.toBeNull();
    expect(devices.faults.microphone).toBeUndefined();
  });

  it("says that the last one is gone, and takes it back when it is plugged in again", async () => {
    const there = new Set(["audio", "video"]);
    const mediaDevices = machine(there);
    const devices = new Devices();
    await devices.open();
    there.delete("audio");
    devices.audio?.onended?.(new Event("ended"));
    await settle();
    expect([devices.audio, devices.faults.microphone]).toEqual([null, "missing"]);
    there.add("audio");
    mediaDevices.dispatchEvent(new Event("devicechange"));
    await settle();
    expect([devices.audio?.kind, devices.faults.microphone]).toEqual(["audio", undefined]);
  });

  it("opens nothing for somebody who has left, nor a camera she has closed", async () => {
    const mediaDevices = machine(new Set(["audio", "video"]));
    const devices = new Devices();
    await devices.open();
    devices.closeCamera();
    mediaDevices.dispatchEvent(new Event("devicechange"));
    await settle();
    expect(devices.video).toBeNull();
    devices.faults.microphone = "missing";
    devices.close();
    mediaDevices.dispatchEvent(new Event("devicechange"));
    await settle();
    expect(devices.audio).toBeNull();
  });
});

describe("loudness", () => {
  it("is nothing in silence, everything when loud, and grows between", () => {
    const tone = (peak: number) => Float32Array.from({ length: 1024 }, (_, i) => peak * Math.sin(i / 5));
    expect(loudness(tone(0))).toBe(0);
    expect(loudness(tone(1))).toBe(1);
    expect(loudness(tone(0.02))).toBeGreaterThan(0.1);
    expect(loudness(tone(0.02))).toBeLessThan(loudness(tone(0.1)));
  });
});

/** A telephone: two cameras of which one runs at a time. `quiet`: the first one stops without a word, as in Safari. */
function telephone(quiet = false) {
  const running = new Set<object>();
  const mediaDevices = new EventTarget() as EventTarget & Record<string, unknown>;
  const open = (facing: string) => {
    const track = {
      kind: "video",
      enabled: true,
      muted: false,
      facing,
      contentHint: "",
      stop: () => running.delete(track),
      getSettings: () => ({ deviceId: facing }),
      onended: null,
      onmute: null as (() => void) | null,
    };
    running.add(track);
    return track;
  };
  mediaDevices.enumerateDevices = async () =>
    ["user", "environment"].map((deviceId) => ({ kind: "videoinput", deviceId }));
  mediaDevices.getUserMedia = async ({ video }: { video: MediaTrackConstraints }) => {
    const first = [...running][0] as ReturnType<typeof open> | undefined;
    if (first && !quiet) throw new DOMException("", "NotReadableError");
    const wanted = (video.deviceId as { ideal: string } | undefined)?.ideal ?? String(video.facingMode);
    const track = open(wanted);
    if (first) first.muted = true;
    return { getTracks: () => [track], getVideoTracks: () => [track] };
  };
  Object.defineProperty(window, "isSecureContext", { value: true, configurable: true });
  Object.defineProperty(navigator, "mediaDevices", { value: mediaDevices, configurable: true });
  return running;
}
const facing = (track: MediaStreamTrack | null) => (track as unknown as { facing: string } | null)?.facing;

describe("papers before the camera of a telephone", () => {
  it.each([false, true])("the face makes way for them and comes back (quietly: %s)", async (quiet) => {
    const running = telephone(quiet);
    const devices = new Devices();
    await devices.openCamera();
    expect(await devices.openDocument()).toBe(true);
    expect([facing(devices.document), devices.video, devices.turned]).toEqual(["environment", null, true]);
    expect(devices.faults).toEqual({});
    devices.hide("document");
    await settle();
    expect([devices.document, facing(devices.video), devices.turned]).toEqual([null, "user", false]);
    expect(running.size).toBe(1);
  });

  it("that stop the first camera only a moment later are noticed as well", async () => {
    const running = telephone();
    const devices = new Devices();
    await devices.openCamera();
    const face = devices.video;
    running.clear(); // a machine that runs both
    await devices.openDocument();
    expect([devices.turned, devices.video]).toEqual([false, face]);
    face?.onmute?.(new Event("mute"));
    expect([devices.turned, devices.video]).toEqual([true, null]);
  });

  it("two cameras that run at once both run", async () => {
    const running = telephone();
    const devices = new Devices();
    await devices.openCamera();
    running.clear();
    expect(await devices.openDocument()).toBe(true);
    expect([facing(devices.video), facing(devices.document), devices.turned]).toEqual([
      "user",
      "environment",
      false,
    ]);
    devices.hide("document");
    expect(facing(devices.video)).toBe("user");
  });

  it("when the other camera does not open the face is there again, and it is no fault of hers", async () => {
    telephone();
    const devices = new Devices();
    await devices.openCamera();
    const ask = navigator.mediaDevices.getUserMedia;
    navigator.mediaDevices.getUserMedia = (wanted) => {
      const { width } = (wanted as { video: { width: { ideal: number } } }).video;
      return width.ideal > 1000 ? Promise.reject(new DOMException("", "NotReadableError")) : ask(wanted);
    };
    expect(await devices.openDocument()).toBe(false);
    await settle();
    expect([facing(devices.video), devices.turned, devices.faults]).toEqual(["user", false, {}]);
  });

  it("who leaves meanwhile gets no camera back", async () => {
    const running = telephone();
    const devices = new Devices();
    await devices.openCamera();
    await devices.openDocument();
    devices.close();
    await settle();
    expect([running.size, devices.turned]).toEqual([0, false]);
  });
});
