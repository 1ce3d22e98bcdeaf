/** What bpftool prints, read back: the graph that it was printed from. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { readBtf } from "btfkit/node";
import { isomorphic, parseRaw } from "btfkit/text";
import { oracle } from "../oracles.js";

const CORPUS = fileURLToPath(new URL("../corpus/c/", import.meta.url));
const CLANG = "clang-19";
const absent = ["bpftool", CLANG].map(oracle).find(({ available }) => !available);
const why = absent === undefined ? "" : ` (skipped: ${absent.reason})`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "btfkit-parse-raw-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.skipIf(why)(`bpftool's dumps of clang's objects${why}`, () => {
  const sources = readdirSync(CORPUS).filter((name) => name.endsWith(".c") && name !== "43-nothing.c");

  it.each(["bpf", "bpfeb"] as const)("every file of the corpus, %s", (target) => {
    for (const source of sources) {
      const object = join(folder, `${source}.${target}.o`);
      execFileSync(CLANG, ["-target", target, "-g", "-O2", "-c", join(CORPUS, source), "-o", object]);
      const dump = execFileSync("bpftool", ["btf", "dump", "file", object], { stdio: ["ignore", "pipe", "ignore"] });
      const graph = readBtf(object);
      const parsed = parseRaw(dump.toString(), { target });
      expect({ source, same: parsed.equals(graph) }).toEqual({ source, same: true });
      expect(isomorphic(parsed, graph)).toBe(true);
      expect(parsed.endian).toBe(graph.endian);
    }
    expect(sources.length).toBeGreaterThan(30);
  });
});
