/**
 * What a user of the published package sees: packs the tarball, installs it in an empty folder, and tries every entry
 * of the exports map in Node, in the type checker, in a browser bundle, and the command. Run `npm run build` first.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");

/** Import names, as "btfkit/decoder". */
const entries = Object.keys(manifest.exports)
  .filter((subpath) => subpath !== "./package.json")
  .map((subpath) => manifest.name + subpath.slice(1));
/** Entries that import an optional peer; the packed project's test installs those. */
const withPeers = new Set(["btfkit/vitest", "btfkit/fast-check"]);
const alone = entries.filter((entry) => !withPeers.has(entry));
const forBrowsers = alone.filter((entry) => entry !== "btfkit/node" && entry !== "btfkit/matchers");

const home = mkdtempSync(join(tmpdir(), "btfkit-smoke-"));
const run = (command, args) =>
  execFileSync(command, args, { cwd: home, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

/** Runs one step and says that it held. */
async function step(what, check) {
  try {
    await check();
  } catch (error) {
    // What a compiler has to say is on its stdout.
    if (error.stdout) console.error(error.stdout);
    console.error(`not ok: ${what}`);
    throw error;
  }
  console.log(`ok: ${what}`);
}

/** The export names that Node sees, entry by entry. */
const exportsOf = {};

async function main() {
  await step("the exports map names every built entry and no other", () => {
    const promised = Object.values(manifest.exports).flatMap((target) => target.default ?? []);
    const built = readdirSync(join(root, "dist"), { recursive: true })
      .filter((file) => /^(?:[^/]+\/)?index\.js$/.test(file))
      .map((file) => `./dist/${file}`);
    assert.deepEqual(new Set(promised), new Set(built));
  });

  await step("the tarball installs in an empty folder", () => {
    // Without scripts: packing must not build, so that what was tested is what is packed.
    run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", home, root]);
    const tarball = readdirSync(home).find((file) => file.endsWith(".tgz"));
    writeFileSync(join(home, "package.json"), JSON.stringify({ name: "smoke", private: true, type: "module" }));
    run("npm", ["install", "--silent", "--no-audit", "--no-fund", `./${tarball}`]);
    for (const file of ["LICENSE", "CHANGELOG.md", "README.md"]) {
      assert.ok(existsSync(join(home, "node_modules", manifest.name, file)), `${file} is not in the tarball`);
    }
    assert.ok(!existsSync(join(home, "node_modules/koffi")), "koffi is optional and must not come along");
  });

  await step("every entry imports in Node, without koffi", () => {
    for (const entry of alone) {
      const code = `console.log(JSON.stringify(Object.keys(await import(${JSON.stringify(entry)}))))`;
      exportsOf[entry] = JSON.parse(run(process.execPath, ["--input-type=module", "--eval", code]));
      assert.ok(exportsOf[entry].length > 0, `${entry} exports nothing`);
    }
  });

  await step("a class is one class in all entries", () => {
    const code = `
      const seen = new Map();
      for (const entry of ${JSON.stringify(alone)}) {
        for (const [name, value] of Object.entries(await import(entry))) {
          // Functions may differ: decode() of btfkit/decoder gives graphs without C spellings.
          if (typeof value !== "function" || !/^class\\b/.test(String(value))) continue;
          if (seen.has(name) && seen.get(name) !== value) throw new Error(entry + " has a second " + name);
          seen.set(name, value);
        }
      }
      if (!seen.has("Btf") || !seen.has("BtfError")) throw new Error("the classes are not there");`;
    run(process.execPath, ["--input-type=module", "--eval", code]);
  });

  await step("the declarations check strictly, without the DOM's types or Node's", () => {
    const imports = forBrowsers.map((entry, i) => `import * as m${i} from "${entry}";\nexport { m${i} };\n`);
    writeFileSync(join(home, "types.ts"), imports.join(""));
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      target: "es2022",
      lib: ["es2022"],
      types: [],
      module: "nodenext",
    };
    writeFileSync(join(home, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["types.ts"] }));
    run(process.execPath, [tsc, "--project", "."]);
  });

  for (const entry of forBrowsers) {
    await step(`${entry} bundles for a browser`, async () => {
      const { metafile } = await build({
        stdin: { contents: `export * from "${entry}";`, resolveDir: home },
        bundle: true,
        format: "esm",
        platform: "browser",
        target: "es2022",
        write: false,
        metafile: true,
        logLevel: "error",
      });
      const outside = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
      assert.deepEqual(outside, [], "the bundle still imports from outside");
      const [output] = Object.values(metafile.outputs);
      assert.deepEqual(new Set(output.exports), new Set(exportsOf[entry]));
    });
  }

  await step("the command runs", () => {
    const command = join(home, "node_modules/.bin", manifest.name);
    assert.match(run(command, ["--help"]), /Usage: btfkit/);
    assert.equal(run(command, ["--version"]).trim(), manifest.version);
  });
}

try {
  await main();
} finally {
  rmSync(home, { recursive: true, force: true });
}
