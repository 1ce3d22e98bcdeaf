/**
 * A project as the README describes one: `npm init` in an empty folder, the packed tarball installed, the README's own
 * files written into it, its tests run, its fixtures made and checked. What the project has as development dependencies
 * is linked from here, so that nothing but the tarball is installed. Run `npm run build` first.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const home = mkdtempSync(join(tmpdir(), "btfkit-project-"));

/** The environment without what would make the project's vitest a part of ours, or its oracles required. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:VITEST|BTFKIT)/.test(name)));

/** Runs a command in the project, and gives its exit code and what it printed. */
function run(command, ...args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: home, encoding: "utf8", env });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}

/** Runs a command that has to end well. */
function must(command, ...args) {
  const done = run(command, ...args);
  assert.equal(done.status, 0, `${command} ${args.join(" ")}:\n${done.stdout}${done.stderr}`);
  return done.stdout;
}

const node = (file, ...args) => must(process.execPath, join(home, "node_modules", file), ...args);

/** The blocks of the README's part on tests that begin with a file's name, by that name. */
function filesOfReadme() {
  const [, part = ""] = readFileSync(join(root, "README.md"), "utf8").split("### Fixtures and tests\n");
  const blocks = [...part.split("\n### ")[0].matchAll(/```ts\n\/\/ (\S+\.ts)\n(.*?)```/gs)];
  return Object.fromEntries(blocks.map(([, name, source]) => [name, source]));
}

function link(...names) {
  for (const name of names) {
    const at = join(home, "node_modules", name);
    if (existsSync(at)) continue;
    mkdirSync(dirname(at), { recursive: true });
    symlinkSync(join(root, "node_modules", name), at);
  }
}

async function step(what, check) {
  const start = performance.now();
  await check();
  console.log(`ok: ${what} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
}

/** Runs the project's tests, which have to end well, and gives vitest's report. */
const vitest = () => {
  const report = join(home, "report.json");
  node("vitest/vitest.mjs", "run", "--reporter=json", `--outputFile=${report}`);
  return JSON.parse(readFileSync(report, "utf8"));
};

const files = filesOfReadme();
const fixtures = (...args) =>
  run(process.execPath, join(home, "node_modules/btfkit/dist/cli/main.js"), "fixtures", ...args);

async function main() {
  await step("npm init, and the packed tarball installs", () => {
    must("npm", "init", "--yes");
    must("npm", "pkg", "set", "type=module");
    must("npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", home, root);
    const tarball = readdirSync(home).find((file) => file.endsWith(".tgz"));
    // Peers are left out, and linked: all of them are optional.
    must("npm", "install", "--prefer-offline", "--omit=peer", "--no-audit", "--no-fund", `./${tarball}`);
    assert.ok(!existsSync(join(home, "node_modules/vitest")), "vitest is optional and must not come along");
  });

  await step(`the README's files are written: ${Object.keys(files).join(", ")}`, () => {
    assert.deepEqual(Object.keys(files), ["test/event.test.ts", "test/reader.test.ts", "fixtures/events.btf.ts"]);
    for (const [name, source] of Object.entries(files)) {
      mkdirSync(dirname(join(home, name)), { recursive: true });
      writeFileSync(join(home, name), source);
    }
  });

  await step("fixtures in TypeScript say what is missing, without tsx", () => {
    if (process.features.typescript) return;
    const { status, stderr } = fixtures("fixtures", "--out", "testdata");
    assert.equal(status, 1);
    assert.match(stderr, /^btfkit: .*events\.btf\.ts: Node \S+ can't import TypeScript: npm install --save-dev tsx/);
  });

  link("vitest", "fast-check", "tsx", "typescript", "@types/node");

  await step("fixtures are written, and checked", () => {
    const written = fixtures("fixtures", "--to", "bin", "--out", "testdata");
    assert.deepEqual([written.status, written.stderr], [0, ""]);
    assert.equal(written.stdout, "testdata/event.btf\ntestdata/event-loop.btf\n");
    assert.equal(fixtures("fixtures", "--to", "bin", "--out", "testdata", "--check").status, 0);
    writeFileSync(join(home, "testdata/event.btf"), "changed");
    unlinkSync(join(home, "testdata/event-loop.btf"));
    const checked = fixtures("fixtures", "--to", "bin", "--out", "testdata", "--check");
    assert.deepEqual(
      [checked.status, checked.stdout],
      [1, "testdata/event.btf: different\ntestdata/event-loop.btf: missing\n"],
    );
  });

  await step("its types check strictly", () => {
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: true,
      target: "es2022",
      types: ["node"],
      module: "nodenext",
    };
    writeFileSync(join(home, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["test", "fixtures"] }));
    node("typescript/bin/tsc", "--project", ".");
  });

  await step("its tests run, and skip what they can't ask", () => {
    // The first run writes the snapshot, as long as nobody calls it CI.
    env.CI = "";
    const { success, numPassedTests, numPendingTests, snapshot } = vitest();
    assert.deepEqual([success, numPassedTests, numPendingTests, snapshot.added], [true, 3, 1, 1]);
    const written = readFileSync(join(home, "test/__snapshots__/event.test.ts.snap"), "utf8");
    assert.match(written, /\[1\] STRUCT 'event' size=20 vlen=2/);
  });

  link("koffi");

  await step("with koffi they ask the kernel where they may, and are held to their snapshots", () => {
    env.CI = "true";
    const { success, numTotalTests, numFailedTests, snapshot } = vitest();
    assert.deepEqual([success, numTotalTests, numFailedTests], [true, 4, 0]);
    assert.deepEqual([snapshot.added, snapshot.matched], [0, 1]);
  });

  await step("a fault is told with the kernel's words", () => {
    const source = files["test/event.test.ts"].replace('.toBeAcceptedBy("all")', '.toBeRefusedBy("6.18", /Loop/)');
    writeFileSync(join(home, "test/event.test.ts"), source);
    const { status, stdout, stderr } = run(process.execPath, join(home, "node_modules/vitest/vitest.mjs"), "run");
    assert.equal(status, 1);
    assert.match(stdout + stderr, /expected Linux 6\.18 to refuse the BTF, and 6\.18 accepted it/);
  });
}

try {
  await main();
} finally {
  rmSync(home, { recursive: true, force: true });
}
