import { describe, expect, it } from "vitest";
import { familyOf, inside, supportOf } from "./browsers";

const AGENTS = {
  chrome:
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
  yandex: "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/124.0.0.0 YaBrowser/24.6 Safari/537.36",
  firefox: "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
  iphone:
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1",
  iphoneChrome:
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 CriOS/126.0 Mobile/15E148 Safari/604.1",
  old: "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/79.0.3945.88 Safari/537.36",
  webview:
    "Mozilla/5.0 (Linux; Android 13; wv) AppleWebKit/537.36 Version/4.0 Chrome/120.0.0.0 Mobile Safari/537.36",
};
const ALL = { peer: true, devices: true };

describe("browsers", () => {
  it("tells the families apart", () => {
    expect([AGENTS.chrome, AGENTS.yandex, AGENTS.firefox, AGENTS.iphone, "curl/8"].map(familyOf)).toEqual([
      "chromium",
      "chromium",
      "firefox",
      "safari",
      "other",
    ]);
  });

  it("judges by what it can do first", () => {
    expect(supportOf(AGENTS.chrome, { peer: false, devices: true })).toBe("fault");
    expect(supportOf(AGENTS.chrome, { peer: true, devices: false })).toBe("fault");
    expect(supportOf(AGENTS.chrome, ALL)).toBe("ok");
    expect(supportOf(AGENTS.iphone, ALL)).toBe("ok");
    expect([familyOf(AGENTS.iphoneChrome), supportOf(AGENTS.iphoneChrome, ALL)]).toEqual(["ios", "ok"]);
  });

  it("warns of old ones and of windows inside other programs", () => {
    expect(supportOf(AGENTS.old, ALL)).toBe("weak");
    expect(inside(AGENTS.webview)).toBe(true);
    expect(supportOf(AGENTS.webview, ALL)).toBe("weak");
  });
});
