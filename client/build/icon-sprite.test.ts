import { describe, expect, it } from "vitest";
import { buildSprite, iconNames, likelyNames, symbol } from "./icon-sprite";

describe("icon names", () => {
  it("are found where templates, Python and TypeScript use them", () => {
    expect(iconNames('<c-icon name="circle-check" />')).toEqual(["circle-check"]);
    expect(iconNames('<c-button tone="quiet" href="{% url \'x\' %}" icon="log-out">')).toEqual(["log-out"]);
    expect(iconNames('{"label": "x", "icon": "eye"}')).toEqual(["eye"]);
    expect(iconNames('button.prepend(icon("mic-off"))')).toEqual(["mic-off"]);
    expect(likelyNames('("desk", _("День"), "calendar-days")')).toEqual(["calendar-days"]);
  });

  it("given by a variable are left alone", () => {
    expect(iconNames('<c-icon :name="icon" /><c-icon name="{{ item.icon }}" />')).toEqual([]);
  });
});

describe("the sprite", () => {
  it("holds a symbol without its wrapper", () => {
    const svg = '<!-- x -->\n<svg\n  class="l"\n>\n  <path d="M1 1" />\n</svg>\n';
    expect(symbol("dot", svg)).toBe('<symbol id="dot" viewBox="0 0 24 24"><path d="M1 1" /></symbol>');
  });

  it("of this project holds the service's mark and nothing twice", () => {
    const ids = [...buildSprite(process.cwd()).matchAll(/<symbol id="([^"]+)"/g)].map((found) => found[1]);
    expect(ids).toContain("mark");
    expect(new Set(ids).size).toBe(ids.length);
  });
});
