import { beforeEach, describe, expect, it, vi } from "vitest";
import type { DialogueEvent, ToServer } from "./frames";
import { Sheet } from "./sheet";

const PARTS = ["sheet-view", "sheet-page", "sheet-pointer", "sheet-pointer-name", "sheet-name"];
const TOOLS = ["sheet-turn", "sheet-larger", "sheet-smaller", "sheet-hide", "sheet-previous", "sheet-next"];
const SHOWN = { paper: 7, page: 1, pages: 3, name: "Справка" };
const TURNED = { paper: 7, page: 1, turn: 1, zoom: 100, x: 500, y: 500 };

function event(kind: string, data: object = {}, who = "me"): DialogueEvent {
  return {
    t: "event",
    n: 1,
    kind,
    who,
    name: "",
    text: "",
    at: "",
    cid: "",
    data,
  } as unknown as DialogueEvent;
}

/** A room with the page shown and this person's socket, which can be away. */
function room(leads = "yes") {
  const root = document.createElement("div");
  root.innerHTML = `<figure data-part="sheet" data-leads="${leads}"><img data-part="sheet-image">${PARTS.map((name) => `<div data-part="${name}"></div>`).join("")}${TOOLS.map((name) => `<button data-part="${name}"></button>`).join("")}</figure>`;
  const sent: ToServer[] = [];
  const host = { send: (frame: ToServer) => sent.push(frame) > 0, me: () => "me", name: () => "" };
  const sheet = new Sheet(root, host);
  sheet.event(event("shown", SHOWN));
  const turn = () => root.querySelector<HTMLElement>('[data-part="sheet-turn"]')?.click();
  return { sheet, sent, turn, figure: root.querySelector("figure") as HTMLElement };
}

describe("how a page was left", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
  });

  it("is said again after the server died before it was recorded", () => {
    const { sheet, sent, turn, figure } = room();
    turn();
    expect(sent).toEqual([{ t: "look", ...TURNED }]);
    sheet.lost();
    sheet.resend();
    expect(sent).toEqual([
      { t: "look", ...TURNED },
      { t: "look", ...TURNED },
    ]);
    expect(figure.dataset.turn).toBe("1");
  });

  it("is not said again once it is recorded", () => {
    const { sheet, sent, turn } = room();
    turn();
    sheet.event(event("looked", TURNED));
    sheet.lost();
    sheet.resend();
    expect(sent).toHaveLength(1);
  });

  it("is still owed when only a rest on the way is recorded", () => {
    const { sheet, sent, turn, figure } = room();
    turn();
    vi.advanceTimersByTime(500);
    turn();
    sheet.lost();
    sheet.event(event("looked", TURNED));
    sheet.resend();
    expect(sent.at(-1)).toEqual({ t: "look", ...TURNED, turn: 2 });
    expect(figure.dataset.turn).toBe("2");
  });

  it.each([
    ["somebody else moved it", (sheet: Sheet) => sheet.look({ ...TURNED, turn: 3 })],
    ["somebody else's move is recorded", (sheet: Sheet) => sheet.event(event("looked", TURNED, "her"))],
    ["another page is shown", (sheet: Sheet) => sheet.event(event("shown", { ...SHOWN, page: 2 }))],
    ["nothing is shown any more", (sheet: Sheet) => sheet.event(event("hidden"))],
  ])("is not forced upon the others after %s", (_what, happens) => {
    const { sheet, sent, turn } = room();
    turn();
    sheet.lost();
    happens(sheet);
    sheet.resend();
    expect(sent).toHaveLength(1);
  });
});

describe("who may not lead the others through papers", () => {
  it("turns the page for her own eyes: not a word of it leaves, also not when the socket is back", () => {
    const { sheet, sent, turn, figure } = room("no");
    turn();
    expect(figure.dataset.turn).toBe("1");
    sheet.lost();
    sheet.resend();
    expect(sent).toEqual([]);
    const shown = [...figure.querySelectorAll("button")].filter((one) => !one.hidden);
    expect(shown.map((one) => one.dataset.part)).toEqual(["sheet-turn", "sheet-larger", "sheet-smaller"]);
  });
});
