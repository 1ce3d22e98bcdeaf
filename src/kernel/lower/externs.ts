import { KIND, packInfo } from "../../wire/kinds.js";
import { BtfError } from "../../model/errors.js";
import type { Draft } from "./draft.js";
import { externSymbols, type ElfFacts } from "./elf-facts.js";
import { compareEntries, readEntries, writeEntries, type Entry } from "./entries.js";
import { fixDatasec, layOutAnew, unwrap } from "./fix-datasec.js";

/**
 * What becomes of externs, which no kernel has ever loaded: FUNCs with linkage extern, VARs with linkage extern, and
 * the entries for them in DATASECs as `.ksyms` and `.kconfig`. The ways are those of the discussion of March 2021:
 *
 * - `"libbpf"`: what libbpf does when it opens an object, to the byte. One VAR `dummy_ksym` stands in the DATASEC for
 *   all FUNCs, which become global and stay in the graph by themselves; their parameters without a name are called
 *   `dummy_ksym`. VARs of `.ksyms` become INTs. The kernel sees nothing that is not resolved, and every release takes
 *   it; but from the DATASEC one can no longer tell which function an entry was for. A graph without an INT of 32 bits
 *   gets one, where libbpf writes a VAR of type 0 that no kernel takes. Externs that libbpf does not open an object with
 *   are resolved as well: those outside any section become global, and those in a section of another name, beside
 *   variables or not, get their places behind these, with their own types.
 * - `"int"`: as first proposed in place of new rules in the kernel: each FUNC's entry gets a VAR of its own, an INT
 *   with the FUNC's name. The entries still say what they were for, at the cost of a VAR each.
 * - `"drop"`: the DATASEC is removed, and extern FUNCs and VARs stay in the graph by themselves, as global ones. It is
 *   the shortest way, and it was argued for since a section of externs occupies no memory; but a reader can no longer
 *   see that they were externs at all. `.kconfig` goes too, whose values a loader needs its DATASEC for.
 * - `"keep"`: nothing is done to them. That is for asking a verifier with the rules that the proposal wanted.
 */
export type Externs = "libbpf" | "int" | "drop" | "keep";

/** Every way. */
export const EXTERNS: readonly Externs[] = ["libbpf", "int", "drop", "keep"];

export const KSYMS = ".ksyms";
export const KCONFIG = ".kconfig";
const DUMMY = "dummy_ksym";
const EXTERN = 2;
const GLOBAL = 1;
/** Bytes of a section beyond which kernels before 5.2, that get a STRUCT, can't say the place in bits. */
const MOST_BYTES = 0x1fffffff;
/** Bytes that libbpf gives an extern in `.ksyms`. */
const KSYM_BYTES = 4;
const INT_32: readonly [size: number, data: number] = [4, (1 << 24) | 32];

/** The externs of a graph, as they were before anything was done to them. */
class ExternPass {
  readonly #draft: Draft;
  readonly #way: Exclude<Externs, "keep">;
  readonly #elf: ElfFacts;
  readonly #externs: ReadonlySet<number>;
  #intId = 0;
  #dummyId = 0;

  constructor(draft: Draft, way: Exclude<Externs, "keep">, elf: ElfFacts, externs: ReadonlySet<number>) {
    this.#draft = draft;
    this.#way = way;
    this.#elf = elf;
    this.#externs = externs;
  }

  #isExtern = ({ typeId }: Entry): boolean => this.#externs.has(typeId) || this.#draft.kindOf(typeId) === KIND.FUNC;

