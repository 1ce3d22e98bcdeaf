import { existsSync, readdirSync } from "node:fs";

import { defineConfig } from "tsup";

import { bundleCommand } from "./scripts/bundle-command.js";

/** Folders whose index is for the folders above it, not for the package's users. */
const INTERNAL = new Set(["wire", "model"]);

/** Output name to source: `index`, and `<folder>/index` for every other folder of src that has an index. */
const library: Record<string, string> = { index: "src/index.ts" };
for (const folder of readdirSync("src").sort()) {
  const index = `src/${folder}/index.ts`;
  if (!INTERNAL.has(folder) && existsSync(index)) library[`${folder}/index`] = index;
}

export default defineConfig({
  entry: library,
  format: "esm",
  target: "es2022",
  // Nothing is injected for a platform; `node:` modules stay what they are, and only node/ and cli/ import any.
  platform: "neutral",
  external: [/^node:/],
  onSuccess: () => bundleCommand(import.meta.dirname, "dist"),
  removeNodeProtocol: false,
  // One copy of each class for all entries, so that `instanceof` holds across them.
  splitting: true,
  sourcemap: true,
  clean: true,
  dts: {
    // tsup passes `baseUrl` on, which TypeScript 6 calls deprecated.
    compilerOptions: { ignoreDeprecations: "6.0" },
  },
});
