import { HEAD_WORDS, infoKind, infoVlen, KIND, KIND_NAMES, KINDS, type KindName } from "../wire/kinds.js";
import { forEachStringWord, forEachTypeWord, typeWords, type Shapes } from "../wire/shapes.js";
import { readName } from "../model/read-name.js";
import { runOfId, wordOffset, type Run } from "../model/segment.js";
import type { Problems } from "./problems.js";

/** What one element of a kind is called. */
const ELEMENT_NOUNS: { readonly [Kind in KindName]?: string } = {
  STRUCT: "member",
  UNION: "member",
  ENUM: "value",
  ENUM64: "value",
  FUNC_PROTO: "parameter",
  DATASEC: "variable",
  LOC_PROTO: "parameter",
  LOCSEC: "location",
};

/**
 * Finds where each type begins, and stops with a problem at the first that is not whole. Returns how many are.
 * `byteStart` is the offset of the first type in the input.
 */
export function splitTypes(
  words: Uint32Array,
  shapes: Shapes,
  startId: number,
  byteStart: number,
  typeBytes: number,
  offsets: Uint32Array,
  problems: Problems,
): number {
  let count = 0;
  let at = 0;
  while (at + HEAD_WORDS <= words.length) {
    const info = words[at + 1]!;
    const subject = `type [${startId + count}]`;
    const where = { typeId: startId + count, byteOffset: byteStart + at * 4 };
    const length = typeWords(shapes, info);
    if (length === 0) {
      problems.report(`${subject}: kind ${infoKind(info)} is not known, and no layout section tells its length`, {
        ...where,
        rule: "kind",
        field: "info",
        byteOffset: where.byteOffset + 4,
      });
      return count;
    }
    if (at + length > words.length) {
      const left = (words.length - at) * 4;
      const name = KIND_NAMES[infoKind(info)] ?? "type";
      problems.report(
        `${subject} ${name}: vlen ${infoVlen(info)} makes it ${length * 4} bytes, ${left} are left of the types`,
        { ...where, rule: "type-length", field: "info" },
      );
      return count;
    }
    offsets[count++] = at;
    at += length;
  }
  if (at * 4 !== typeBytes) {
    problems.report(
      `type section: ${typeBytes - at * 4} bytes after type [${startId + count - 1}] are too few for another type`,
      { rule: "type-section-end", byteOffset: byteStart + at * 4 },
    );
  }
  return count;
}

/** Checks every reference and string of the types of `run`, the last of `runs`, and says what is wrong with which. */
export function checkTypes(runs: readonly Run[], run: Run, byteStart: number, problems: Problems): void {
  const { segment, endId, stringEnd } = run;
  const { words } = segment;
  for (let id = segment.firstId; id < endId; id++) {
    const at = wordOffset(run, id);
    const kindNumber = infoKind(words[at + 1]!);
    const kind = KIND_NAMES[kindNumber];
    const name = readName(runs, words[at]!) ?? "";
    const subject = `type [${id}] ${kind ?? kindNumber} '${name === "" ? "(anon)" : name}'`;
    const element = (position: number): string => {
      const noun = kind === undefined ? undefined : ELEMENT_NOUNS[kind];
      if (kind === undefined || noun === undefined || position < at + HEAD_WORDS) return "";
      const stride = KINDS[kind].element.length;
      const index = Math.floor((position - at - HEAD_WORDS) / stride);
      const label = readName(runs, words[at + HEAD_WORDS + index * stride]!) ?? "";
      return `${noun} ${index}${noun === "variable" || noun === "location" || label === "" ? "" : ` '${label}'`}: `;
    };
    const where = (position: number) => ({ typeId: id, byteOffset: byteStart + position * 4, ...(kind && { kind }) });
    forEachStringWord(words, at, (position) => {
      const offset = words[position]!;
      if (offset < stringEnd) return;
      problems.report(
        `${subject}: ${element(position)}name offset ${offset} is beyond the strings (${stringEnd} bytes)`,
        { ...where(position), rule: "string-offset", field: "name" },
      );
    });
    forEachTypeWord(words, at, (position) => {
      const to = words[position]!;
      // libbpf does not look at what a FUNC_PROTO returns.
      if (to < endId || (kindNumber === KIND.FUNC_PROTO && position === at + 2)) return;
      problems.report(`${subject}: ${element(position)}type id ${to} is out of range (${endId - 1} types)`, {
        ...where(position),
        rule: "type-id-range",
        field: "typeId",
      });
    });
    if (kindNumber !== KIND.FUNC || words[at + 2]! >= endId) continue;
    const target = runOfId(runs, words[at + 2]!);
    const targetKind = infoKind(target.segment.words[wordOffset(target, words[at + 2]!) + 1]!);
    if (targetKind === KIND.FUNC_PROTO) continue;
    problems.report(
      `${subject}: type [${words[at + 2]!}] is ${KIND_NAMES[targetKind] ?? targetKind}, FUNC_PROTO expected`,
      { ...where(at + 2), rule: "func-proto", field: "typeId" },
    );
  }
}
