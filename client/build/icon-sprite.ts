/**
 * One SVG sprite with the icons that the product uses and no other.
 *
 * Names are found where they are used: `<c-icon name="check" />` and `icon="check"` in templates, `icon = "check"` or
 * `"icon": "check"` in Python, `icon("check")` in TypeScript. A name Lucide does not have stops the build. The last word
 * of a tuple in Python, `("desk", _("День"), "calendar-days")`, counts when Lucide has such an icon.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Plugin } from "vite";

const PLACES: readonly [folder: string, ext: string][] = [
  ["legalaid", ".html"],
  ["legalaid", ".py"],
  ["client/src", ".ts"],
];
const NAME = "([a-z][a-z0-9]*(?:-[a-z0-9]+)*)";
const PATTERNS = [
  new RegExp(`<c-icon\\b[^>]*?\\sname="${NAME}"`, "g"),
  new RegExp(`\\bicon\\s*[=:]\\s*["']${NAME}["']`, "g"),
  new RegExp(`["']icon["']\\s*:\\s*["']${NAME}["']`, "g"),
  new RegExp(`\\bicon\\(["']${NAME}["']`, "g"),
];
const LAST_OF_TUPLE = new RegExp(`,\\s*"${NAME}"\\)`, "g");
const SKIP = new Set(["node_modules", "static", "__pycache__", "migrations"]);

/** The service's own mark: two people facing each other across one table. Not from Lucide. */
const MARK =
  '<symbol id="mark" viewBox="0 0 32 32"><circle cx="9" cy="9" r="4.5" fill="currentColor"/>' +
  '<circle cx="23" cy="9" r="4.5" fill="currentColor"/>' +
  '<path fill="currentColor" d="M2 25c0-5.5 3-8.5 7-8.5s6 2.6 7 5c1-2.4 3-5 7-5s7 3 7 8.5v1.5H2z"/></symbol>';

/** Icon names in one source text. */
export function iconNames(text: string): string[] {
  return PATTERNS.flatMap((pattern) => [...text.matchAll(pattern)].map((found) => found[1] ?? ""));
}

/** Words that may be icons: the last of a tuple in Python. */
export function likelyNames(text: string): string[] {
  return [...text.matchAll(LAST_OF_TUPLE)].map((found) => found[1] ?? "");
}

/** A Lucide file becomes a `<symbol>`: drawing attributes stay with the `<svg class="icon">` that uses it. */
export function symbol(name: string, svg: string): string {
  const body = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
  return `<symbol id="${name}" viewBox="0 0 24 24">${body.replace(/\s*\n\s*/g, "")}</symbol>`;
}

function* files(folder: string, ext: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!SKIP.has(entry.name)) yield* files(path, ext);
    } else if (entry.name.endsWith(ext) && !entry.name.endsWith(".test.ts")) {
      yield path;
    }
  }
}

/** The sprite of a project; throws where a used name is not an icon. */
export function buildSprite(root: string): string {
  const library = join(root, "node_modules/lucide-static/icons");
  const symbols = new Map<string, string>();
  for (const [folder, ext] of PLACES) {
    for (const path of files(join(root, folder), ext)) {
      const text = readFileSync(path, "utf8");
      const sure = iconNames(text);
      const likely = ext === ".py" ? likelyNames(text) : [];
      for (const name of [...sure, ...likely]) {
        if (symbols.has(name) || name === "mark") continue;
        const source = join(library, `${name}.svg`);
        if (!existsSync(source) && !sure.includes(name)) continue;
        if (!existsSync(source))
          throw new Error(`${relative(root, path)}: no icon «${name}» in lucide-static`);
        symbols.set(name, symbol(name, readFileSync(source, "utf8")));
      }
    }
  }
  const sorted = [...symbols].sort(([a], [b]) => a.localeCompare(b)).map(([, body]) => body);
  return `<svg xmlns="http://www.w3.org/2000/svg">${MARK}${sorted.join("")}</svg>\n`;
}

/** Emits the sprite under a hashed name; the manifest knows it as `client/icons.svg`. */
export function iconSprite({ root }: { root: string }): Plugin {
  return {
    name: "icon-sprite",
    apply: "build",
    buildStart() {
      this.emitFile({
        type: "asset",
        name: "icons.svg",
        originalFileName: "client/icons.svg",
        source: buildSprite(root),
      });
    },
  };
}
