import type { ChangedType, DiffChange, GraphDiff } from "./diff-types.js";
import { DIFF_KINDS, type DiffKind } from "./groups.js";

/** What a line says: something came, went or is another; `head` names the type that the lines after it are about. */
export type LineSign = "+" | "-" | "~" | "head";

/** A line of a difference for people to read. */
export interface DiffLine {
  readonly sign: LineSign;
  readonly text: string;
}

/** Names that one line lists at most. */
const MOST_NAMES = 6;

/** Bits as bytes, and bits that are left: `24`, `24:3`. */
function place(bits: number): string {
  return bits % 8 === 0 ? String(bits / 8) : `${Math.floor(bits / 8)}:${bits % 8}`;
}

function width(bitfieldSize: number): string {
  return bitfieldSize === 0 ? "" : `:${bitfieldSize}`;
}

/** A part that came or went. */
function partText(change: Extract<DiffChange, { what: "added" | "removed" }>): string {
  const { name, path } = change;
  switch (change.part) {
    case "member": {
      const { type, bitsOffset, bitfieldSize } = change.what === "added" ? change.after : change.before;
      return `${name}: ${type}${width(bitfieldSize)} at ${place(bitsOffset)}`;
    }
    case "value":
      return `${name} = ${change.what === "added" ? change.after.val : change.before.val}`;
    case "param": {
      const { type, index } = change.what === "added" ? change.after : change.before;
      return `parameter ${index}, ${name}: ${type}`;
    }
    case "var": {
      const { offset, size } = change.what === "added" ? change.after : change.before;
      return `${name}: ${size} bytes at ${offset}`;
    }
    default:
      return path.startsWith("tags.") ? `tag ${name}` : `tag ${path.replace(".tags.", ": ")}`;
  }
}

/** A field that is another. */
function fieldText({ part, name, field, before, after }: Extract<DiffChange, { what: "changed" }>): string {
  const values = `${before} -> ${after}`;
  switch (part) {
    case "type":
      return `${field}: ${values}`;
    case "value":
      return `${name} = ${values}`;
    case "member":
      if (field === "bitsOffset") return `${name}: moved from ${place(before)} to ${place(after)}`;
      if (field === "bitfieldSize") return `${name}: bits ${values}`;
      return before === after ? `${name}: ${before}, another one` : `${name}: ${values}`;
    default:
      return `${name}: ${field} ${values}`;
  }
}

/** By how much a member, a variable or a value moved, as text; undefined for another change. */
function distanceOf(change: DiffChange): string | undefined {
  if (change.what !== "changed") return undefined;
  if (change.part === "member" && change.field === "bitsOffset") {
    const bits = change.after - change.before;
    return bits % 8 === 0 ? `members moved by ${signed(bits / 8)} bytes` : `members moved by ${signed(bits)} bits`;
  }
  if (change.part === "var" && change.field === "offset") {
    return `variables moved by ${signed(change.after - change.before)} bytes`;
  }
  if (change.part !== "value") return undefined;
  return `values changed by ${signed(BigInt(change.after) - BigInt(change.before))}`;
}

function signed(distance: number | bigint): string {
  return `${distance > 0 ? "+" : ""}${distance}`;
}

/** What differs within a type; what moved by the same distance is one line. */
function* changeLines(changes: readonly DiffChange[]): Generator<DiffLine> {
  for (let at = 0; at < changes.length; at++) {
    const change = changes[at]!;
    if (change.what === "rearranged") yield { sign: "~", text: "the same parts in another order or nesting" };
    else if (change.what !== "changed") yield { sign: change.what === "added" ? "+" : "-", text: partText(change) };
    else {
      const end = endOfRun(changes, at);
      if (end === at + 1) yield { sign: "~", text: fieldText(change) };
      else yield { sign: "~", text: runText(changes.slice(at, end)) };
      at = end - 1;
    }
  }
}

/** Where the changes end that moved something by the same distance as the one at `from`. */
function endOfRun(changes: readonly DiffChange[], from: number): number {
  const wanted = distanceOf(changes[from]!);
  let end = from + 1;
  if (wanted !== undefined) while (end < changes.length && distanceOf(changes[end]!) === wanted) end++;
  return end;
}

function runText(changes: readonly DiffChange[]): string {
  const names = changes.map((change) => ("name" in change ? change.name : ""));
  const shown = names.length <= MOST_NAMES ? names : [...names.slice(0, MOST_NAMES - 2), "…", names[names.length - 1]!];
  return `${names.length} ${distanceOf(changes[0]!)}: ${shown.join(", ")}`;
}

/** True for a change that the declarations before and after show. */
function isInDeclaration(change: DiffChange): boolean {
  if (change.what === "rearranged") return false;
  if (change.part === "param") return true;
  return change.what === "changed" && change.part === "type" && ["type", "returnType"].includes(change.field);
}

/** A type that is in both graphs: what it is called, and what differs. */
export function* changedLines({ before, after, changes }: ChangedType): Generator<DiffLine> {
  const size = changes.find((change) => change.what === "changed" && change.path === "size");
  const sizes = size?.what === "changed" ? `, ${size.before} -> ${size.after} bytes` : "";
  const isRedeclared = changes.some(isInDeclaration);
  yield { sign: "head", text: `${isRedeclared ? after.name : after.text}${sizes}` };
  if (isRedeclared) {
    yield { sign: "-", text: before.text };
    yield { sign: "+", text: before.text === after.text ? `${after.text}, another one` : after.text };
  }
  yield* changeLines(changes.filter((change) => change !== size && !isInDeclaration(change)));
}

/** The lists of a difference that are about one kind. */
export interface KindDiff extends Pick<GraphDiff, "added" | "removed" | "changed"> {
  readonly kind: DiffKind;
}

/** A difference by kinds, those without any left out. */
export function byKind({ added, removed, changed }: GraphDiff): KindDiff[] {
  return DIFF_KINDS.map((kind) => ({
    kind,
    added: added.filter((type) => type.kind === kind),
    removed: removed.filter((type) => type.kind === kind),
    changed: changed.filter(({ after }) => after.kind === kind),
  })).filter((each) => each.added.length + each.removed.length + each.changed.length > 0);
}

/** How many types differ, in all. */
export function summaryText({ added, removed, changed, counts }: GraphDiff): string {
  const same = Object.values(counts).reduce((sum, each) => sum + each.same, 0);
  const parts = [`${added.length} added`, `${removed.length} removed`, `${changed.length} changed`, `${same} the same`];
  return parts.join(", ");
}
