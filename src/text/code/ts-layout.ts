/** The width that programs are laid out for, as prettier is told where the library itself is written. */
export const WIDTH = 120;

/** A value as TypeScript spells it. */
export function literal(value: string | number | bigint | boolean): string {
  if (typeof value === "string") return quoted(value);
  return typeof value === "bigint" ? `${value}n` : String(value);
}

/** A string in the quotes that prettier chooses. */
export function quoted(text: string): string {
  // JSON leaves two characters as they are that end a line in source text for some readers.
  const inDouble = JSON.stringify(text).replace(/[\u2028\u2029\u007f-\u009f\ufeff]/g, escapeUnit);
  const doubles = text.split('"').length - 1;
  const singles = text.split("'").length - 1;
  if (doubles <= singles) return inDouble;
  return `'${inDouble.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** A word of a type: small numbers as they are, others in hexadecimal. */
export function wordLiteral(word: number): string {
  return word < 4096 ? String(word) : `0x${word.toString(16)}`;
}

/** Parts of an object or a call that stand in one line or each in one of its own. */
export interface Group {
  readonly open: string;
  readonly close: string;
  readonly parts: readonly (string | Group)[];
  /** Whether there are blanks inside when all is in one line, as in objects. */
  readonly spaced?: boolean;
  /** Whether as many parts as have room go into one line, as numbers of a list. */
  readonly filled?: boolean;
}

function flat(part: string | Group): string {
  if (typeof part === "string") return part;
  const blank = part.spaced === true && part.parts.length > 0 ? " " : "";
  return `${part.open}${blank}${part.parts.map(flat).join(", ")}${blank}${part.close}`;
}

/**
 * A call's arguments or an object laid out from `column` on, where `indent` blanks begin its lines and `after` more
 * characters follow it. Groups nest as deep as the caller wrote them.
 */
export function layOut(group: string | Group, indent: number, column: number, after: number): string {
  const line = flat(group);
  if (typeof group === "string" || column + line.length + after <= WIDTH || group.parts.length === 0) return line;
  const last = group.parts[group.parts.length - 1]!;
  // A sole object in a call keeps its brace beside the call's.
  if (group.parts.length === 1 && typeof last !== "string" && group.open.endsWith("(")) {
    return group.open + layOut(last, indent, column + group.open.length, after + 1) + group.close;
  }
  const inner = indent + 2;
  const pad = " ".repeat(inner);
  const lines =
    group.filled === true ? fill(group.parts.map(flat), inner) : group.parts.map((part) => labelled(part, inner));
  return `${group.open}\n${lines.map((each) => `${pad}${each},\n`).join("")}${" ".repeat(indent)}${group.close}`;
}

function labelled(part: string | Group, indent: number): string {
  return layOut(part, indent, indent, 1);
}

/** Parts in as few lines as there is room for; the last of each line lacks its comma. */
function fill(parts: readonly string[], indent: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const part of parts) {
    const longer = line === "" ? part : `${line}, ${part}`;
    if (line !== "" && indent + longer.length + 1 > WIDTH) {
      lines.push(line);
      line = part;
    } else line = longer;
  }
  return line === "" ? lines : [...lines, line];
}
