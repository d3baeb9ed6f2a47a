import { beforeEach, describe, expect, it } from "vitest";
import { forgetWords, t } from "./i18n";

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
