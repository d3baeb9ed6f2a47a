import { beforeEach, expect, test } from "vitest";
import "./small";

const menus = () => [...document.querySelectorAll<HTMLDetailsElement>("details")];
const open = () => menus().map((menu) => menu.open);

beforeEach(() => {
  document.body.innerHTML = `
    <details data-menu open><summary>One</summary><a href="#a">A</a></details>
    <details open><summary>An ordinary one</summary></details>
    <button>Beside</button>`;
});

test("a click beside a menu closes it and nothing else", () => {
  document.querySelector<HTMLElement>("button")?.click();
  expect(open()).toEqual([false, true]);
});

test("a click inside a menu leaves it open", () => {
  document.querySelector<HTMLElement>("a")?.click();
  expect(open()).toEqual([true, true]);
});

test("Esc closes the menu and gives the focus back to its word", () => {
  document.querySelector<HTMLElement>("a")?.focus();
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true }));
  expect(open()).toEqual([true, true]);
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  expect(open()).toEqual([false, true]);
  expect(document.activeElement?.tagName).toBe("SUMMARY");
});
