/**
 * Holds dumps of files and of random graphs to those of Debian's bpftool, and reads raw dumps back:
 * `npx tsx test/tools/compare-dumps.ts [--base BTF] [--layouts] [--random N] [--seed N] FILE...`. A line a file; exits 1
 * when something differs. Modules of a kernel need its vmlinux BTF as `--base`. With `--layouts` clang compiles the C
 * dump with a variable of each type, and the types that its BTF lays out otherwise are named.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync, spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";

import fc from "fast-check";

import { decode, isBtfError, type Btf } from "btfkit";
import { readBtf } from "btfkit/node";
import { formatCBytes, formatJsonBytes, formatRaw, formatRawBytes, isomorphic, parseRaw } from "btfkit/text";
import { differentLayouts, variablesOf } from "../conformance/same-layouts.js";
import { cGraphSpec } from "../property/c-graph.js";
import { SEED, writeGraph } from "../property/word-graph.js";

const STYLE = { style: "bpftool-7.1" } as const;
const RAW_STYLES = ["bpftool-7.1", "bpftool-7.8", "bpf-next", "selftest"] as const;
/** bpftool's C dump goes on for ever on some loops. */
const TIMEOUT_MS = 60_000;
const RANDOM_TIMEOUT_MS = 500;

interface Dump {
  readonly name: string;
  readonly options: readonly string[];
  readonly format: readonly string[];
  readonly ours: (graph: Btf) => Uint8Array;
}

const DUMPS: readonly Dump[] = [
  { name: "raw", options: [], format: [], ours: (graph) => formatRawBytes(graph, STYLE) },
  { name: "json", options: ["-j"], format: [], ours: (graph) => formatJsonBytes(graph, STYLE) },
  { name: "pretty", options: ["-p"], format: [], ours: (graph) => formatJsonBytes(graph, { ...STYLE, pretty: true }) },
  { name: "c", options: [], format: ["format", "c"], ours: (graph) => formatCBytes(graph, STYLE) },
];

/** What came of a comparison. `none` is where bpftool gives up, crashes or does not end. */
type Result = "same" | "DIFFERS" | "none";

function compare(dump: Dump, graph: Btf, path: string, base: string | undefined, timeout: number): Result {
  const split = base === undefined ? [] : ["-B", base];
  const args = [...split, ...dump.options, "btf", "dump", "file", path, ...dump.format];
  const { status, stdout } = spawnSync("bpftool", args, { maxBuffer: 1 << 29, timeout, killSignal: "SIGKILL" });
  if (status !== 0) return "none";
  try {
    return Buffer.compare(dump.ours(graph), stdout) === 0 ? "same" : "DIFFERS";
  } catch (error) {
    if (isBtfError(error)) return "DIFFERS";
    throw error;
  }
}

/** The styles whose dump does not give the graph back; the words of the selftests do not tell every linkage. */
function badStyles(graph: Btf): string[] {
  const options = graph.base === undefined ? {} : { base: graph.base };
  return RAW_STYLES.filter((style) => {
    const again = parseRaw(formatRaw(graph, { style }), options);
    if (style === "selftest") return formatRaw(again, { style }) !== formatRaw(graph, { style });
    return !again.equals(graph) || !isomorphic(again, graph);
  });
}

/** Types that clang lays out otherwise, of those that the C dump declares. */
function compareLayouts(graph: Btf): string {
  const folder = mkdtempSync(join(tmpdir(), "btfkit-layouts-"));
  const [source, object] = [join(folder, "header.c"), join(folder, "header.o")];
  writeFileSync(source, Buffer.concat([formatCBytes(graph), Buffer.from(`${variablesOf(graph)}int __last;\n`)]));
  execFileSync("clang-19", ["-target", "bpf", "-g", "-w", "-c", source, "-o", object]);
  const { different, compared } = differentLayouts(graph, readBtf(object));
  rmSync(folder, { recursive: true });
  return `${compared} layouts, ${different.length === 0 ? "all" : `all but ${different.join(", ")}`} the same`;
}

function compareFile(path: string, base: string | undefined): boolean {
  const graph = readBtf(path, base === undefined ? {} : { base: readBtf(base) });
  const results = DUMPS.map((dump) => [dump.name, compare(dump, graph, path, base, TIMEOUT_MS)] as const);
  const bad = badStyles(graph);
  const words = [...results.map(([name, result]) => `${name} ${result}`), `parseRaw ${bad.join(" ") || "same"}`];
  if (values.layouts === true) words.push(compareLayouts(graph));
  console.log(`${basename(path)}: ${graph.typeCount - graph.startId} types, ${words.join(", ")}`);
  return bad.length === 0 && results.every(([, result]) => result === "same");
}

function compareRandom(count: number, seed: number): boolean {
  const folder = mkdtempSync(join(tmpdir(), "btfkit-compare-"));
  const path = join(folder, "random.btf");
  const found = new Map(DUMPS.map(({ name }) => [name, { same: 0, DIFFERS: 0, none: 0 }]));
  for (const spec of fc.sample(cGraphSpec, { numRuns: count, seed })) {
    const { bytes } = writeGraph(spec);
    writeFileSync(path, bytes);
    const graph = decode(readFileSync(path));
    for (const dump of DUMPS) found.get(dump.name)![compare(dump, graph, path, undefined, RANDOM_TIMEOUT_MS)]++;
  }
  rmSync(folder, { recursive: true });
  for (const [name, counts] of found)
    console.log(`${count} random graphs, seed ${seed}, ${name}: ${JSON.stringify(counts)}`);
  return [...found.values()].every((counts) => counts.DIFFERS === 0);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    base: { type: "string" },
    layouts: { type: "boolean" },
    random: { type: "string" },
    seed: { type: "string" },
  },
});
const files = positionals.map((path) => compareFile(path, values.base));
const random = values.random === undefined || compareRandom(Number(values.random), Number(values.seed ?? SEED));
if (!random || files.includes(false)) process.exitCode = 1;
