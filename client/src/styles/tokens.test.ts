import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync("client/src/styles/tokens.css", "utf8");
const schemes = readFileSync("client/src/styles/vision.css", "utf8");

function pair(name: string): [light: string, dark: string] {
  const found = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css);
  if (!found?.[1] || !found[2]) throw new Error(`no pair --${name}`);
  return [found[1], found[2]];
}

/** Relative luminance of WCAG 2.2. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const TEXT: [string, string][] = [
  ["ink", "paper"],
  ["ink", "surface"],
  ["ink", "sunk"],
  ["ink", "accent-soft"],
  ["muted", "paper"],
  ["muted", "surface"],
  ["accent", "paper"],
  ["accent", "surface"],
  ["on-accent", "accent"],
  ["on-accent", "accent-strong"],
  ["accent-strong", "accent-soft"],
  ["ok", "ok-soft"],
  ["warn", "warn-soft"],
  ["danger", "danger-soft"],
  ["danger", "surface"],
  ["danger", "paper"],
];

describe("contrast", () => {
  it.each(TEXT)("of text %s on %s is at least 7:1", (front, back) => {
    const [a, b] = [pair(front), pair(back)];
    expect(contrast(a[0], b[0])).toBeGreaterThanOrEqual(7);
    expect(contrast(a[1], b[1])).toBeGreaterThanOrEqual(7);
  });

  it.each(["paper", "surface"])("of the edge of a control on %s is at least 3:1", (back) => {
    const [a, b] = [pair("control"), pair(back)];
    expect(contrast(a[0], b[0])).toBeGreaterThanOrEqual(3);
    expect(contrast(a[1], b[1])).toBeGreaterThanOrEqual(3);
  });

  it("of muted text on the sunk foot is at least 4.5:1", () => {
    const [a, b] = [pair("muted"), pair("sunk")];
    expect(contrast(a[0], b[0])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(a[1], b[1])).toBeGreaterThanOrEqual(4.5);
  });

  it("of each low-vision scheme is at least 7:1", () => {
    const blocks = [...schemes.matchAll(/data-scheme="[a-z-]+"\] \{([^}]+)\}/g)].map(
      (found) => found[1] ?? "",
    );
    expect(blocks).toHaveLength(3);
    for (const block of blocks) {
      const value = (name: string) => new RegExp(`--${name}: (#[0-9a-f]{6})`).exec(block)?.[1] ?? "";
      expect(contrast(value("ink"), value("paper"))).toBeGreaterThanOrEqual(7);
      expect(contrast(value("on-accent"), value("accent"))).toBeGreaterThanOrEqual(7);
    }
  });
});
