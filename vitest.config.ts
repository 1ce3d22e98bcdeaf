import { fileURLToPath } from "node:url";

import { defineConfig } from "vitest/config";

const src = fileURLToPath(new URL("src", import.meta.url));
const report = process.env["BTFKIT_TEST_REPORT"];

export default defineConfig({
  resolve: {
    // As `paths` in tsconfig.json.
    alias: [
      { find: /^btfkit$/, replacement: `${src}/index.ts` },
      { find: /^btfkit\/fast-check$/, replacement: `${src}/arbitraries/index.ts` },
      { find: /^btfkit\/([^/]+)$/, replacement: `${src}/$1/index.ts` },
    ],
  },
  test: {
    include: ["test/**/*.test.ts", "examples/**/*.test.ts"],
    // Tests that ask an oracle start compilers and tsc, on a machine of two cores.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // .ci/run reads its closing count from this file.
    reporters: report ? ["default", ["json", { outputFile: report }]] : ["default"],
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      reporter: ["text-summary", "html"],
    },
  },
});
