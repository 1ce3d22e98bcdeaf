import type { SourceDiagnostic } from "../../model/diagnostic.js";
import { BtfError } from "../../model/errors.js";
import type { SourceText } from "./source.js";

/** So many errors are told one by one: as many as anybody reads. */
const ERRORS_SHOWN = 50;

/** After so many errors the rest of the text is not read. */
const ERRORS_MAX = 1000;

interface Found {
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly rule: string;
  readonly offset: number;
}

/** The errors and warnings of a source text. */
export class Problems {
  readonly #source: SourceText;
  readonly #found: Found[] = [];
  errorCount = 0;

  constructor(source: SourceText) {
    this.#source = source;
  }

  /** Notes an error at an offset in characters; undefined, so that who cannot go on can return it. */
  error(offset: number, message: string, rule = "c-syntax"): undefined {
    // One fault often shows twice at one place.
    if (this.#found.some((each) => each.severity === "error" && each.offset === offset)) return undefined;
    this.errorCount++;
    this.#found.push({ severity: "error", message, rule, offset });
    return undefined;
  }

  /** Whether there are so many errors that reading on is of no use. */
  get isFull(): boolean {
    return this.errorCount >= ERRORS_MAX;
  }

  /** The line of an offset, for a message. */
  lineOf(offset: number): number {
    return this.#source.line(offset);
  }

  warn(offset: number, message: string, rule: string): void {
    this.#found.push({ severity: "warning", message, rule, offset });
  }

  /** All that was found, in the order of the text. */
  diagnostics(): SourceDiagnostic[] {
    return this.#found
      .map((each, i) => ({ each, i }))
      .sort((a, b) => a.each.offset - b.each.offset || a.i - b.i)
      .map(({ each: { severity, message, rule, offset } }) => {
        return { severity, message, rule, ...this.#source.position(offset) };
      });
  }

  /** Throws all errors as one. */
  throwIfAny(subject: string): void {
    if (this.errorCount === 0) return;
    const diagnostics = this.diagnostics();
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    const first = errors[0]!;
    const shown = errors
      .slice(0, ERRORS_SHOWN)
      .map((each) => formatDiagnostic(each))
      .join("\n");
    const count = errors.length === 1 ? "1 error" : `${errors.length} errors`;
    const more = errors.length > ERRORS_SHOWN ? `\n... and ${errors.length - ERRORS_SHOWN} more` : "";
    throw new BtfError(`${subject}: ${count}\n${shown}${more}`, {
      code: "EINVAL",
      rule: first.rule,
      byteOffset: first.byteOffset,
      diagnostics,
    });
  }
}

/** So much of a long line is shown around the place. */
const LINE_SHOWN = 160;

/**
 * An error or warning as compilers print it: file, line and column (from 1), what is wrong, the line and a caret.
 *
 * @param file the name to print where no line marker gave one
 * @example
 * ```ts
 * const graph = parseC("#define A 1\nint x;");
 * console.log(formatDiagnostic(graph.diagnostics[0] as SourceDiagnostic));
 * // 1:1: warning: #define is skipped: only what the preprocessor makes of a file has its macros in place
 * //   #define A 1
 * //   ^
 * ```
 */
export function formatDiagnostic(diagnostic: SourceDiagnostic, file?: string): string {
  const { severity, message, line, column, sourceLine } = diagnostic;
  const name = diagnostic.file ?? file;
  const place = `${name === undefined ? "" : `${name}:`}${line}:${column}`;
  const from = sourceLine.length <= LINE_SHOWN ? 0 : Math.max(0, column - 1 - LINE_SHOWN / 2);
  const part = sourceLine.slice(from, from + LINE_SHOWN);
  const before = part.slice(0, column - 1 - from).replaceAll(/[^\t]/g, " ");
  return `${place}: ${severity}: ${message}\n  ${part}\n  ${before}^`;
}
