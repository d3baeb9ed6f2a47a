import { beforeEach, expect, test, vi } from "vitest";
import "./register";

const field = () => document.querySelector("input") as HTMLInputElement;
const details = () => document.querySelector("details") as HTMLDetailsElement;

function sent(name: string): boolean {
  const button = document.querySelector(`[name=${name}]`) as Element;
  const detail = { elt: button };
  return button.dispatchEvent(
    new CustomEvent("htmx:configRequest", { bubbles: true, cancelable: true, detail }),
  );
}

beforeEach(() => {
  document.body.innerHTML = `
    <form id="register" novalidate><details><summary>More</summary><input type="date" data-bad="Give a date."></details>
    <button name="find">Find</button><button name="book">Book</button></form>`;
});

test("a date typed in part holds the form that books and says why, until it is whole", () => {
  const validity = vi.spyOn(field(), "validity", "get").mockReturnValue({ badInput: true } as ValidityState);
  const told = vi.spyOn(field(), "reportValidity");
  expect(sent("find")).toBe(true);
  expect(sent("book")).toBe(false);
  expect([field().validationMessage, details().open, told.mock.calls.length]).toEqual([
    "Give a date.",
    true,
    1,
  ]);
  validity.mockRestore();
  expect(sent("book")).toBe(true);
  expect(field().validationMessage).toBe("");
});

test("a page that comes back as it was left is loaded anew, and no other", () => {
  const reload = vi.spyOn(location, "reload").mockImplementation(() => {});
  const shown = (persisted: boolean) =>
    window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted }));
  shown(false);
  expect(reload).not.toHaveBeenCalled();
  shown(true);
  expect(reload).toHaveBeenCalledOnce();
  document.body.innerHTML = "";
  shown(true);
  expect(reload).toHaveBeenCalledOnce();
});
