import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";
import { compress } from "./client/build/compress.ts";
import { iconSprite } from "./client/build/icon-sprite.ts";

const root = import.meta.dirname ?? process.cwd();
const entries = {
  main: "client/src/main.ts",
  dialogue: "client/src/dialogue.ts",
  htmx: "client/src/htmx.ts",
};

/** Lightning CSS writes versions as major << 16 | minor << 8: phones of 2022 and newer. */
const targets = { chrome: 100 << 16, firefox: 100 << 16, safari: (15 << 16) | (4 << 8) };

export default defineConfig({
  root,
  base: "./", // addresses inside css and js are relative, so STATIC_URL may be anything
  publicDir: false,
  plugins: [iconSprite({ root }), compress()],
  css: { transformer: "lightningcss", lightningcss: { targets } },
  build: {
    outDir: "legalaid/web/static/client",
    emptyOutDir: true,
    manifest: true,
    target: "es2021",
    cssMinify: "lightningcss",
    assetsInlineLimit: 0, // nothing becomes a data: address
    modulePreload: { polyfill: false },
    rolldownOptions: {
      checks: { eval: false }, // htmx has one, switched off in client/src/htmx.ts
      input: Object.fromEntries(
        Object.entries(entries).filter(([, file]) => existsSync(resolve(root, file))),
      ),
    },
  },
  test: {
    environment: "happy-dom",
    include: ["client/**/*.test.ts"],
    restoreMocks: true,
    testTimeout: 20_000, // the clocks are false, but a busy machine may be slow to begin
  },
});
