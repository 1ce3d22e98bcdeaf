import { decode } from "../decoder/index.js";
import { encode } from "../encoder/index.js";
import type { Btf } from "../model/btf.js";
import { isBtfError } from "../model/errors.js";
import { diff, formatDiff, formatRaw, isomorphic } from "../text/index.js";
import { canonicalText } from "./canonical-text.js";
import type { MatcherResult } from "./result.js";
import { graphFrom, subjectOf } from "./subject.js";

const UNEQUAL = "expected the graphs to be equal up to numbering";

/** What `btfkit diff` says, without its table of numbers; empty when it finds nothing that has a name. */
function differences(expected: Btf, actual: Btf): string {
  const found = diff(expected, actual);
  if (found.added.length + found.removed.length + found.changed.length === 0) return "";
  const [summary, , ...rest] = formatDiff(found).trimEnd().split("\n\n");
  return [summary, ...rest].join("\n\n");
}

/** `expect(graph).toEqualBtf(other)`: equal up to numbering. */
export function toEqualBtf(received: unknown, other: unknown): MatcherResult {
  const actual = graphFrom("toEqualBtf", received);
  const expected = graphFrom("toEqualBtf", other);
  if (isomorphic(actual, expected)) {
    return { pass: true, message: () => "expected the graphs to differ, and they are equal up to numbering" };
  }
  const text = differences(expected, actual);
  if (text !== "") return { pass: false, message: () => `${UNEQUAL}; from what is expected:\n\n${text}` };
  const texts = { actual: canonicalText(actual), expected: canonicalText(expected) };
  if (texts.actual !== texts.expected) {
    return { pass: false, message: () => `${UNEQUAL}; types without names differ`, ...texts };
  }
  // They look alike, but lead to one another in another way: only ids can show it.
  return {
    pass: false,
    message: () => `${UNEQUAL}; types that look alike lead to others`,
    actual: formatRaw(actual),
    expected: formatRaw(expected),
  };
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

/** Where bytes differ first. */
function firstDifference(a: Uint8Array, b: Uint8Array): string {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return `${a.length} bytes became ${b.length}, different from byte ${at === -1 ? a.length : at} on`;
}

function roundTrip(subject: Btf | Uint8Array): string | undefined {
  if (subject instanceof Uint8Array) {
    const again = encode(decode(subject));
    return sameBytes(subject, again) ? undefined : firstDifference(subject, again);
  }
  const bytes = encode(subject);
  const back = decode(bytes, subject.base === undefined ? {} : { base: subject.base });
  if (!back.equals(subject)) return "decoded again, its types are others";
  const again = encode(back);
  return sameBytes(bytes, again) ? undefined : firstDifference(bytes, again);
}

/** `expect(bytes).toRoundTrip()`: decoded and encoded it is the same; a graph, encoded and decoded. */
export function toRoundTrip(received: unknown): MatcherResult {
  const subject = subjectOf("toRoundTrip", received);
  let fault: string | undefined;
  try {
    fault = roundTrip(subject);
  } catch (error) {
    if (!isBtfError(error)) throw error;
    fault = error.message;
  }
  return {
    pass: fault === undefined,
    message: () =>
      fault === undefined
        ? "expected the BTF not to be the same after a round trip, and it is"
        : `expected the BTF to be the same after a round trip: ${fault}`,
  };
}

/** `expect(graph).toHaveType("struct sock")`: by C spelling or label, void included. */
export function toHaveType(received: unknown, spelling: string): MatcherResult {
  const graph = graphFrom("toHaveType", received);
  try {
    const id = graph.id(spelling);
    return { pass: true, message: () => `expected no type "${spelling}", and there is [${id}]` };
  } catch (error) {
    if (!isBtfError(error)) throw error;
    return { pass: false, message: () => `expected a type "${spelling}": ${error.message}` };
  }
}
