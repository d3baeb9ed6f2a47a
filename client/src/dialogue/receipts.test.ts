import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ToServer } from "./frames";
import { Receipts } from "./receipts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function made(works = true): { receipts: Receipts; sent: ToServer[] } {
  const sent: ToServer[] = [];
  const receipts = new Receipts((frame) => {
    if (works) sent.push(frame);
    return works;
  });
  return { receipts, sent };
}

test("a line is sent, then delivered, then read, and never goes back", () => {
  const { receipts } = made();
  receipts.welcome({ me: [9, 9], other: [0, 0] }, "me");
  expect(receipts.words(5)).toBe("отправлено");
  receipts.note("other", 5, 4);
  expect(receipts.words(5)).toBe("доставлено");
  receipts.note("other", 6, 5);
  expect(receipts.words(5)).toBe("прочитано");
  receipts.note("other", 1, 1);
  expect(receipts.words(5)).toBe("прочитано");
});

test("own reading is nobody's receipt", () => {
  const { receipts } = made();
  receipts.welcome({ me: [9, 9] }, "me");
  expect(receipts.words(5)).toBe("отправлено");
});

test("what is here and seen is told once, the newest alone", () => {
  const { receipts, sent } = made();
  for (const number of [1, 2, 3]) receipts.have(number, number === 2);
  vi.advanceTimersByTime(1_000);
  expect(sent).toEqual([{ t: "seen", delivered: 3, read: 2 }]);
  receipts.have(3, false);
  vi.advanceTimersByTime(1_000);
  expect(sent).toHaveLength(1);
});

test("what could not be told is told with the next", () => {
  let works = false;
  const sent: ToServer[] = [];
  const receipts = new Receipts((frame) => {
    if (works) sent.push(frame);
    return works;
  });
  receipts.have(1, true);
  vi.advanceTimersByTime(1_000);
  works = true;
  receipts.have(1, true);
  vi.advanceTimersByTime(1_000);
  expect(sent).toEqual([{ t: "seen", delivered: 1, read: 1 }]);
});
