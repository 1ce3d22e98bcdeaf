import { build, type BuildOptions } from "esbuild";

/** How the command imports the verb `dump`. Who bundles the command leaves it out, and calls {@link bundleDump}. */
export const DUMP_IMPORT = "./verbs/dump.js";

/**
 * Bundles `btfkit dump` into one file. A dump of a kernel takes a fifth of a second, in which each file that has to be
 * found and linked shows, and code that is reached over a module's border is slower until it is compiled.
 *
 * @param folder where `cli/main.js` lies
 */
export async function bundleDump(folder: string, options: BuildOptions = {}): Promise<void> {
  await build({
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: "node",
    packages: "external",
    logLevel: "error",
    entryPoints: { "cli/verbs/dump": "src/cli/verbs/dump.ts" },
    outdir: folder,
    ...options,
  });
}
