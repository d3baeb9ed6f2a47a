import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type AutoSave, DELAY } from "./autosave";

const KEY = "autosave:/memo/save/";
let answer: () => Promise<Response>;
let sent: Record<string, string>[];

function page(text = "", revision = 3): AutoSave {
  document.body.innerHTML = `
    <auto-save><form action="/memo/save/" method="post">
      <input type="hidden" name="csrfmiddlewaretoken" value="secret" />
      <input type="hidden" name="revision" value="${revision}" />
      <textarea name="steps">${text}</textarea>
    </form><p role="status" data-save-state></p></auto-save>`;
  return document.querySelector("auto-save") as AutoSave;
}

function type(text: string): void {
  const field = document.querySelector("textarea") as HTMLTextAreaElement;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

const said = () => document.querySelector("[data-save-state]")?.textContent ?? "";
const json = (status: number, body: object) => async () => new Response(JSON.stringify(body), { status });

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
  sent = [];
  answer = json(200, { revision: 4 });
  vi.stubGlobal("fetch", (_url: string, init: { body: URLSearchParams }) => {
    sent.push(Object.fromEntries(init.body));
    return answer();
  });
});

afterEach(() => {
  document.body.innerHTML = "";
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("auto-save", () => {
  it("sends the form once, two seconds after the last change, with its revision", async () => {
    page();
    type("Подать");
    await vi.advanceTimersByTimeAsync(DELAY - 500);
    type("Подать заявление");
    await vi.advanceTimersByTimeAsync(DELAY - 1);
    expect(sent).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual([{ csrfmiddlewaretoken: "secret", revision: "3", steps: "Подать заявление" }]);
    expect(said()).toMatch(/^Сохранено в \d\d:\d\d$/);
    expect(document.querySelector<HTMLInputElement>("[name=revision]")?.value).toBe("4");
    expect(sessionStorage.getItem(KEY)).toBeNull();
  });

  it("keeps the text while the network is away and sends it when it is back", async () => {
    page();
    answer = () => Promise.reject(new TypeError("network"));
    type("Важное");
    await vi.advanceTimersByTimeAsync(DELAY);
    expect(said()).toContain("Нет связи");
    expect(sessionStorage.getItem(KEY)).toContain("Важное");
    expect(sessionStorage.getItem(KEY)).not.toContain("secret");
    answer = json(200, { revision: 4 });
    await vi.advanceTimersByTimeAsync(5000);
    expect(said()).toContain("Сохранено");
    expect(sessionStorage.getItem(KEY)).toBeNull();
  });

  it("stops at a newer revision and overwrites nothing", async () => {
    page();
    answer = json(409, { text: "Памятку уже изменили." });
    type("Моё");
    await vi.advanceTimersByTimeAsync(DELAY);
    expect(said()).toBe("Памятку уже изменили.");
    type("Моё ещё");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(1);
  });

  it("says why it was refused", async () => {
    page();
    answer = json(422, { text: "Слишком длинно." });
    type("Моё");
    await vi.advanceTimersByTimeAsync(DELAY);
    expect(said()).toBe("Слишком длинно.");
  });

  it("puts back after a reload what never reached the server", async () => {
    sessionStorage.setItem(KEY, JSON.stringify({ revision: "3", fields: { steps: "Не успело" } }));
    page("старое");
    await vi.advanceTimersByTimeAsync(0);
    expect(document.querySelector("textarea")?.value).toBe("Не успело");
    await vi.advanceTimersByTimeAsync(DELAY);
    expect(sent[0]?.steps).toBe("Не успело");
  });

  it("does not put an old text over a newer one", async () => {
    sessionStorage.setItem(KEY, JSON.stringify({ revision: "2", fields: { steps: "Старьё" } }));
    page("новое");
    await vi.advanceTimersByTimeAsync(0);
    expect(document.querySelector("textarea")?.value).toBe("новое");
  });

  it("leaves alone what is marked as not its own", async () => {
    page();
    document.querySelector("textarea")?.setAttribute("data-autosave", "off");
    type("x");
    await vi.advanceTimersByTimeAsync(DELAY);
    expect(sent).toHaveLength(0);
  });
});
