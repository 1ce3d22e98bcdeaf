/** The running kernel's types as bpftool writes them in C, through `parseC` and through clang. */

import { execFile, execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Btf } from "btfkit";
import { KERNEL_BTF, readBtf } from "btfkit/node";
import { parseC } from "btfkit/text";
import { oracle } from "../../oracles.js";
import { CLANG, scratch } from "./clang.js";
import { Comparison } from "./compare.js";

const run = promisify(execFile);
const reasons = [
  oracle(CLANG).reason,
  oracle("bpftool").reason,
  existsSync(KERNEL_BTF) ? undefined : `no ${KERNEL_BTF}`,
];
const reason = reasons.find((each) => each !== undefined);
const folder = scratch();
afterAll(() => folder.remove());

/** clang looks each string up in a list: sixteen compilations take a fifth of the time of one. */
const PARTS = 16;

const KEYWORDS = { STRUCT: "struct", UNION: "union", ENUM: "enum", ENUM64: "enum" } as const;

/** How C names a type that has a name and is no base type. */
function spelling(graph: Btf, id: number): string | undefined {
  const type = graph.type(id);
  if (type.name === "") return undefined;
  if (type.kind === "FWD") return `${type.fwdKind} ${type.name}`;
  if (type.kind === "TYPEDEF") return type.name;
  return type.kind in KEYWORDS ? `${KEYWORDS[type.kind as keyof typeof KEYWORDS]} ${type.name}` : undefined;
}

/** A type, and how a program has it. */
interface Root {
  readonly id: number;
  readonly root: string;
  readonly declaration: string;
}

const isPointer = ({ declaration }: Root): boolean => declaration.includes("*root_");

describe.skipIf(reason !== undefined)(`vmlinux.h ${reason ?? ""}`, () => {
  let header = "";
  let ours: Btf;

  beforeAll(() => {
    header = execFileSync("bpftool", ["btf", "dump", "file", KERNEL_BTF, "format", "c"], {
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    ours = parseC(header);
  });

  it("is read in under 2 seconds and 300 MB by a process that does nothing else", () => {
    expect(header.length).toBeGreaterThan(1_000_000);
    const file = join(folder.path, "vmlinux.h");
    writeFileSync(file, header);
    const script = fileURLToPath(new URL("measure.ts", import.meta.url));
    const cost = JSON.parse(
      execFileSync(process.execPath, ["--import", "tsx", script, file], { encoding: "utf8" }),
    ) as {
      readonly seconds: number;
      readonly megabytes: number;
    };
    expect(cost.seconds).toBeLessThan(2);
    expect(cost.megabytes).toBeLessThan(300);
  });

  it("gives each struct, union, enum and typedef as clang has it", async () => {
    const named: Root[] = [];
    for (const [id] of ours.types()) {
      const name = spelling(ours, id);
      if (name === undefined) continue;
      // As a member a type is looked at whole; what has no size is pointed to.
      const root = `root_${named.length}`;
      named.push({ id, root, declaration: `${name} ${ours.sizeOf(id) === undefined ? "*" : ""}${root};` });
    }
    const parts = Array.from({ length: PARTS }, (_, part) => {
      return named.filter(({ id }) => id % PARTS === part);
    });
    let count = 0;
    const compile = async (part: number): Promise<void> => {
      const file = join(folder.path, `part-${part}.c`);
      const pointers = parts[part]!.filter(isPointer).map(({ declaration }) => declaration);
      const members = parts[part]!.filter((each) => !isPointer(each)).map(({ declaration }) => declaration);
      writeFileSync(file, `${header}${pointers.join("\n")}\nstruct roots {\n${members.join("\n")}\n} roots;\n`);
      await run(CLANG, ["-target", "bpf", "-g", "-O0", "-w", "-c", file, "-o", `${file}.o`]);
      const theirs = readBtf(`${file}.o`);
      const roots = theirs.type(theirs.id("struct roots"));
      if (roots.kind !== "STRUCT") throw new Error("no roots");
      const byName = new Map(roots.members.map(({ name, typeId }) => [name, typeId]));
      const comparison = new Comparison(ours, theirs);
      for (const { id, root } of parts[part]!) {
        const variable = theirs.find(root, "VAR");
        const theirId = byName.get(root) ?? theirs.references(theirs.references(variable!)[0]!)[0]!;
        comparison.roots(id, theirId, root);
      }
      expect(comparison.differences).toEqual([]);
      count += parts[part]!.length;
    };
    const next = Array.from({ length: PARTS }, (_, part) => part);
    const work = async (): Promise<void> => {
      for (let part = next.pop(); part !== undefined; part = next.pop()) await compile(part);
    };
    await Promise.all([work(), work()]);
    expect(count).toBe(named.length);
    expect(count).toBeGreaterThan(5000);
  }, 240_000);
});
