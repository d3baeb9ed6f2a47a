import { beforeEach, describe, expect, it } from "vitest";
import { Outbox } from "./outbox";

beforeEach(() => sessionStorage.clear());

describe("Outbox", () => {
  it("keeps lines and the draft over a reload until they are confirmed", () => {
    const before = new Outbox(sessionStorage, "d1");
    const line = before.add("Здравствуйте");
    before.draft = "недописанное";
    const after = new Outbox(sessionStorage, "d1");
    expect(after.unconfirmed()).toEqual([line]);
    expect(after.draft).toBe("недописанное");
    expect(after.settle(line.cid)).toEqual(line);
    expect(new Outbox(sessionStorage, "d1").unconfirmed()).toEqual([]);
  });

  it("sends again in the order of writing", () => {
    const outbox = new Outbox(sessionStorage, "d1");
    for (const text of ["раз", "два", "три"]) outbox.add(text);
    expect(outbox.unconfirmed().map((line) => line.text)).toEqual(["раз", "два", "три"]);
  });

  it("does not mix dialogues", () => {
    new Outbox(sessionStorage, "d1").add("моё");
    expect(new Outbox(sessionStorage, "d2").unconfirmed()).toEqual([]);
  });

  it("knows nothing of others' lines", () => {
    expect(new Outbox(sessionStorage, "d1").settle("somebody-else")).toBeUndefined();
    expect(new Outbox(sessionStorage, "d1").settle(null)).toBeUndefined();
  });

  it("lives with a storage that is broken or full", () => {
    sessionStorage.setItem("d1", "{not json");
    expect(new Outbox(sessionStorage, "d1").unconfirmed()).toEqual([]);
    const full = {
      getItem: () => null,
      setItem: () => {
        throw new DOMException("full", "QuotaExceededError");
      },
      removeItem: () => undefined,
    } as unknown as Storage;
    const outbox = new Outbox(full, "d1");
    outbox.add("всё равно");
    expect(outbox.unconfirmed()).toHaveLength(1);
  });
});
