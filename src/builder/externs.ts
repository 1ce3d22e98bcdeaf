import { BtfError, isBtfError } from "../model/errors.js";
import { findNamedKind } from "../model/named-kinds.js";
import { resolveId, sizeOfType } from "../model/sizes.js";
import { formatTypeName, parseDeclaration, type TypeTree } from "../spelling/index.js";
import type { ExternSection, WaitingExtern } from "./arena.js";
import type { Ref } from "./references.js";
import type { SingleTypes } from "./single-types.js";

/** In the order in which compilers write them, that of their names. */
const SECTIONS: readonly ExternSection[] = [".kconfig", ".ksyms"];

/** Bytes that clang gives the entry of an extern of type void. */
const VOID_BYTES = 1;

/** What writes the DATASECs too. */
interface SectionWriter extends SingleTypes {
  addDatasec(name: string, size?: number): number;
  addDatasecVarInfo(variable: Ref, offset?: number, size?: number): void;
}

/**
 * Adds something of the kernel from its C declaration: a FUNC or a VAR with linkage extern, and an entry for it in the
 * DATASEC `.ksyms`, which `build()` writes behind all types. A struct or union that is not declared yet gets a FWD, as
 * in C. Gives the id of the FUNC or VAR.
 *
 * @throws BtfError EINVAL for what is no declaration of an extern, EEXIST for a name or a DATASEC that is there already
 */
export function addKsym(writer: SectionWriter, declaration: string): number {
  const read = parseDeclaration(declaration);
  if (!read.ok) {
    const place = `(at character ${read.offset + 1})`;
    throw new BtfError(`addKsym '${declaration}': ${read.message} ${place}`, { code: "EINVAL", rule: "spelling" });
  }
  const { name, type, storage } = read;
  if (storage !== undefined && storage !== "extern") {
    const message = `addKsym '${name}': it is declared ${storage}; expected extern, or no word for it`;
    throw new BtfError(message, { code: "EINVAL", rule: "extern-storage" });
  }
  return writer.attempt(() => {
    checkNew(writer, "addKsym", name, ".ksyms");
    declareRecords(writer, type);
    const spelling = formatTypeName(type);
    if (type.kind === "function") return wait(writer, ".ksyms", writer.addFunc(name, "extern", spelling), 0);
    return addVariable(writer, ".ksyms", name, spelling);
  });
}

/**
 * Adds something of the kernel's configuration: a VAR with linkage extern, and an entry for it in the DATASEC
 * `.kconfig`, which `build()` writes behind all types. Gives the id of the VAR. A loader takes bool, char, integers,
 * arrays of char and `enum libbpf_tristate`; that is for it to say.
 *
 * @throws BtfError EEXIST for a name or a DATASEC that is there already
 */
export function addKconfig(writer: SectionWriter, name: string, type: Ref): number {
  return writer.attempt(() => {
    checkNew(writer, "addKconfig", name, ".kconfig");
    return addVariable(writer, ".kconfig", name, type);
  });
}

/** Writes the DATASECs that externs wait for. */
export function addExternSections(writer: SectionWriter): void {
  const all: WaitingExtern[] = [];
  for (let each = writer.extras.externs; each !== undefined; each = each.before) all.push(each);
  if (all.length === 0) return;
  all.reverse();
  writer.extras = { ...writer.extras, externs: undefined };
  for (const section of SECTIONS) {
    const entries = all.filter((each) => each.section === section);
    if (entries.length === 0) continue;
    writer.addDatasec(section, 0);
    for (const { id, size } of entries) writer.addDatasecVarInfo(id, 0, size);
  }
  writer.close();
}

function checkNew(writer: SectionWriter, call: string, name: string, section: ExternSection): void {
  const runs = writer.runs();
  const other = findNamedKind(runs, name, ["FUNC", "VAR"]);
  if (other !== undefined) {
    const message = `${call} '${name}': type [${other}] has that name already`;
    throw new BtfError(message, { code: "EEXIST", rule: "extern-name", typeId: other });
  }
  const found = findNamedKind(runs, section, ["DATASEC"]);
  if (found === undefined) return;
  const message = `${call} '${name}': the graph has DATASEC [${found}] '${section}' already; add an entry to that with addDatasecVarInfo, or leave it to ${call}`;
  throw new BtfError(message, { code: "EEXIST", rule: "extern-section", typeId: found });
}

function addVariable(writer: SectionWriter, section: ExternSection, name: string, type: Ref): number {
  const id = writer.addVar(name, "extern", type);
  return wait(writer, section, id, sizeOfType(writer.runs(), id, writer.model.pointerSize) ?? unsized(writer, id));
}

/** Bytes of an extern whose type has no size: a struct that is only declared, or void. */
function unsized(writer: SectionWriter, id: number): number {
  return resolveId(writer.runs(), id) === 0 ? VOID_BYTES : 0;
}

function wait(writer: SectionWriter, section: ExternSection, id: number, size: number): number {
  const { extras } = writer;
  writer.extras = { ...extras, externs: { before: extras.externs, section, id, size } };
  writer.stamp++;
  return id;
}

/** Adds a FWD for each struct and union of a type that is neither there nor promised. */
function declareRecords(writer: SectionWriter, type: TypeTree): void {
  const pending = [type];
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    switch (part.kind) {
      case "struct":
      case "union":
        if (!isDeclared(writer, `${part.kind} ${part.name}`)) writer.addFwd(part.name, part.kind);
        break;
      case "function":
        pending.push(...part.params.map((param) => param.type).reverse(), part.returns);
        break;
      case "array":
        pending.push(part.of);
        break;
      case "base":
      case "name":
      case "enum":
        break;
      default:
        pending.push(part.to);
    }
  }
}

function isDeclared(writer: SectionWriter, spelling: string): boolean {
  try {
    writer.id(spelling);
    return true;
  } catch (error) {
    if (isBtfError(error) && error.rule === "unknown-type") return false;
    throw error;
  }
}