  run(sections: readonly number[]): void {
    const draft = this.#draft;
    if (this.#way === "libbpf") {
      const hasFuncs = (id: number): boolean =>
        readEntries(draft, id).some(({ typeId }) => draft.kindOf(typeId) === KIND.FUNC);
      // libbpf adds it before it looks at any symbol.
      if (sections.some(hasFuncs)) this.#addDummy();
      this.#checkSymbols(sections);
    }
    for (const id of sections) this.#section(id);
    for (const id of this.#externs) this.#declaration(id);
  }

  /**
   * The first INT of 32 bits, as libbpf finds it; one is added when there is none. libbpf also takes one of more than 4
   * bytes, and no kernel takes the entry of 4 bytes that it then writes.
   */
  #int(): number {
    if (this.#intId !== 0) return this.#intId;
    const draft = this.#draft;
    for (let id = 1; id < draft.endId; id++) {
      const at = draft.starts[id]!;
      if (draft.kinds[id] !== KIND.INT || (draft.words[at + 3]! & 0xff) !== 32) continue;
      if (draft.words[at + 2] !== KSYM_BYTES) continue;
      this.#intId = id;
      return id;
    }
    this.#intId = draft.append("int-added", [draft.intern("int"), packInfo(KIND.INT, 0), ...INT_32]);
    return this.#intId;
  }

  #addDummy(): void {
    const type = this.#int();
    const words = [this.#draft.intern(DUMMY), packInfo(KIND.VAR, 0), type, GLOBAL];
    this.#dummyId = this.#draft.append("dummy-added", words);
  }

  /** libbpf needs an undefined symbol for each entry of `.ksyms` and `.kconfig`. */
  #checkSymbols(sections: readonly number[]): void {
    const { symbols } = this.#elf;
    if (symbols === undefined) return;
    const draft = this.#draft;
    const known = externSymbols(symbols);
    for (const id of sections) {
      const section = draft.nameOf(id);
      if (section !== KSYMS && section !== KCONFIG) continue;
      for (const { typeId } of readEntries(draft, id).filter(this.#isExtern)) {
        const name = draft.nameOf(typeId);
        if (known.has(name)) continue;
        throw new BtfError(
          `lower(): DATASEC [${id}] '${section}' has an entry for '${name}' [${typeId}], and the object has no undefined symbol of that name; compile again, or leave out symbols`,
          { code: "ESRCH", rule: "extern-symbol", typeId },
        );
      }
    }
  }

  #section(id: number): void {
    const draft = this.#draft;
    const all = readEntries(draft, id);
    const externs = all.filter(this.#isExtern);
    const isMixed = externs.length < all.length;
    const isKconfig =
      draft.nameOf(id) === KCONFIG && !isMixed && externs.every(({ typeId }) => draft.kindOf(typeId) === KIND.VAR);
    if (this.#way === "drop") return this.#drop(id, all, externs);
    if (isKconfig) return this.#kconfig(id, externs);
    // What is allocated gets its place first: externs come behind it.
    if (isMixed) fixDatasec(draft, id, this.#elf, (entry) => !this.#isExtern(entry));
    this.#ksyms(id, isMixed);
  }

  /** Entries that stand for externs, 4 bytes each, behind what the section allocates. */
  #ksyms(id: number, isMixed: boolean): void {
    const draft = this.#draft;
    const isKsyms = draft.nameOf(id) === KSYMS || draft.nameOf(id) === KCONFIG;
    const entries = readEntries(draft, id);
    const allocated = entries.filter((entry) => !this.#isExtern(entry)).sort(compareEntries);
    const externs = entries.filter(this.#isExtern);
    const keepsTypes = !isKsyms && this.#way !== "int" && canHold(draft, externs);
    const size = isMixed ? draft.words[draft.starts[id]! + 2]! : 0;
    let end = allocated.reduce((most, { offset, size: bytes }) => Math.max(most, offset + bytes), size);
    const placed = externs.map((entry) => {
      const { typeId } = entry;
      const isFunc = draft.kindOf(typeId) === KIND.FUNC;
      const own = isFunc || !keepsTypes ? undefined : sizeAndAlignment(draft, typeId);
      if (own === undefined && !isFunc) this.#retype(typeId);
      end = roundUp(end, own?.alignment ?? KSYM_BYTES);
      const target = isFunc ? this.#standIn(typeId) : typeId;
      const bytes = own?.size ?? KSYM_BYTES;
      const result = { typeId: target, offset: end, size: bytes, index: entry.index };
      end += bytes;
      return result;
    });
    if (end > 0xffffffff) {
      // The section ends so late that nothing can come behind it.
      const again = layOutAnew(draft, [...allocated, ...placed]);
      writeEntries(draft, "extern-entry", id, again.entries);
      return setSize(draft, id, Math.min(again.end, 0xffffffff));
    }
    writeEntries(draft, "extern-entry", id, [...allocated, ...placed]);
    setSize(draft, id, end);
  }

  /** The VAR that an entry gets in the place of a FUNC. */
  #standIn(func: number): number {
    if (this.#way === "libbpf") return this.#dummyId;
    const name = this.#draft.words[this.#draft.starts[func]!]!;
    return this.#draft.append("dummy-added", [name, packInfo(KIND.VAR, 0), this.#int(), GLOBAL]);
  }

  #retype(variable: number): void {
    const type = this.#int();
    if (!this.#externs.has(variable)) return;
    this.#draft.rewrite("extern-var", variable, (words, at) => {
      words[at + 2] = type;
      words[at + 3] = GLOBAL;
    });
  }

  /** `.kconfig`: sorted as libbpf sorts, and laid out by type; VARs keep their types, entries their sizes. */
  #kconfig(id: number, entries: readonly Entry[]): void {
    const draft = this.#draft;
    const keepsTypes = canHold(draft, entries);
    const measured = entries.map((entry) => {
      const own = keepsTypes ? sizeAndAlignment(draft, entry.typeId) : undefined;
      if (own === undefined) this.#retype(entry.typeId);
      const { size, alignment } = own ?? { size: KSYM_BYTES, alignment: KSYM_BYTES };
      return { entry, size, alignment, name: draft.nameBytes(draft.words[draft.starts[entry.typeId]!]!) };
    });
    measured.sort(
      (a, b) =>
        b.alignment - a.alignment || a.size - b.size || compareBytes(a.name, b.name) || a.entry.index - b.entry.index,
    );
    let end = 0;
    const placed = measured.map(({ entry, size, alignment }) => {
      const offset = roundUp(end, alignment);
      end = offset + size;
      return { ...entry, offset, size: entry.size === 0 ? size : entry.size };
    });
    writeEntries(draft, "extern-entry", id, placed);
    setSize(draft, id, end);
  }

  #drop(id: number, all: readonly Entry[], externs: readonly Entry[]): void {
    const draft = this.#draft;
    if (externs.length === all.length) {
      draft.replace("extern-datasec-dropped", id, [0, packInfo(KIND.CONST, 0), 0]);
      return;
    }
    const gone = new Set(externs.map(({ index }) => index));
    const words = draft.wordsOf(id);
    const kept = all.filter(({ index }) => !gone.has(index));
    const entries = kept.flatMap(({ typeId, offset, size }) => [typeId, offset, size]);
    draft.replace("extern-entry-dropped", id, [words[0]!, packInfo(KIND.DATASEC, kept.length), words[2]!, ...entries]);
    fixDatasec(draft, id, this.#elf);
    unwrap(draft, id);
  }

  /** An extern by itself: made global, with what a global one needs. */
  #declaration(id: number): void {
    const draft = this.#draft;
    if (draft.kinds[id] === KIND.FUNC) {
      draft.rewrite("extern-func", id, (words, at) => {
        words[at + 1] = packInfo(KIND.FUNC, GLOBAL);
      });
      this.#nameParams(draft.words[draft.starts[id]! + 2]!);
      return;
    }
    if (draft.words[draft.starts[id]! + 3] !== EXTERN) return;
    if (sizeAndAlignment(draft, id) === undefined) return this.#retype(id);
    draft.rewrite("extern-var", id, (words, at) => {
      words[at + 3] = GLOBAL;
    });
  }

