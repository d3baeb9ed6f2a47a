import { beforeEach, describe, expect, it, vi } from "vitest";
import { bindPanels, bindQuietForms } from "./acts";
import type { DialogueEvent } from "./frames";
import { Held } from "./held";

const event = (kind: string) =>
  ({ kind, name: "Анна", text: "Ищу ответ", data: {} }) as unknown as DialogueEvent;
const at = () => document.activeElement as HTMLElement;

/** A room with one panel and, for the expert who leads, a button that ends a pause. */
function room(lead = true): HTMLElement {
  document.body.innerHTML = `<div id="room" data-chat="closed">
    <div data-part="held" hidden><p data-part="held-reason"></p><p data-part="held-until"></p>
      ${lead ? '<button id="go-on"></button>' : ""}</div>
    <button data-panel-toggle="people" aria-controls="room-people"></button>
    <section class="chat" id="room-people" tabindex="-1"><form class="people-hold" action="/hold/" data-quiet>
      <button id="pause"></button></form></section></div>`;
  return document.querySelector("#room") as HTMLElement;
}

beforeEach(() => {
  Element.prototype.scrollIntoView ??= () => undefined;
});

describe("the keyboard in the room", () => {
  it("goes into the panel that was opened, and back to its button by Esc", () => {
    const root = room();
    const changed = vi.fn();
    bindPanels(root, changed);
    const toggle = root.querySelector<HTMLElement>("[data-panel-toggle]") as HTMLElement;
    toggle.click();
    expect([root.dataset.chat, root.dataset.panel, at().id]).toEqual(["open", "people", "room-people"]);
    at().dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(root.dataset.chat).toBe("closed");
    expect(at()).toBe(toggle);
    expect(changed).toHaveBeenCalledTimes(2);
    toggle.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(changed).toHaveBeenCalledTimes(2); // outside a panel Esc does nothing
  });

  it("stays in the panel whose form was sent", async () => {
    const root = room();
    vi.stubGlobal("fetch", async () => new Response("{}"));
    bindQuietForms(root);
    const button = root.querySelector<HTMLButtonElement>("#pause") as HTMLButtonElement;
    button.focus();
    button.form?.requestSubmit(button);
    await vi.waitFor(() => expect(at().id).toBe("room-people"));
    vi.unstubAllGlobals();
  });

  it("finds «Продолжить» at a pause, and where the pause was made after it", () => {
    const root = room();
    const held = new Held(root);
    root.querySelector<HTMLElement>("#pause")?.focus();
    held.event(event("held"));
    expect(at().id).toBe("go-on");
    held.event(event("resumed"));
    expect(at().dataset.panelToggle).toBe("people");
    root.querySelector<HTMLElement>("#room-people")?.focus(); // the answer came before the event
    held.event(event("held"));
    expect(at().id).toBe("go-on");
  });

  it("is not taken from whom the pause only meets", () => {
    const root = room(false);
    const held = new Held(root);
    held.event(event("held"));
    expect(at()).toBe(document.body);
    const lead = room();
    const field = document.body.appendChild(document.createElement("textarea"));
    field.focus();
    new Held(lead).event(event("held"));
    expect(at()).toBe(field);
  });
});
