import { stringValue } from "../../spelling/strings.js";
import { tokenize, type Token } from "../../spelling/tokens.js";
import type { Problems } from "./problems.js";
import type { SourceText } from "./source.js";
import { splice } from "./splice.js";

/** From this token on, `#pragma pack` lets members be aligned to so many bytes at most; undefined for no limit. */
export interface PackChange {
  readonly token: number;
  readonly alignAtMost: number | undefined;
}

/** A source text as tokens, its directives taken out. */
export interface Lexed {
  readonly tokens: readonly Token[];
  /** In the order of the text. */
  readonly packing: readonly PackChange[];
  /** Where `#pragma clang attribute` begins and ends to keep accesses to structs for CO-RE, as vmlinux.h does. */
  readonly preserving: readonly { readonly token: number; readonly on: boolean }[];
  /** The names of `#define`s that were skipped, with their lines. */
  readonly defines: ReadonlyMap<string, number>;
}

const MARKER = /^#\s*(?:line\s+)?(\d+)(?:\s+"((?:\\.|[^"\\])*)")?/;
const PRESERVE =
  /^#\s*pragma\s+clang\s+attribute\s+(?:push\s*\(\s*__attribute__\s*\(\(\s*(?:__)?(preserve_access_index)|pop)/;
const PACK = /^#\s*pragma\s+pack\s*\(([^)]*)\)/;

/** Splits a source text into tokens. Directives are skipped with a warning, but for `#pragma pack` and line markers. */
export function lex(source: SourceText, problems: Problems): Lexed {
  const { text, origin } = splice(source.text);
  const packing: PackChange[] = [];
  const stack: { label: string; value: number | undefined }[] = [];
  const defines = new Map<string, number>();
  const preserving: { token: number; on: boolean }[] = [];
  const tokens = tokenize(text, {
    dots: false,
    digraphs: true,
    origin,
    stray(message, offset) {
      if (!problems.isFull) problems.error(origin(offset), message);
    },
    directive(start, before) {
      const end = endOfDirective(text, start);
      const line = text.slice(start, Math.min(end, start + 4096));
      const offset = origin(start);
      const marker = MARKER.exec(line);
      const pack = PACK.exec(line);
      if (marker !== null) {
        source.mark(offset, Number(marker[1]), marker[2]?.replaceAll(/\\(.)/g, "$1"));
      } else if (pack !== null) {
        const current = packing.at(-1)?.alignAtMost;
        const next = applyPack(pack[1]!, current, stack);
        if (next === "bad") problems.error(offset, `#pragma pack takes 1, 2, 4, 8 or 16, push and pop`);
        else packing.push({ token: before, alignAtMost: next });
      } else {
        const preserve = PRESERVE.exec(line);
        const isOn = preserving.at(-1)?.on === true;
        if (preserve !== null && (preserve[1] !== undefined || isOn)) {
          preserving.push({ token: before, on: preserve[1] !== undefined });
        } else {
          skip(line, offset);
        }
      }
      return end;
    },
  });
  if ("ok" in tokens) return { tokens: [], packing, preserving, defines };
  return { tokens: text.includes("_Pragma") ? takePragmas(tokens) : tokens, packing, preserving, defines };

  /** The tokens without each `_Pragma("...")`, which is as the directive that it holds. */
  function takePragmas(all: readonly Token[]): readonly Token[] {
    const kept: Token[] = [];
    const directives = packing.splice(0);
    for (let i = 0; i < all.length; i++) {
      for (let next = directives[0]; next !== undefined && next.token <= i; next = directives[0]) {
        packing.push({ ...next, token: kept.length });
        directives.shift();
      }
      const token = all[i]!;
      const [open, string, close] = [all[i + 1], all[i + 2], all[i + 3]];
      if (token.text !== "_Pragma" || open?.text !== "(" || string?.kind !== "string" || close?.text !== ")") {
        kept.push(token);
        continue;
      }
      const said = stringValue(string);
      const argument = said.ok ? /^\s*pack\s*\(([^)]*)\)/.exec(said.value)?.[1] : undefined;
      const next = argument === undefined ? "bad" : applyPack(argument, packing.at(-1)?.alignAtMost, stack);
      if (next !== "bad") packing.push({ token: kept.length, alignAtMost: next });
      i += 3;
    }
    return kept;
  }

  function skip(line: string, offset: number): void {
    const word = /^#\s*([A-Za-z_]*)/.exec(line)?.[1] ?? "";
    const defined = /^#\s*define\s+([A-Za-z_]\w*)/.exec(line)?.[1];
    if (defined !== undefined) defines.set(defined, source.line(offset));
    if (word === "") return;
    problems.warn(offset, `#${word} is skipped: ${whySkipped(word)}`, "c-directive");
  }
}

function whySkipped(word: string): string {
  switch (word) {
    case "include":
      return "give what it declares as text, or a graph to look it up in";
    case "if":
    case "ifdef":
    case "ifndef":
    case "elif":
    case "else":
    case "endif":
      return "all branches are read";
    case "pragma":
      return "only #pragma pack changes types";
    default:
      return "only what the preprocessor makes of a file has its macros in place";
  }
}

/** The end of a directive's last line; comments in it are part of it. */
function endOfDirective(text: string, start: number): number {
  for (let i = start; ;) {
    const found = text.indexOf("\n", i);
    const end = found < 0 ? text.length : found;
    // Looked for in the line alone: to look in the whole text for each directive takes long.
    const comment = i + text.slice(i, end).indexOf("/*");
    if (comment >= i) {
      const close = text.indexOf("*/", comment + 2);
      // A quote or "//" before it would make it none, which no directive that matters has.
      if (close >= 0 && !/["']|\/\//.test(text.slice(i, comment))) {
        i = close + 2;
        continue;
      }
    }
    return end;
  }
}

function applyPack(
  argument: string,
  current: number | undefined,
  stack: { label: string; value: number | undefined }[],
): number | undefined | "bad" {
  let value = current;
  const words = argument.split(",").map((word) => word.trim());
  if (words.length === 1 && words[0] === "") return undefined;
  const [first = ""] = words;
  const label = words.find((word, i) => i > 0 && /^[A-Za-z_]\w*$/.test(word)) ?? "";
  if (first === "push") stack.push({ label, value });
  if (first === "pop") {
    // With a label everything above that goes too.
    const at = label === "" ? stack.length - 1 : stack.map((each) => each.label).lastIndexOf(label);
    value = stack[at]?.value;
    stack.length = Math.max(0, at);
  }
  for (const word of words) {
    if (word === "push" || word === "pop" || (word === label && word !== "")) continue;
    if (!["0", "1", "2", "4", "8", "16"].includes(word)) return "bad";
    value = word === "0" ? undefined : Number(word);
  }
  return value;
}

/** What `#pragma pack` says at a token. */
export function packingAt({ packing }: Lexed, token: number): number | undefined {
  return lastAt(packing, token)?.alignAtMost;
}

/** Whether accesses to a struct that is declared at a token are kept. */
export function preservesAt({ preserving }: Lexed, token: number): boolean {
  return lastAt(preserving, token)?.on === true;
}

/** The last change at or before a token. */
function lastAt<T extends { readonly token: number }>(changes: readonly T[], token: number): T | undefined {
  let [low, high] = [0, changes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (changes[middle]!.token <= token) low = middle + 1;
    else high = middle;
  }
  return changes[low - 1];
}
