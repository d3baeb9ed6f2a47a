import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { DialogueEvent } from "./frames";
import { Lead } from "./lead";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function event(kind: string, fields: Partial<DialogueEvent> = {}): DialogueEvent {
  return { n: 1, kind, who: null, role: null, name: "", text: "", cid: null, at: "", ...fields };
}

test("the two who change places by themselves load their pages again at once", () => {
  for (const me of ["new", "old"]) {
    const reload = vi.fn();
    expect(new Lead(reload).event(event("led", { who: "new", data: { from: "old" } }), me)).toBe(true);
    expect(reload).toHaveBeenCalledOnce();
  }
});

test("nobody else's page changes", () => {
  const reload = vi.fn();
  const lead = new Lead(reload);
  lead.event(event("led", { who: "new", data: { from: "old", reason: "line" } }), "citizen");
  lead.event(event("entered", { who: "new", role: "expert" }), "citizen");
  vi.advanceTimersByTime(60_000);
  expect(reload).not.toHaveBeenCalled();
});

test("moved by the duty officer, the former lead stays in sight until the new one is", () => {
  const reload = vi.fn();
  const lead = new Lead(reload);
  expect(lead.event(event("led", { who: "new", data: { from: "old", reason: "line" } }), "old")).toBe(false);
  vi.advanceTimersByTime(10_000);
  lead.event(event("entered", { who: "helper", role: "helper" }), "old");
  vi.advanceTimersByTime(5_000);
  expect(reload).not.toHaveBeenCalled();
  lead.event(event("entered", { who: "new", role: "expert" }), "old");
  vi.advanceTimersByTime(1_000);
  expect(reload).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2_000);
  expect(reload).toHaveBeenCalledOnce();
});

test("the new lead who does not come holds nothing up", () => {
  const reload = vi.fn();
  new Lead(reload).event(event("led", { who: "new", data: { from: "old", reason: "line" } }), "old");
  vi.advanceTimersByTime(30_000);
  expect(reload).toHaveBeenCalledOnce();
});
