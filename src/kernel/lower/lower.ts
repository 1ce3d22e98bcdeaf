import { KIND, KIND_COUNT } from "../../wire/kinds.js";
import { HEADER_BYTES, HEADER_BYTES_WITH_LAYOUT } from "../../wire/header.js";
import { graphOf, type Btf } from "../../model/btf.js";
import { BtfError } from "../../model/errors.js";
import type { KernelToken } from "../changes.js";
import type { Profile } from "../profile.js";
import { profileOf, type Kernel } from "../releases.js";
import { lowerBitFields } from "./bit-fields.js";
import { downgradeKinds } from "./downgrades.js";
import { Draft } from "./draft.js";
import type { ElfFacts, LowerSection, LowerSymbol } from "./elf-facts.js";
import { EXTERNS, KCONFIG, KSYMS, lowerExterns, type Externs } from "./externs.js";
import { fixDatasec, sortEntries, unwrap } from "./fix-datasec.js";
import { checkLimits } from "./limits.js";
import { lowerNames } from "./lower-names.js";
import { lowerOrder } from "./lower-order.js";
import { lowerSpecialFields } from "./lower-special.js";
import { lowerDataParams, lowerReferences } from "./references.js";
import type { Rewrite } from "./rewrite-log.js";

/** Options of {@link lower}. */
export interface LowerOptions {
  /** The kernel that is to take the graph: a mainline release, `"bpf-next"`, a distribution's, or what `detectFeatures` found; `"6.18"` when left out. */
  readonly kernel?: Kernel;
  /** Changes to that kernel: backports, and what-ifs, as `verify` takes them. */
  readonly with?: readonly KernelToken[];
  /** What becomes of extern FUNCs and VARs: see {@link Externs}; `"libbpf"` when left out. */
  readonly externs?: Externs;
  /**
   * The sections of the object file that the graph comes from, as `readElf` gives them: a DATASEC whose size the
   * compiler left 0 gets that of its section. Without them it is laid out by the types of its VARs.
   */
  readonly sections?: readonly LowerSection[];
  /**
   * The symbols of the object file: VARs get their offsets from them, and an extern without an undefined symbol is
   * refused, as libbpf does. Without them every extern counts as having one.
   */
  readonly symbols?: readonly LowerSymbol[];
}

/** What {@link lower} gives. */
export interface Lowered {
  /** A graph that the kernel takes; the same object when nothing was needed. */
  readonly graph: Btf;
  /** What was done, in its order; a type can have several. They are made when they are first asked for. */
  readonly rewrites: readonly Rewrite[];
}

const NO_REWRITES: readonly Rewrite[] = Object.freeze([]);

function refuse(message: string, rule: string, field?: string): never {
  throw new BtfError(`lower(): ${message}`, { code: "EINVAL", rule, field });
}

function checkInput(graph: Btf, externs: Externs): void {
  if (!EXTERNS.includes(externs)) {
    refuse(`externs is "${externs}"; expected ${EXTERNS.map((way) => `"${way}"`).join(", ")}`, "externs", "externs");
  }
  if (graph.base !== undefined) {
    refuse("this is a split graph, which BPF_BTF_LOAD can't take; lower a graph that stands by itself", "split");
  }
}

/** A type of a kind that only a layout section describes can be kept, but not rewritten. */
function checkKinds({ kinds, endId }: Draft): void {
  const count = KIND_COUNT;
  for (let id = 1; id < endId; id++) {
    const kind = kinds[id]!;
    if (kind !== 0 && kind < count) continue;
    refuse(`type [${id}] is of kind ${kind}, which btfkit does not know; no kernel before it takes it`, "unknown-kind");
  }
}

/** DATASECs that hold variables, as the compiler left them. */
function fixDatasecs(draft: Draft, done: ReadonlySet<number>, elf: ElfFacts): void {
  const end = draft.btf.typeCount;
  const { DATASEC } = KIND;
  for (let id = 1; id < end; id++) {
    if (draft.kinds[id] !== DATASEC || done.has(id)) continue;
    const name = draft.nameOf(id);
    if (name === KSYMS || name === KCONFIG) sortEntries(draft, id);
    else fixDatasec(draft, id, elf);
    unwrap(draft, id);
  }
}

