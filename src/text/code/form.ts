import { HEAD_WORDS, infoKind, infoKindFlag, infoVlen, KIND_NAMES } from "../../wire/kinds.js";
import { forEachStringWord } from "../../wire/shapes.js";
import { startWriter } from "../../builder/build.js";
import type { Writer } from "../../builder/writer.js";
import { isBtfError } from "../../model/errors.js";
import { wordOffset } from "../../model/segment.js";
import type { BtfType } from "../../model/types.js";
import { callsOf, makeCall, type Call } from "./calls.js";

/** How a type can be written: by calls, by calls that are not checked, or only word by word, and why. */
export type Form =
  | { readonly kind: "checked"; readonly calls: readonly [Call, ...Call[]] }
  | { readonly kind: "unchecked"; readonly calls: readonly [Call, ...Call[]]; readonly reason: string }
  | { readonly kind: "raw"; readonly reason: string };

/** Tries out calls on types of no importance. */
export class Forms {
  readonly #writer: Writer = startWriter({}).writer;

  /** How the type with these words can be written; its names are left out of account. */
  of(words: Uint32Array, type: BtfType): Form {
    const calls = callsOf(type);
    if (calls === undefined) return { kind: "raw", reason: "no call adds a type of this kind" };
    const checked = this.#difference(words, calls);
    if (checked === undefined) return { kind: "checked", calls };
    const unchecked = this.#writer.unchecked(() => this.#difference(words, calls));
    return unchecked === undefined ? { kind: "unchecked", calls, reason: checked } : { kind: "raw", reason: checked };
  }

  /** What keeps calls from writing the words; undefined when they do. */
  #difference(words: Uint32Array, calls: readonly Call[]): string | undefined {
    const writer = this.#writer;
    const id = writer.nextId;
    try {
      for (const call of calls) makeCall(writer, call);
      writer.close();
    } catch (error) {
      if (isBtfError(error)) return error.message;
      throw error;
    }
    const { segment, wordEnd } = writer;
    const at = wordOffset({ segment, endId: id + 1, wordEnd, stringEnd: 0 }, id);
    const written = segment.words.slice(at, wordEnd);
    const wanted = words.slice();
    for (const each of [written, wanted]) forEachStringWord(each, 0, (position) => (each[position] = 0));
    if (words[0] !== 0 && segment.words[at] === 0) return `it has a name, which ${calls[0]!.method} can't give it`;
    return differenceOf(written, wanted, calls[0]!.method);
  }
}

/** What of the words is not as a call writes them. */
function differenceOf(written: Uint32Array, wanted: Uint32Array, method: string): string | undefined {
  const [was, is] = [written[1]!, wanted[1]!];
  if (was !== is) {
    if (infoKindFlag(was) !== infoKindFlag(is)) {
      return `its kind_flag is ${Number(infoKindFlag(is))}, where ${method} and what adds to it give ${Number(infoKindFlag(was))}`;
    }
    if (infoVlen(was) !== infoVlen(is)) return `its vlen is ${infoVlen(is)}, where ${method} gives ${infoVlen(was)}`;
    return `its kind is ${infoKind(is)}, where ${method} gives ${infoKind(was)}`;
  }
  if (was !== is || written.length !== wanted.length)
    return `it has ${wanted.length} words, ${written.length} expected`;
  const at = wanted.findIndex((word, i) => word !== written[i]);
  if (at === -1) return undefined;
  if (KIND_NAMES[infoKind(is)] === "INT" && at === HEAD_WORDS) return intDifference(wanted[at]!, written[at]!, method);
  const what = at === 2 ? "size_or_type" : `word ${at}`;
  return `${what} is ${wanted[at]!}, where ${method} gives ${written[at]!}`;
}

function intDifference(wanted: number, written: number, method: string): string {
  const bitsOffset = (wanted >>> 16) & 0xff;
  if (bitsOffset !== 0) return `its bits_offset is ${bitsOffset}, which ${method} can't say`;
  const bits = wanted & 0xff;
  if (bits !== (written & 0xff)) return `its nr_bits is ${bits}, where ${method} gives ${written & 0xff}`;
  return `its int_data is 0x${wanted.toString(16)}, where ${method} gives 0x${written.toString(16)}`;
}
