import { mkdirSync, readFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";

import { Option } from "commander";

import { fixturesIn, renderFixtures, type FixtureFile, type FixtureTarget } from "../../fixtures/index.js";
import { TARGETS } from "../../fixtures/targets.js";
import { BtfError } from "../../model/errors.js";
import { hasCode } from "../../node/descriptors.js";
import { errorIn, fileError } from "../../node/file-error.js";
import { findFiles } from "../../node/find-files.js";
import { importModule } from "../../node/import-module.js";
import { writeFileWhole } from "../../node/write-file-whole.js";
import type { Io } from "../io.js";
import type { Verb } from "../verb.js";

interface FixturesOptions {
  readonly to: FixtureTarget;
  readonly out: string;
  readonly check?: true;
}

const SOURCE = /\.btf\.[mc]?[jt]s$/;

function twice(source: string, name: string, first: string): BtfError {
  const by = first === source ? "it twice" : `${first} too`;
  return new BtfError(`${source}: ${name} is made by ${by}`, { code: "EEXIST", rule: "fixture-name" });
}

/** What a Go file in a folder says that it belongs to: the folder, where that can be a package's name. */
function goPackage(out: string): string {
  const name = basename(resolve(out));
  return /^[a-z][a-z0-9_]*$/.test(name) ? name : "fixtures";
}

/** All files that the sources below a path make, each name once. */
async function render(path: string, target: FixtureTarget, out: string): Promise<readonly FixtureFile[]> {
  const sources = findFiles(path, (name) => SOURCE.test(name));
  const files: FixtureFile[] = [];
  const from = new Map<string, string>();
  for (const source of sources) {
    const fixtures = fixturesIn(await importModule(resolve(source)));
    if (fixtures.length === 0) {
      throw new BtfError(`${source}: it exports no fixtures; expected: export default defineFixtures({ … })`, {
        code: "ENODATA",
        rule: "no-fixtures",
      });
    }
    let rendered: readonly FixtureFile[];
    try {
      rendered = renderFixtures(fixtures, target, { package: goPackage(out) });
    } catch (error) {
      throw errorIn(source, error);
    }
    for (const each of rendered) {
      for (const name of [each.file, each.identifier]) {
        if (name === undefined) continue;
        const first = from.get(name);
        if (first !== undefined) throw twice(source, name, first);
        from.set(name, source);
      }
      files.push(each);
    }
  }
  if (files.length > 0) return files;
  throw new BtfError(`${path}: there is no file *.btf.ts, *.btf.js or *.btf.mjs`, {
    code: "ENOENT",
    rule: "no-fixtures",
  });
}

/** What is on disk; undefined for nothing. */
function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw fileError(path, "can't be read", error);
  }
}

/** What is to be done about a file, if anything. */
function stateOf({ file, content }: FixtureFile, out: string): "missing" | "different" | undefined {
  const old = readIfThere(join(out, file));
  if (old === undefined) return "missing";
  return Buffer.compare(old, content) === 0 ? undefined : "different";
}

function write(files: readonly FixtureFile[], out: string, io: Io): void {
  try {
    mkdirSync(out, { recursive: true });
  } catch (error) {
    throw fileError(out, "can't be made", error);
  }
  let unchanged = 0;
  for (const each of files) {
    if (stateOf(each, out) === undefined) {
      unchanged++;
      continue;
    }
    writeFileWhole(join(out, each.file), each.content);
    io.out(Buffer.from(`${join(out, each.file)}\n`));
  }
  if (unchanged > 0) io.out(Buffer.from(`${unchanged} unchanged\n`));
}

function check(files: readonly FixtureFile[], out: string, io: Io): void {
  const wrong = files.flatMap((each) => {
    const state = stateOf(each, out);
    return state === undefined ? [] : [`${join(out, each.file)}: ${state}`];
  });
  if (wrong.length === 0) return;
  for (const line of wrong) io.out(Buffer.from(`${line}\n`));
  throw new BtfError(
    `${relative("", out) || out}: ${wrong.length} of ${files.length} fixtures are not up to date; run without --check`,
    { code: "EINVAL", rule: "fixtures-check" },
  );
}

/** `btfkit fixtures DIR --to bin --out OUT [--check]` */
export const fixtures: Verb = {
  define(command, io) {
    const targets = Object.entries(TARGETS).map(([name, { summary }]) => `${name} (${summary})`);
    command
      .argument("<dir>", "where the files *.btf.ts, *.btf.mjs or *.btf.js are, or one of them")
      .addOption(
        new Option("--to <target>", `what to write: ${targets.join(", ")}`)
          .choices(Object.keys(TARGETS))
          .default("bin"),
      )
      .requiredOption("--out <dir>", "the folder to write to")
      .option("--check", "write nothing; fail when a file is missing or different, as for CI")
      .action(async (path: string, { to, out, check: isCheck }: FixturesOptions) => {
        const files = await render(path, to, out);
        if (isCheck === true) check(files, out, io);
        else write(files, out, io);
      });
  },
};
