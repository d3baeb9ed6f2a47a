import { expect, test } from "vitest";
import { note } from "./chat";
import type { DialogueEvent } from "./frames";

function uninvited(data: Record<string, unknown>): string {
  const event: DialogueEvent = {
    n: 1,
    kind: "uninvited",
    who: null,
    role: null,
    name: "",
    text: "",
    cid: null,
    at: "",
    data,
  };
  return note(event, false);
}

test("a handover called off is not said to have found nobody", () => {
  expect(uninvited({ reason: "line", state: "expired" })).toMatch(/некому/);
  expect(uninvited({ reason: "line", state: "declined" })).toMatch(/некому/);
  expect(uninvited({ reason: "line", state: "withdrawn" })).toMatch(/^Дежурный отменил передачу/);
});

test("an authority that was asked and let go is not said to be away", () => {
  expect(uninvited({ authority: "полиция", state: "expired" })).toBe("полиция: сейчас прийти некому");
  expect(uninvited({ authority: "полиция", state: "withdrawn" })).toBe("");
});
