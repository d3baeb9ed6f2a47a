import { expect, test } from "vitest";
import { Heard } from "./bell";

test("the first look at a page is not news", () => {
  expect(new Heard().news(["1"])).toBe(false);
});

test("a task that was not there before is news, once", () => {
  const heard = new Heard();
  heard.news(["1"]);
  expect(heard.news(["1", "2"])).toBe(true);
  expect(heard.news(["1", "2"])).toBe(false);
});

test("a task that goes away is no news, one that comes back is", () => {
  const heard = new Heard();
  heard.news(["1"]);
  expect(heard.news([])).toBe(false);
  expect(heard.news(["1"])).toBe(true);
});
