/** Declarations and values beside libbpf's, byte for byte. */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { decode } from "btfkit";
import { readBtf } from "btfkit/node";
import { SEED } from "../property/word-graph.js";
import { randomDeclarations } from "../text/c/random-declarations.js";
import { missing } from "./bpftool.js";
import { answer, askLibbpf, questionsOf, randomNumbers } from "./libbpf-dump.js";

const CORPUS = fileURLToPath(new URL("../corpus/c/", import.meta.url));
const PROGRAM = fileURLToPath(new URL("libbpf-dump.c", import.meta.url));
const CLANG = "clang-19";
/** Options that libbpf 1.1 has: the first three of four. */
const OLD_FLAGS = 8;

/** Why libbpf can't be asked, for the title. */
function noLibbpf(): string {
  const programs = missing("gcc", CLANG);
  if (programs !== "") return programs;
  const { status } = spawnSync("gcc", ["-fsyntax-only", "-x", "c", "-"], { input: "#include <bpf/btf.h>\n" });
  if (status === 0) return "";
  if (process.env["BTFKIT_REQUIRE_ORACLES"] === "1") throw new Error("libbpf-dev is not installed");
  return " (skipped: libbpf-dev is not installed)";
}

const NO_LIBBPF = noLibbpf();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "btfkit-data-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.skipIf(NO_LIBBPF)(`libbpf 1.1${NO_LIBBPF}`, () => {
  const random = randomNumbers(SEED);
  let program: string;
  beforeAll(() => {
    program = join(folder, "libbpf-dump");
    execFileSync("gcc", ["-O1", "-o", program, PROGRAM, "-lbpf", "-lelf", "-lz"]);
  });

  /** Compares all types of a C file, each with some values; returns how many were printed. */
  function compareFile(path: string, values: number): number {
    const object = join(folder, `${basename(path)}.o`);
    execFileSync(CLANG, ["-target", "bpf", "-g", "-O2", "-w", "-c", path, "-o", object]);
    const graph = readBtf(object);
    const questions = questionsOf(graph, random, OLD_FLAGS, values);
    const theirs = askLibbpf(program, object, questions);
    let printed = 0;
    for (const [i, question] of questions.entries()) {
      const ours = answer(graph, question, "libbpf-1.1");
      expect({ path, question, ...ours }).toEqual({ path, question, ...theirs[i]! });
      if (ours.code === "") printed++;
    }
    return printed;
  }

  it("every type of the corpus, with random values", () => {
    // libbpf looks at each of the two billion elements of an array in 51.
    const sources = readdirSync(CORPUS).filter((name) => name.endsWith(".c") && !/^(?:43|51)-/.test(name));
    const printed = sources.reduce((sum, source) => sum + compareFile(join(CORPUS, source), 6), 0);
    console.log(`declarations and values beside libbpf, seed ${SEED}: ${printed}`);
    expect(printed).toBeGreaterThan(3000);
  }, 120_000);

  it("types of random C, with random values", () => {
    const path = join(folder, "random.c");
    writeFileSync(path, randomDeclarations(SEED, 150).join("\n"));
    const printed = compareFile(path, 4);
    console.log(`the same of random C, seed ${SEED}: ${printed}`);
    expect(printed).toBeGreaterThan(2000);
  }, 120_000);
});

function readVector(name: string): unknown {
  return JSON.parse(brotliDecompressSync(readFileSync(new URL(`../vectors/${name}`, import.meta.url))).toString());
}

describe("libbpf 1.8, recorded", () => {
  const files = readVector("bpftool-7.8-c.json.br") as readonly { name: string; btf: string }[];
  const records = readVector("libbpf-1.8-data.json.br") as readonly {
    name: string;
    questions: string[];
    answers: (string | [string])[];
  }[];

  it("every type of the corpus, with random values", () => {
    let printed = 0;
    for (const { name, questions, answers } of records) {
      const graph = decode(Buffer.from(files.find((file) => file.name === name)!.btf, "base64"));
      for (const [i, question] of questions.entries()) {
        const theirs = answers[i]!;
        const { code, text } = answer(graph, question, "bpftool-7.8");
        expect({ name, question, answer: code === "" ? [text] : code }).toEqual({ name, question, answer: theirs });
        if (code === "") printed++;
      }
    }
    expect(printed).toBeGreaterThan(3000);
  });
});
