import { describe, expect, it } from "vitest";
import type { Ice } from "./frames";
import { checkLine, judge } from "./line-check";

const NO_RELAY: Ice = { iceServers: [], ttl: 0, policy: "all" };

describe("the check of the line", () => {
  it.each([
    [40, 0, 1500, "ok"],
    [220, 50, 900, "ok"],
    [700, 0, 900, "weak"],
    [40, 100, 900, "weak"],
    [40, 0, 250, "weak"],
    [40, 0, 50, "fault"],
    [40, 400, 900, "fault"],
  ])("judges %i ms, %i ‰ lost, %i kbit/s", (rtt, lost, kbps, state) => {
    expect(judge(rtt, lost, kbps).state).toBe(state);
  });

  it("times the way to the server where there is no relay, and claims no more than that", async () => {
    expect(await checkLine(NO_RELAY, async () => 45.4)).toEqual({
      state: "ok",
      rtt: 45,
      lost: null,
      kbps: null,
    });
    expect((await checkLine(NO_RELAY, async () => 900)).state).toBe("weak");
    const away = checkLine(NO_RELAY, () => Promise.reject(new Error("away")));
    expect((await away).state).toBe("fault");
  });
});
