import { describe, expect, it } from "vitest";
import { Climb, onOffer, polite, type Standing, Watchdog } from "./negotiation";

const standing = (change: Partial<Standing>): Standing => ({
  polite: true,
  making: false,
  settingAnswer: false,
  signalling: "stable",
  fresh: false,
  ...change,
});

describe("negotiation", () => {
  it("makes exactly one of two sides polite", () => {
    expect(polite("a", "b")).not.toBe(polite("b", "a"));
  });

  it("accepts an offer when nothing of ours is on its way", () => {
    expect(onOffer(standing({}))).toBe("accept");
    expect(onOffer(standing({ polite: false }))).toBe("accept");
    expect(onOffer(standing({ polite: false, signalling: "have-remote-offer", settingAnswer: true }))).toBe(
      "accept",
    );
  });

  it("lets the polite side give way and the impolite one go on", () => {
    const collision: Partial<Standing>[] = [{ making: true }, { signalling: "have-local-offer" }];
    for (const change of collision) {
      expect(onOffer(standing({ ...change, polite: false }))).toBe("ignore");
      expect(onOffer(standing({ ...change, polite: true }))).toBe("accept");
    }
  });

  it("starts over when the very first offers collide, so that no m-line is left behind", () => {
    expect(onOffer(standing({ making: true, fresh: true }))).toBe("replace");
    expect(onOffer(standing({ making: true, fresh: true, polite: false }))).toBe("ignore");
  });
});

describe("Watchdog", () => {
  const run = (watchdog: Watchdog, packets: number[]) => packets.map((count) => watchdog.look(count));

  it("restarts after two seconds of silence, and now and then after", () => {
    const verdicts = run(new Watchdog(), [50, 100, 100, 100, 100, 100, 100, 100]);
    expect(verdicts).toEqual(["fine", "fine", "fine", "restart", "stalled", "stalled", "restart", "stalled"]);
  });

  it("is calm while packets come", () => {
    expect(run(new Watchdog(), [50, 100, 101, 150])).toEqual(["fine", "fine", "fine", "fine"]);
  });

  it("does not restart for a side that has nothing to send", () => {
    expect(run(new Watchdog(), [2, 4, 4, 4, 4])).toEqual(["fine", "fine", "fine", "fine", "fine"]);
  });

  it("forgets the flow when the other side switches its media", () => {
    const watchdog = new Watchdog();
    run(watchdog, [50, 100]);
    watchdog.reset();
    expect(run(watchdog, [100, 100, 100])).toEqual(["fine", "fine", "fine"]);
  });
});

describe("Climb", () => {
  it("looks for a better way than TCP twice, and again after a better one was there", () => {
    const climb = new Climb();
    const due = (seconds: number) =>
      Array.from({ length: seconds }, () => climb.look(true))
        .map(Number)
        .join("");
    expect(due(30)).toBe("000100000001".padEnd(30, "0"));
    expect(climb.look(false)).toBe(false);
    expect(due(4)).toBe("0001");
  });
});
