import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { build, type BuildOptions } from "esbuild";

/** The verbs as the command imports them, one file each. */
const VERBS = "./verbs/*";

/**
 * Bundles the command: `cli/main.js`, and each verb with all that it needs in a file of its own, as CommonJS. A dump of a
 * kernel takes a fifth of a second, in which Node's loader of ES modules shows, and so does each file that it has to
 * find and link.
 *
 * @param root the checkout
 * @param folder what gets a folder `cli`; a `package.json` with the version lies beside it
 */
export async function bundleCommand(root: string, folder: string): Promise<void> {
  const verbs = readdirSync(join(root, "src/cli/verbs")).map((file) => basename(file, ".ts"));
  const options: BuildOptions = {
    bundle: true,
    format: "cjs",
    target: "es2022",
    platform: "node",
    packages: "external",
    logLevel: "error",
    absWorkingDir: root,
    outdir: join(folder, "cli"),
    banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
    define: { "import.meta.url": "importMetaUrl" },
    // Stack traces keep their names.
    minifySyntax: true,
    minifyWhitespace: true,
  };
  const main = build({
    ...options,
    entryPoints: { main: "src/cli/main.ts" },
    external: [VERBS],
    // An `import()` would bring the other loader in.
    supported: { "dynamic-import": false },
  });
  const others = build({
    ...options,
    entryPoints: Object.fromEntries(verbs.map((verb) => [`verbs/${verb}`, `src/cli/verbs/${verb}.ts`])),
  });
  await Promise.all([main, others]);
  mkdirSync(join(folder, "cli"), { recursive: true });
  writeFileSync(join(folder, "cli/package.json"), '{ "type": "commonjs" }\n');
}
