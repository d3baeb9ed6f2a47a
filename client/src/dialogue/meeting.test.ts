import { expect, test } from "vitest";
import type { Peer } from "./frames";
import { Meeting } from "./meeting";

const peer = (id: string) => ({ id }) as Peer;
const description = { description: { type: "offer" as const, sdp: "v=0" } };

test("who came before the beginning is met at it, and the caller is the one who would have called", () => {
  const meeting = new Meeting();
  meeting.postpone(peer("a"), true);
  meeting.postpone(peer("b"), false);
  meeting.postpone(peer("gone"), true);
  meeting.forget("gone");
  expect(meeting.begin().meet).toEqual([
    ["a", true],
    ["b", false],
  ]);
  expect(meeting.begin().meet).toEqual([]);
});

test("a description that came too early is acted on once", () => {
  const meeting = new Meeting();
  meeting.keep({ from: "a", inst: "1", data: description });
  expect(meeting.begin().early).toHaveLength(1);
  expect(meeting.begin().early).toHaveLength(0);
});

test("a flood of early descriptions is bounded", () => {
  const meeting = new Meeting();
  for (let n = 0; n < 500; n += 1) meeting.keep({ from: "a", inst: "1", data: description });
  expect(meeting.begin().early.length).toBeLessThanOrEqual(100);
});
