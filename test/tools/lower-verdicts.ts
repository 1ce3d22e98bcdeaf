/**
 * Asks a kernel about lowered graphs: random sound ones, and the objects that clang makes of the corpus.
 * `tsx test/tools/lower-verdicts.ts [--vm 6.1] [--runs 3000] [--seed 1]`; without `--vm` it is the running kernel, which
 * is not asked about its own structs.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import fc from "fast-check";

import { decode, encode, type Btf } from "btfkit";
import { readElf } from "btfkit/elf";
import { lower, verify } from "btfkit/kernel";
import { formatRaw } from "btfkit/text";
import { judge } from "../../src/kernel/verify.js";
import { SOUND, soundGraphs } from "../kernel/lower/sound-graphs.js";
import { judgeNamed } from "./judges.js";

const { values } = parseArgs({
  options: {
    vm: { type: "string", default: "host" },
    runs: { type: "string", default: "3000" },
    seed: { type: "string", default: "1" },
  },
});
const kernel = judgeNamed(values.vm);
const { profile } = kernel;
// What decides about kptrs to structs that the kernel has too; the running one is not asked about such graphs.
const options = { kernel: profile, ...(values.vm !== "host" && { vmlinux: kernel.vmlinux() }) };

interface Asked {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Objects of the corpus, lowered with what their files say of sections and symbols. */
function corpus(): Asked[] {
  const sources = fileURLToPath(new URL("../corpus/c/", import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), "btfkit-corpus-"));
  try {
    return readdirSync(sources)
      .filter((name) => name.endsWith(".c"))
      .flatMap((name) => {
        const object = join(folder, `${name}.o`);
        execFileSync("clang-19", ["-target", "bpf", "-g", "-O2", "-c", join(sources, name), "-o", object]);
        const { btf, sections, symbols } = readElf(readFileSync(object));
        if (btf === undefined) return [];
        const { graph } = lower(decode(btf), { kernel: profile, sections, symbols });
        return [{ name, bytes: encode(graph) }];
      });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A kptr to a struct that this kernel has too can be what no kernel takes. */
const isSound = (graph: Btf): boolean => verify(graph, { ...SOUND, ...options, kernel: "bpf-next" }).ok;
const graphs = fc.sample(soundGraphs, { numRuns: Number(values.runs), seed: Number(values.seed) }).filter(isSound);
const random = graphs.map((graph, i) => ({
  name: `random graph ${i}`,
  bytes: encode(lower(graph, { kernel: profile }).graph),
}));
const isSafe = ({ bytes }: Asked): boolean =>
  !judge(bytes).warns && (values.vm !== "host" || !/bpf_|kptr/.test(Buffer.from(bytes).toString("latin1")));
const asked = [...corpus(), ...random].filter(isSafe);

let refused = 0;
let different = 0;
const answers = kernel.ask(asked.map(({ bytes }) => bytes));
for (const [i, { name, bytes }] of asked.entries()) {
  const { errno, logBytes } = answers[i]!;
  const ours = verify(bytes, options);
  const isSame = errno === (ours.ok ? "OK" : ours.errno) && Buffer.compare(logBytes, ours.logBytes) === 0;
  if (!isSame) different++;
  if (errno === "OK" && isSame) continue;
  if (errno !== "OK") refused++;
  console.log(`${name}: ${errno}, ${isSame ? "as verify says" : `verify says ${ours.ok ? "OK" : ours.errno}`}`);
  if (name.startsWith("random")) console.log(formatRaw(decode(bytes)));
}
console.log(`${kernel.release}: of ${asked.length} lowered graphs ${refused} refused; ${different} not as verify says`);
process.exitCode = different === 0 ? 0 : 1;
