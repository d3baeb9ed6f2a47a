import { expect, test } from "vitest";
import { dragged, sizeOf, toPage, turned, WHOLE, zoomed } from "./sheet-view";

const page = { width: 1000, height: 1400 };
const place = { width: 500, height: 700 };

test("a page fits its place, turned too", () => {
  expect(sizeOf(page, place, WHOLE)).toEqual({ width: 500, height: 700 });
  const side = sizeOf(page, place, turned(WHOLE));
  expect(side.height).toBeCloseTo(500);
});

test("the middle of the place is the middle of the view", () => {
  const size = sizeOf(page, place, WHOLE);
  expect(toPage({ x: 0, y: 0 }, size, WHOLE)).toEqual({ x: 500, y: 500 });
  expect(toPage({ x: -250, y: -350 }, size, WHOLE)).toEqual({ x: 0, y: 0 });
  expect(toPage({ x: 260, y: 0 }, size, WHOLE)).toBeNull();
});

test("on a page turned to the right its top is at the right", () => {
  const view = turned(WHOLE);
  const size = sizeOf(page, place, view);
  expect(toPage({ x: 249, y: 0 }, size, view)?.y).toBeLessThan(5);
});

test("four turns are none", () => {
  expect(turned(turned(turned(turned(WHOLE))))).toEqual(WHOLE);
});

test("enlargement has bounds, and the whole page is in the middle again", () => {
  let view = { ...WHOLE, x: 100, y: 900 };
  for (let n = 0; n < 20; n += 1) view = zoomed(view, true);
  expect(view.zoom).toBe(800);
  for (let n = 0; n < 20; n += 1) view = zoomed(view, false);
  expect(view).toEqual(WHOLE);
});

test("dragging moves the page under the hand and not past its edge", () => {
  const view = { ...WHOLE, zoom: 200 };
  const size = sizeOf(page, place, view);
  expect(dragged(view, { x: 100, y: 0 }, size).x).toBe(400);
  expect(dragged(view, { x: 99_999, y: 0 }, size).x).toBe(0);
});
