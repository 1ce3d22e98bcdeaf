import type { KindName } from "../../wire/kinds.js";
import { BtfError } from "../../model/errors.js";

/** A line of a dump without what mail and C put around it, and where its characters stand in the source. */
export interface SourceLine {
  readonly text: string;
  /** Whether it stood in a C string. */
  readonly isQuoted: boolean;
  /** Offsets in the source by character; of the end too. */
  readonly offsets: Offsets;
}

/** Offsets of characters that stand side by side from `start` on, or one by one. */
export type Offsets = { readonly start: number } | readonly number[];

/** The offset in the source of a character of a line. */
export function sourceOffset({ offsets }: SourceLine, at: number): number {
  return "start" in offsets ? offsets.start + at : offsets[Math.min(at, offsets.length - 1)]!;
}

/** The line with more text behind it, from a line that a mail program broke. */
export function joinLines(first: SourceLine, second: SourceLine): SourceLine {
  const offsets: number[] = [];
  for (let i = 0; i <= first.text.length; i++) offsets.push(sourceOffset(first, i));
  for (let i = 0; i <= second.text.length; i++) offsets.push(sourceOffset(second, i));
  return { text: `${first.text} ${second.text}`, isQuoted: first.isQuoted, offsets };
}

/** What an error at a place of the source is about. */
export interface RawProblem {
  readonly message: string;
  /** Offset in characters. */
  readonly offset: number;
  readonly typeId?: number;
  readonly kind?: KindName;
  readonly field?: string;
  readonly rule?: string;
}

/** The error that says where in `source` something is wrong. */
export function rawError(source: string, problem: RawProblem): BtfError {
  const { message, offset, rule = "raw-syntax", ...where } = problem;
  const lineStart = source.lastIndexOf("\n", offset - 1) + 1;
  const lineEnd = source.indexOf("\n", lineStart);
  const line = source.slice(0, lineStart).split("\n").length;
  const column = offset - lineStart + 1;
  const byteOffset = new TextEncoder().encode(source.slice(0, offset)).length;
  return new BtfError(`parseRaw(): line ${line}, column ${column}: ${message}`, {
    code: "EINVAL",
    rule,
    byteOffset,
    ...where,
    diagnostics: [
      {
        severity: "error",
        message,
        rule,
        line,
        column,
        byteOffset,
        sourceLine: source.slice(lineStart, lineEnd === -1 ? source.length : lineEnd).replace(/\r$/, ""),
        ...where,
      },
    ],
  });
}
