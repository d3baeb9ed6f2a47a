import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Trouble } from "./trouble";

let banner: HTMLElement;
let text: HTMLElement;
let phone: HTMLElement;
let trouble: Trouble;

beforeEach(() => {
  vi.useFakeTimers();
  vi.advanceTimersByTime(10_000); // a page is never zero seconds old
  banner = document.createElement("div");
  text = document.createElement("p");
  phone = document.createElement("p");
  banner.hidden = phone.hidden = true;
  trouble = new Trouble(banner, text, phone);
});

afterEach(() => vi.useRealTimers());

describe("Trouble", () => {
  it("does not speak of a short break of the socket", () => {
    trouble.socket(false);
    vi.advanceTimersByTime(1_000);
    trouble.socket(true);
    vi.advanceTimersByTime(5_000);
    expect(banner.hidden).toBe(true);
  });

  it("says that talking goes on while only the server is away", () => {
    trouble.socket(false);
    vi.advanceTimersByTime(3_000);
    expect(banner.hidden).toBe(false);
    expect(text.textContent).toContain("Разговор можно продолжать");
    expect(phone.hidden).toBe(true);
  });

  it("shows the telephone number after 20 s, and goes when the line is back", () => {
    trouble.media("a", false);
    vi.advanceTimersByTime(3_000);
    expect(text.textContent).toBe("Связь прервалась, восстанавливаем…");
    expect(phone.hidden).toBe(true);
    vi.advanceTimersByTime(18_000);
    expect(phone.hidden).toBe(false);
    trouble.media("a", true);
    expect(banner.hidden).toBe(true);
  });

  it("is calm again when the room is left", () => {
    trouble.socket(false);
    trouble.media("a", false);
    vi.advanceTimersByTime(5_000);
    trouble.calm();
    expect(banner.hidden).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});
