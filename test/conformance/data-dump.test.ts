/** Declarations and values beside libbpf's, byte for byte. */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { decode } from "btfkit";
import { readBtf } from "btfkit/node";
import { SEED } from "../property/word-graph.js";
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

it.skipIf(NO_LIBBPF)(
  `libbpf 1.1: every type of the corpus, with random values${NO_LIBBPF}`,
  () => {
    const program = join(folder, "libbpf-dump");
    execFileSync("gcc", ["-O1", "-o", program, PROGRAM, "-lbpf", "-lelf", "-lz"]);
    const random = randomNumbers(SEED);
    let printed = 0;
    // libbpf looks at each of the two billion elements of an array in 51.
    const sources = readdirSync(CORPUS).filter((name) => name.endsWith(".c") && !/^(?:43|51)-/.test(name));
    for (const source of sources) {
      const object = join(folder, `${source}.o`);
      execFileSync(CLANG, ["-target", "bpf", "-g", "-O2", "-c", join(CORPUS, source), "-o", object]);
      const graph = readBtf(object);
      const questions = questionsOf(graph, random, OLD_FLAGS, 6);
      const theirs = askLibbpf(program, object, questions);
      for (const [i, question] of questions.entries()) {
        const ours = answer(graph, question, "libbpf-1.1");
        expect({ source, question, ...ours }).toEqual({ source, question, ...theirs[i]! });
        if (ours.code === "") printed++;
      }
    }
    console.log(`declarations and values beside libbpf, seed ${SEED}: ${printed}`);
    expect(printed).toBeGreaterThan(3000);
  },
  120_000,
);

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