/** Header, gaps and sections as this kernel takes them: what was decoded may have been laid out otherwise. */
function lowerSections(draft: Draft, profile: Profile): void {
  const { source, layout } = graphOf(draft.btf);
  if (layout.length > 0 && !profile.layoutSection) {
    draft.layout = new Uint8Array(0);
    draft.note("layout-section");
    return;
  }
  if (source === undefined) return;
  const { headerLength, typeOffset, typeLength, stringOffset, stringLength } = source.header;
  const known = profile.layoutSection ? HEADER_BYTES_WITH_LAYOUT : HEADER_BYTES;
  // Kernels refuse what they don't know in a header, unless it is 0.
  const hasTail = source.bytes.subarray(Math.min(known, headerLength), headerLength).some((byte) => byte !== 0);
  if (hasTail) return draft.note("sections");
  const isFree = profile.layoutSection && headerLength >= HEADER_BYTES_WITH_LAYOUT;
  const end = headerLength + stringOffset + stringLength;
  if (isFree || (typeOffset === 0 && stringOffset === typeLength && end === source.bytes.length)) return;
  draft.note("sections");
}

/**
 * Rewrites a graph so that a kernel takes it: externs, which none does, sections as the compiler leaves them, and kinds,
 * flags and names that the kernel does not know yet. It is pure: the graph stays as it is.
 *
 * Every rewrite that libbpf makes has libbpf's result; what libbpf does not do is done so that ids and sizes stay. Types
 * keep their ids; what is added comes at the end, and where a type has to move behind others its rewrite says
 * `movedTo`. A graph that `bpf-next` takes with `extern-func-in-datasec` and `extern-var` is taken by the kernel
 * afterwards; a fault that no kernel takes stays, for `verify` to say.
 *
 * Kernels before 6.1 cut the id of a struct's member to 16 bits when they have to resolve its type on the way; where
 * that would go wrong in a graph of more than 65,535 types, the member's type becomes an INT of its size
 * (`member-id-16`).
 *
 * @throws BtfError E2BIG `kernel-limits` for more types, strings, elements or bytes than the kernel takes; ESRCH
 * `extern-symbol`, ENOENT `datasec-section` and `var-symbol` where the object file contradicts the graph; ENOENT
 * `unknown-kernel`; EINVAL `split`, `unknown-kind`, `externs`.
 *
 * @example
 * ```ts
 * const { btf, sections, symbols } = readElf(readFileSync("prog.o"));
 * const { graph, rewrites } = lower(decode(btf!), { kernel: "5.4", sections, symbols });
 * verify(graph, { kernel: "5.4" }).ok; // true
 * rewrites[0]; // { id: 5, kind: "FUNC", was: "FUNC 'foo' type_id=3 linkage=extern", became: "… linkage=global", … }
 * ```
 */
export function lower(
  graph: Btf,
  { kernel = "6.18", with: tokens = [], externs = "libbpf", sections, symbols }: LowerOptions = {},
): Lowered {
  const profile = profileOf(kernel, tokens);
  checkInput(graph, externs);
  const draft = new Draft(graph, profile);
  checkKinds(draft);
  checkLimits(draft, kernel, "before");

  const elf = { sections, symbols };
  fixDatasecs(draft, lowerExterns(draft, externs, elf), elf);
  lowerBitFields(draft);
  downgradeKinds(draft);
  lowerReferences(draft);
  lowerDataParams(draft);
  lowerNames(draft);
  lowerOrder(draft);
  lowerSpecialFields(draft);
  lowerSections(draft, profile);

  if (draft.log.count === 0) return { graph, rewrites: NO_REWRITES };
  const result = draft.finish();
  checkLimits(draft, kernel, "after");
  let rewrites: readonly Rewrite[] | undefined;
  return {
    graph: result,
    get rewrites() {
      rewrites ??= draft.log.read(
        (offset) => draft.name(offset),
        (id) => {
          const words = graph.typeCount > id ? graph.raw(id) : result.raw(id);
          return [words[0]!, words[1]!];
        },
      );
      return rewrites;
    },
  };
}
