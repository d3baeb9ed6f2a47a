import { expect, test } from "vitest";
import { toggled } from "./matrix";

test("all are marked unless all are marked already", () => {
  expect(toggled([])).toBe(false);
  expect(toggled([true, false])).toBe(true);
  expect(toggled([false])).toBe(true);
  expect(toggled([true, true])).toBe(false);
});
