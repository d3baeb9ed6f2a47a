import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Speaker } from "./speaker";

const sinks: string[] = [];
let gone = "";

beforeEach(() => {
  sinks.length = 0;
  gone = "";
  localStorage.clear();
  Object.defineProperty(HTMLMediaElement.prototype, "setSinkId", {
    configurable: true,
    value: async (id: string) => {
      if (id && id === gone) throw new DOMException("gone", "NotFoundError");
      sinks.push(id);
    },
  });
});

afterEach(() => {
  Reflect.deleteProperty(HTMLMediaElement.prototype, "setSinkId");
  vi.unstubAllGlobals();
});

describe("Speaker", () => {
  it("plays everything through what was chosen, on the next visit too", async () => {
    new Speaker().remember("headset");
    document.body.innerHTML = "<audio></audio><audio></audio><video></video>";
    const later = new Speaker();
    expect(later.id).toBe("headset");
    later.useIn(document.body);
    await vi.waitFor(() => expect(sinks).toEqual(["headset", "headset"]));
  });

  it("falls back to the usual one when the chosen one is unplugged", async () => {
    const speaker = new Speaker();
    speaker.remember("headset");
    gone = "headset";
    await speaker.use(document.createElement("audio"));
    expect(sinks).toEqual([""]);
  });

  it("lists loudspeakers alone, and nothing where the browser cannot choose", async () => {
    const devices = [
      { kind: "audiooutput", deviceId: "a", label: "Колонки" },
      { kind: "audioinput", deviceId: "b", label: "Микрофон" },
      { kind: "audiooutput", deviceId: "", label: "" },
    ];
    vi.stubGlobal("navigator", { mediaDevices: { enumerateDevices: async () => devices } });
    expect(await new Speaker().list()).toEqual([{ id: "a", label: "Колонки" }]);
    Reflect.deleteProperty(HTMLMediaElement.prototype, "setSinkId");
    expect(await new Speaker().list()).toEqual([]);
  });
});
