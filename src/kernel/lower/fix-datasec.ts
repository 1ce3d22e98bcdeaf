import { KIND } from "../../wire/kinds.js";
import { BtfError } from "../../model/errors.js";
import type { Draft } from "./draft.js";
import { objectSymbols, type ElfFacts, type LowerSymbol } from "./elf-facts.js";
import { compareEntries, readEntries, writeEntries, type Entry } from "./entries.js";

const STATIC = 0;
const GLOBAL = 1;

const symbolTables = new WeakMap<readonly LowerSymbol[], ReadonlyMap<string, LowerSymbol>>();

function symbolOf({ symbols }: ElfFacts, name: string): LowerSymbol | undefined {
  if (symbols === undefined) return undefined;
  let table = symbolTables.get(symbols);
  if (table === undefined) {
    table = objectSymbols(symbols);
    symbolTables.set(symbols, table);
  }
  return table.get(name);
}

function sectionSize(draft: Draft, id: number, { sections }: ElfFacts): number | undefined {
  if (sections === undefined) return undefined;
  const name = draft.nameOf(id);
  const size = sections.find((section) => section.name === name)?.size ?? 0;
  if (size > 0) return size;
  throw new BtfError(
    `lower(): DATASEC [${id}] '${name}' has no size, and the object has no section of that name that has one`,
    {
      code: "ENOENT",
      rule: "datasec-section",
      typeId: id,
      kind: "DATASEC",
    },
  );
}

/** The size and alignment in bytes of what an entry is for. */
function measure(draft: Draft, { typeId, size }: Entry): { size: number; alignment: number } {
  const { btf } = draft;
  const isOwn = typeId !== 0 && typeId < btf.typeCount && draft.kindOf(typeId) === KIND.VAR;
  const type = isOwn ? (btf.references(typeId)[0] ?? 0) : 0;
  const known = type < btf.typeCount ? type : 0;
  return { size: size === 0 ? (btf.sizeOf(known) ?? 0) : size, alignment: Math.max(1, btf.alignOf(known) ?? 1) };
}

/** Places one behind another, each entry as large as its VAR at least, without room between them. */
export function layOutAnew(draft: Draft, entries: readonly Entry[]): { entries: Entry[]; end: number } {
  let end = 0;
  const placed = entries.map((entry) => {
    const size = Math.max(1, measure(draft, { ...entry, size: 0 }).size);
    const offset = end;
    end += size;
    return { ...entry, offset, size };
  });
  return { entries: placed, end };
}

/** Places as C would give them, where no object file says. */
function layOut(draft: Draft, entries: readonly Entry[]): { entries: Entry[]; end: number } {
  let end = 0;
  const placed = entries.map((entry) => {
    const { size, alignment } = measure(draft, entry);
    const offset = Math.ceil(end / alignment) * alignment;
    end = offset + size;
    return { ...entry, offset, size };
  });
  return { entries: placed, end };
}

/**
 * What libbpf does to every DATASEC that holds variables when it opens an object: a size that the compiler left 0 is
 * that of the ELF section, offsets are then the symbols' values, VARs with a hidden symbol become static, and entries
 * are sorted. Without an object file, a DATASEC without a size is laid out by its VARs' types.
 *
 * @param isAllocated which entries it is about; externs among them are left out
 */
export function fixDatasec(
  draft: Draft,
  id: number,
  elf: ElfFacts,
  isAllocated: (entry: Entry) => boolean = () => true,
): void {
  const all = readEntries(draft, id);
  const hasSize = draft.words[draft.starts[id]! + 2] !== 0;
  let size = hasSize ? undefined : sectionSize(draft, id, elf);
  let entries = all;
  if (!hasSize && elf.symbols === undefined) {
    const allocated = layOut(draft, all.filter(isAllocated));
    const byIndex = new Map(allocated.entries.map((entry) => [entry.index, entry]));
    entries = all.map((entry) => byIndex.get(entry.index) ?? entry);
    size ??= allocated.end;
  } else if (elf.symbols !== undefined) {
    entries = all.map((entry) => (isAllocated(entry) ? bySymbol(draft, id, elf, entry, !hasSize) : entry));
  }
  if (size !== undefined && size !== draft.words[draft.starts[id]! + 2]) {
    const found = size;
    draft.rewrite("datasec-size", id, (words, at) => {
      words[at + 2] = found;
    });
  }
  sortEntries(draft, id, entries);
}

/** Sorts the entries of a DATASEC by offset; all that libbpf does to `.ksyms` and `.kconfig` at the end. */
export function sortEntries(draft: Draft, id: number, entries: readonly Entry[] = readEntries(draft, id)): void {
  // Offsets of 2^31 and more that are in order would not be so by a signed difference.
  const isSorted = entries.every(({ offset }, i) => i === 0 || entries[i - 1]!.offset <= offset);
  writeEntries(draft, "datasec-entry", id, isSorted ? entries : [...entries].sort(compareEntries));
}

/** An entry with its symbol's offset; a VAR that other objects can't see becomes static. */
function bySymbol(draft: Draft, id: number, elf: ElfFacts, entry: Entry, takesOffset: boolean): Entry {
  const { typeId } = entry;
  if (draft.kindOf(typeId) !== KIND.VAR || draft.words[draft.starts[typeId]! + 3] !== GLOBAL) return entry;
  const name = draft.nameOf(typeId);
  const symbol = symbolOf(elf, name);
  if (symbol === undefined) {
    const section = draft.nameOf(id);
    throw new BtfError(
      `lower(): VAR [${typeId}] '${name}' of DATASEC [${id}] '${section}' has no symbol in the object`,
      {
        code: "ENOENT",
        rule: "var-symbol",
        typeId,
        kind: "VAR",
      },
    );
  }
  if (symbol.visibility === "hidden" || symbol.visibility === "internal") {
    draft.rewrite("hidden-var", typeId, (words, at) => {
      words[at + 3] = STATIC;
    });
  }
  return takesOffset ? { ...entry, offset: Number(symbol.value) >>> 0 } : entry;
}

/** Whether a kernel takes the places of entries; it adds in 32 bits. */
function takesPlaces(entries: readonly Entry[], size: number): boolean {
  let end = 0;
  let sum = 0;
  for (const { offset, size: bytes } of entries) {
    if (offset < end || offset >= size || bytes === 0 || bytes > size) return false;
    end = (offset + bytes) >>> 0;
    if (end > size) return false;
    sum += bytes;
  }
  return sum <= size;
}

/** An entry whose end goes beyond 32 bits, where a kernel that adds without noticing takes offense at it or the next. */
export function unwrap(draft: Draft, id: number): void {
  const entries = readEntries(draft, id);
  const size = draft.words[draft.starts[id]! + 2]!;
  if (entries.every(({ offset, size: bytes }) => offset + bytes <= 0xffffffff) || takesPlaces(entries, size)) return;
  const { entries: placed, end } = layOutAnew(draft, entries);
  if (end > 0xffffffff) return;
  writeEntries(draft, "datasec-wrap", id, placed);
  draft.rewrite("datasec-wrap", id, (words, at) => {
    words[at + 2] = Math.max(size, end);
  });
}
