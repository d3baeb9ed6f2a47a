import { beforeEach, describe, expect, it } from "vitest";
import { Aside } from "./aside";
import { Chat } from "./chat";

type Line = { cid: string; text: string };
const field = (name: string) => document.querySelector(`[data-part="${name}"]`) as HTMLTextAreaElement;

/** The chat and the talk aside, and the lines that went out. */
function talk() {
  document.body.innerHTML = ["chat", "aside"]
    .map(
      (one) => `<ol data-part="${one === "chat" ? "log" : "aside-log"}"></ol>
        <form data-part="${one}-form"><textarea data-part="${one}-field"></textarea></form>
        <p data-part="${one}-fault"></p>`,
    )
    .join("");
  const sent: Line[] = [];
  const send = (line: Line) => sent.push(line) > 0;
  return { chat: new Chat(document.body, { send }, "k"), aside: new Aside(document.body, send, "k"), sent };
}

describe("a line the server refuses", () => {
  beforeEach(() => sessionStorage.clear());

  it.each(["chat", "aside"] as const)("goes back before what stands there by now (%s)", (where) => {
    const both = talk();
    const place = field(`${where}-field`);
    place.value = "первое";
    place.form?.dispatchEvent(new Event("submit"));
    place.value = "второе";
    both[where].refused(both.sent[0]?.cid ?? "", "Разговор уже завершён.");
    expect(place.value).toBe("первое\nвторое");
    expect(field(`${where}-fault`).textContent).toBe("Разговор уже завершён.");
  });
});
