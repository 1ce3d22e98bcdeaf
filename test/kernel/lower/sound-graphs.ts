/** Random sound graphs: what `bpf-next` takes with the changes that were proposed for externs. */
import fc from "fast-check";

import { decode, isBtfError, type Btf } from "btfkit";
import { verify, type VerifyOptions } from "btfkit/kernel";

import { infoKind, infoVlen, KIND, packInfo } from "../../../src/wire/kinds.js";
import { SHAPES, typeWords } from "../../../src/wire/shapes.js";
import { anyBlob } from "../arbitraries.js";
import { joinBlob } from "../blob-writer.js";
import { specialBlob } from "../special-blobs.js";

/** The kernel that takes every sound graph. */
export const SOUND: VerifyOptions = { kernel: "bpf-next", with: ["extern-func-in-datasec", "extern-var"], logLevel: 0 };

const EXTERN = 2;
const HEADER = 24;
const SECTIONS = [".ksyms", ".kconfig", ".ksyms", "", ""];

/** How a blob gets externs: a choice for each FUNC, VAR and DATASEC. */
interface ExternSpec {
  readonly choices: readonly number[];
  readonly unnamed: boolean;
}

/** Makes externs of some FUNCs and VARs of a blob, and of DATASECs their sections, as compilers write them. */
function addExterns(blob: Uint8Array, { choices, unnamed }: ExternSpec): Uint8Array {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.length);
  if (blob.length < HEADER || view.getUint16(0, true) !== 0xeb9f || view.getUint32(4, true) !== HEADER) return blob;
  const typeBytes = view.getUint32(12, true);
  if (view.getUint32(8, true) !== 0 || HEADER + typeBytes > blob.length) return blob;
  const words = Array.from({ length: typeBytes >> 2 }, (_, i) => view.getUint32(HEADER + i * 4, true));
  const strings = [...blob.subarray(HEADER + typeBytes)];
  const starts = [0];
  for (let at = 0; at + 2 < words.length;) {
    starts.push(at);
    const length = typeWords(SHAPES, words[at + 1]!);
    at += length;
    if (length === 0 || at > words.length) return blob;
  }
  const choice = (id: number): number => choices[id % choices.length]!;
  const funcs: number[] = [];
  const externs = new Set<number>();
  for (let id = 1; id < starts.length; id++) {
    const at = starts[id]!;
    const kind = infoKind(words[at + 1]!);
    if (choice(id) % 3 === 0) continue;
    if (kind === KIND.FUNC) {
      words[at + 1] = packInfo(KIND.FUNC, EXTERN);
      funcs.push(id);
      const proto = starts[words[at + 2]!];
      if (unnamed && proto !== undefined && infoKind(words[proto + 1]!) === KIND.FUNC_PROTO) {
        for (let i = 0; i < infoVlen(words[proto + 1]!); i++) words[proto + 3 + i * 2] = 0;
      }
    } else if (kind === KIND.VAR) words[at + 3] = EXTERN;
    else continue;
    externs.add(id);
  }
  for (let id = 1; id < starts.length; id++) {
    const at = starts[id]!;
    if (infoKind(words[at + 1]!) !== KIND.DATASEC) continue;
    const name = SECTIONS[choice(id) % SECTIONS.length]!;
    if (name !== "") {
      words[at] = strings.length;
      strings.push(...Buffer.from(`${name}\0`));
    }
    let isOnlyExterns = true;
    for (let i = 0; i < infoVlen(words[at + 1]!); i++) {
      const entry = at + 3 + i * 3;
      if (funcs.length > 0 && choice(id + i) % 4 === 0) words[entry] = funcs[choice(i) % funcs.length]!;
      if (!externs.has(words[entry]!)) {
        isOnlyExterns = false;
        continue;
      }
      words[entry + 1] = 0;
      words[entry + 2] = 0;
    }
    if (isOnlyExterns && choice(id) % 2 === 0) words[at + 2] = 0;
  }
  return joinBlob(words, Uint8Array.from(strings));
}

const externSpec: fc.Arbitrary<ExternSpec> = fc.record({
  choices: fc.array(fc.noBias(fc.nat({ max: 0xffff })), { minLength: 8, maxLength: 8 }),
  unnamed: fc.boolean(),
});

/** The graph of a blob, when it is sound. */
export function soundGraph(blob: Uint8Array): Btf | undefined {
  if (!verify(blob, SOUND).ok) return undefined;
  try {
    return decode(blob);
  } catch (error) {
    // The kernel takes some headers that libbpf, and so a strict decoder, does not.
    if (isBtfError(error)) return undefined;
    throw error;
  }
}

/** Sound graphs, many of them with externs, some with the kernel's own structs. */
export const soundGraphs: fc.Arbitrary<Btf> = fc
  .oneof(
    { weight: 3, arbitrary: anyBlob },
    { weight: 5, arbitrary: fc.tuple(anyBlob, externSpec).map(([blob, spec]) => addExterns(blob, spec)) },
    { weight: 1, arbitrary: specialBlob },
  )
  .map(soundGraph)
  .filter((graph) => graph !== undefined);
