/** Declarations and values as libbpf prints them: questions for libbpf-dump.c, its answers, and ours. */

import { spawnSync } from "node:child_process";

import { isBtfError, type Btf } from "btfkit";
import { formatData, formatTypeDecl, type CStyle } from "btfkit/text";
import { ERRNO } from "../../src/model/errors.js";

/** A line for libbpf-dump.c. */
export type Question = string;

/** What was printed, or the errno word of a refusal. */
export interface Answer {
  readonly code: string;
  readonly text: string;
}

/** Flags of a question for data. */
const FLAGS = { compact: 1, skipNames: 2, emitZeroes: 4, emitStrings: 8 } as const;

const INDENTS = ["\t", " ", "--"];
const BIGGEST = 500;

function toHex(bytes: Uint8Array | string): string {
  return Buffer.from(bytes).toString("hex") || "-";
}

function fromHex(hex: string): Buffer {
  return Buffer.from(hex === "-" ? "" : hex, "hex");
}

/** Numbers below `limit`, the same for the same seed. */
export function randomNumbers(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % limit;
  };
}

/** Bytes of one sort: zeros, anything, mostly zeros, printable, mostly ones. */
function someBytes(length: number, random: (limit: number) => number): Uint8Array {
  const sort = random(5);
  return Uint8Array.from({ length }, () => {
    if (sort === 0) return 0;
    if (sort === 1) return random(256);
    if (sort === 2) return random(3) === 0 ? random(256) : 0;
    return sort === 3 ? 32 + random(95) : Math.min(1, random(4));
  });
}

/** Declarations of every type of a graph, and values of those that are not too big: `flags` limits the options. */
export function questionsOf(graph: Btf, random: (limit: number) => number, flags: number, values: number): Question[] {
  const lines: Question[] = [];
  for (let id = 1; id < graph.typeCount; id++) {
    lines.push(`T ${id} ${random(3)} ${random(2)} ${toHex(random(2) === 0 ? "" : "name")}`);
    const size = graph.sizeOf(id) ?? random(20);
    if (size > BIGGEST) continue;
    for (let i = 0; i < values; i++) {
      const length = random(4) === 0 ? Math.max(0, size - 1 - random(8)) : size;
      const indent = toHex(INDENTS[random(INDENTS.length)]!);
      lines.push(`D ${id} ${random(flags)} ${random(3)} ${indent} ${toHex(someBytes(length, random))}`);
    }
  }
  return lines;
}

/** What libbpf-dump.c says. */
export function askLibbpf(program: string, file: string, questions: readonly Question[]): Answer[] {
  const input = `${questions.join("\n")}\n`;
  const { status, stdout } = spawnSync(program, [file], { input, maxBuffer: 1 << 28, timeout: 120_000 });
  if (status !== 0) throw new Error(`${program} ${file}: it ended with ${status}`);
  const words = Object.entries(ERRNO);
  let at = 0;
  return questions.map(() => {
    const newline = stdout.indexOf("\n", at);
    const [result, length] = stdout.toString("latin1", at, newline).split(" ").map(Number) as [number, number];
    at = newline + 1 + length + 1;
    const code = result >= 0 ? "" : (words.find(([, number]) => number === -result)?.[0] ?? `${result}`);
    return { code, text: code === "" ? stdout.toString("latin1", newline + 1, newline + 1 + length) : "" };
  });
}

/** What this library says. */
export function answer(graph: Btf, question: Question, style: CStyle): Answer {
  try {
    return { code: "", text: print(graph, question, style) };
  } catch (error) {
    if (!isBtfError(error)) throw error;
    return { code: error.code, text: "" };
  }
}

function print(graph: Btf, question: Question, style: CStyle): string {
  const [kind, ...rest] = question.split(" ");
  const [id, first, second] = rest.map(Number) as [number, number, number];
  if (kind === "T") {
    const name = fromHex(rest[3]!).toString();
    return formatTypeDecl(graph, id, { name, indentLevel: first, stripMods: second === 1, style });
  }
  return formatData(graph, id, fromHex(rest[4]!), {
    compact: (first & FLAGS.compact) !== 0,
    skipNames: (first & FLAGS.skipNames) !== 0,
    emitZeroes: (first & FLAGS.emitZeroes) !== 0,
    emitStrings: (first & FLAGS.emitStrings) !== 0,
    indentLevel: second,
    indentStr: fromHex(rest[3]!).toString(),
    style,
  });
}
