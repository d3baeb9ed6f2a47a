import { beforeEach, describe, expect, it } from "vitest";
import { clock, forgetWords, setClock, t } from "./i18n";

describe("t", () => {
  beforeEach(() => {
    document.body.innerHTML = "";
    forgetWords();
  });

  it("speaks Russian where the page has no dictionary", () => {
    expect(t("Сохранено в {time}", { time: "14:32" })).toBe("Сохранено в 14:32");
  });

  it("speaks the language of the page's dictionary", () => {
    document.body.innerHTML =
      '<script type="application/json" id="client-words">{"Сохранено в {time}": "Saved at {time}"}</script>';
    expect(t("Сохранено в {time}", { time: "14:32" })).toBe("Saved at 14:32");
    expect(t("Нет связи.")).toBe("Нет связи.");
  });

  it("leaves a place without a value as it is", () => {
    expect(t("Ещё {count}")).toBe("Ещё {count}");
  });
});

describe("clock", () => {
  it("reads the clocks of the place the page speaks of, wherever this machine stands", () => {
    setClock(180);
    expect(clock(new Date("2026-11-22T21:05:00Z"))).toBe("00:05");
    setClock(undefined);
    const here = new Date(2026, 10, 22, 9, 7);
    expect(clock(here)).toBe("09:07");
  });
});