  #nameParams(proto: number): void {
    const draft = this.#draft;
    if (draft.kindOf(proto) !== KIND.FUNC_PROTO) return;
    for (let i = 0, count = draft.vlen(proto); i < count; i++) {
      const at = draft.element(proto, i);
      if (draft.words[at] !== 0 || draft.words[at + 1] === 0) continue;
      const name = draft.intern(DUMMY);
      draft.rewriteElement("extern-param", proto, i, (words, element) => {
        words[element] = name;
      });
    }
  }
}

const roundUp = (value: number, alignment: number): number => Math.ceil(value / alignment) * alignment;

/** Compares as `strcmp`. */
function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

/** Size and alignment in bytes of a VAR's type, when it has both and is not empty. */
function sizeAndAlignment(draft: Draft, variable: number): { size: number; alignment: number } | undefined {
  if (variable >= draft.btf.typeCount) return undefined;
  const { btf } = draft;
  const type = btf.references(variable)[0] ?? 0;
  if (type >= btf.typeCount) return undefined;
  const size = btf.sizeOf(type);
  return size === undefined || size === 0 ? undefined : { size, alignment: Math.max(1, btf.alignOf(type) ?? 1) };
}

/** Whether a section can hold all of them with the types that they have. */
function canHold(draft: Draft, entries: readonly Entry[]): boolean {
  let bytes = 0;
  for (const { typeId } of entries) {
    const { size, alignment } = sizeAndAlignment(draft, typeId) ?? { size: KSYM_BYTES, alignment: KSYM_BYTES };
    bytes += size + alignment;
  }
  return bytes <= MOST_BYTES;
}

function setSize(draft: Draft, id: number, size: number): void {
  if (draft.words[draft.starts[id]! + 2] === size) return;
  draft.rewrite("extern-datasec", id, (words, at) => {
    words[at + 2] = size;
  });
}

/** Does with the externs of a draft what was asked for, and gives the DATASECs that it has dealt with. */
export function lowerExterns(draft: Draft, way: Externs, elf: ElfFacts): ReadonlySet<number> {
  const externs = new Set<number>();
  const sections: number[] = [];
  const { words, starts, kinds, endId } = draft;
  const { FUNC, VAR, DATASEC } = KIND;
  const externFunc = packInfo(FUNC, EXTERN);
  for (let id = 1; id < endId; id++) {
    const kind = kinds[id];
    if (kind === FUNC) {
      if (words[starts[id]! + 1] === externFunc) externs.add(id);
    } else if (kind === VAR) {
      if (words[starts[id]! + 3] === EXTERN) externs.add(id);
    } else if (kind === DATASEC) sections.push(id);
  }
  const isExtern = ({ typeId }: Entry): boolean => externs.has(typeId) || draft.kindOf(typeId) === KIND.FUNC;
  const holding = sections.filter((id) => readEntries(draft, id).some(isExtern));
  if (way !== "keep" && (externs.size > 0 || holding.length > 0)) new ExternPass(draft, way, elf, externs).run(holding);
  return new Set(holding);
}
