import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import "./booth-home";

const left = vi.fn();

/** A visitor's page in a booth, with the room in a state or without a room. */
function page(state?: string): { warned: () => boolean } {
  document.body.innerHTML = `${state ? `<dialogue-room data-state="${state}"></dialogue-room>` : ""}
    <booth-home data-rests="300"><p data-part="booth-leaving" hidden></p><a href="/kiosk/"></a></booth-home>`;
  return { warned: () => !document.querySelector<HTMLElement>("[data-part=booth-leaving]")?.hidden };
}

describe("a visitor's page in a booth", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    left.mockClear();
    vi.spyOn(location, "replace").mockImplementation((to) => left(new URL(String(to), "http://x/").pathname));
  });

  afterEach(() => {
    document.body.innerHTML = "";
    vi.useRealTimers();
  });

  it.each([undefined, "ended", "missed", "left"])("is closed when nobody touches it (%s)", (state) => {
    const { warned } = page(state);
    vi.advanceTimersByTime(269_000);
    expect([warned(), left.mock.calls.length]).toEqual([false, 0]);
    vi.advanceTimersByTime(1_000);
    expect([warned(), left.mock.calls.length]).toEqual([true, 0]);
    vi.advanceTimersByTime(30_000);
    expect(left).toHaveBeenCalledWith("/kiosk/");
  });

  it("stays while it is touched", () => {
    const { warned } = page();
    vi.advanceTimersByTime(290_000);
    window.dispatchEvent(new Event("pointerdown"));
    expect(warned()).toBe(false);
    vi.advanceTimersByTime(290_000);
    expect(left).not.toHaveBeenCalled();
  });

  it.each(["check", "waiting", "received", "live"])("lets who waits or talks alone (%s)", (state) => {
    page(state);
    vi.advanceTimersByTime(3_600_000);
    expect(left).not.toHaveBeenCalled();
    document.querySelector("dialogue-room")?.setAttribute("data-state", "ended");
    vi.advanceTimersByTime(300_000);
    expect(left).toHaveBeenCalledOnce();
  });

  it("leaves no way back when she closes it herself", () => {
    page("ended");
    document.querySelector("a")?.click();
    expect(left).toHaveBeenCalledWith("/kiosk/");
  });
});
