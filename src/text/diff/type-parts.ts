import type { Btf } from "../../model/btf.js";
import type { BtfType, CompositeType } from "../../model/types.js";
import type { TypeTexts } from "../type-text.js";
import type { DiffPartKind } from "./diff-types.js";
import type { Meanings } from "./meanings.js";

/** One graph of the two. */
export interface TypeSide {
  readonly btf: Btf;
  readonly meanings: Meanings;
  readonly texts: TypeTexts;
  /** Names and components of DECL_TAGs by the id of what has them. */
  readonly tags: ReadonlyMap<number, readonly TypeTag[]>;
}

/** A DECL_TAG without its target. */
export interface TypeTag {
  readonly name: string;
  readonly componentIdx: number;
  readonly attribute: boolean;
}

/** A part of a type: what it is called, and what is compared. */
export interface TypePart {
  readonly part: DiffPartKind;
  /** What stands before the name in a path. */
  readonly path: string;
  /** As it is shown. */
  readonly name: string;
  /** What the part of the other type has to be called: its name, and which of several of that name it is. */
  readonly key: string;
  /** Where the type is told from others; a number of {@link Meanings}, or text for a struct that is written out. */
  readonly typeKey: number | string;
  /** 0 for parts without one. */
  readonly typeId: number;
  /** The numbers that are compared, by the names of their fields. */
  readonly fields: Readonly<Record<string, number | bigint | boolean>>;
}

/** Members after which anonymous structs are no longer looked into. */
const MANY_MEMBERS = 1 << 13;

/** A STRUCT or UNION whose members are being listed. */
interface Open {
  readonly id: number;
  readonly type: CompositeType;
  readonly prefix: string;
  /** Bits from the start of the outermost. */
  readonly base: number;
  next: number;
}

/** The STRUCT or UNION without a name that a member is, or is an array of. */
function anonymousRecord(graph: Btf, typeId: number): { id: number; type: CompositeType } | undefined {
  let id = typeId;
  for (let links = 0; links < 64 && id < graph.typeCount; links++) {
    const type = graph.type(id);
    switch (type.kind) {
      case "ARRAY":
      case "CONST":
      case "VOLATILE":
      case "RESTRICT":
      case "TYPE_TAG":
        id = type.typeId;
        break;
      case "STRUCT":
      case "UNION":
        return type.name === "" ? { id, type } : undefined;
      default:
        return undefined;
    }
  }
  return undefined;
}

/** Gives parts their keys. */
class Keys {
  readonly #counts = new Map<string, number>();

  of(name: string): string {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  }
}

/** The members of a STRUCT or UNION, those of anonymous ones in it in their place. */
export function memberParts({ btf, meanings, texts }: TypeSide, rootId: number, root: CompositeType): TypePart[] {
  const parts: TypePart[] = [];
  const keys = new Keys();
  const stack: Open[] = [{ id: rootId, type: root, prefix: "", base: 0, next: 0 }];
  for (let open = stack.at(-1); open !== undefined; open = stack.at(-1)) {
    const member = open.type.members[open.next++];
    if (member === undefined) {
      stack.pop();
      continue;
    }
    const { typeId, bitfieldSize } = member;
    const bitsOffset = open.base + member.bitsOffset;
    const name = open.prefix + member.name;
    const found = bitfieldSize === 0 ? anonymousRecord(btf, typeId) : undefined;
    // A struct that is made of itself has no end.
    const inner = found !== undefined && parts.length < MANY_MEMBERS && stack.length < 64 ? found : undefined;
    const isInside = inner !== undefined && !stack.some(({ id }) => id === inner.id);
    if (!isInside || member.name !== "") {
      const typeKey = isInside ? texts.of(typeId) : meanings.reference(typeId);
      const fields = { bitsOffset, bitfieldSize };
      parts.push({ part: "member", name, key: keys.of(name), path: "members", typeKey, typeId, fields });
    }
    if (inner === undefined || !isInside) continue;
    const prefix = member.name === "" ? open.prefix : `${name}.`;
    stack.push({ ...inner, prefix, base: bitsOffset, next: 0 });
  }
  return parts;
}

function listed<Element>(
  elements: readonly Element[],
  partOf: (element: Element, keys: Keys, index: number) => TypePart,
): TypePart[] {
  const keys = new Keys();
  return elements.map((element, index) => partOf(element, keys, index));
}

/** The parts of a type by its kind; none for a kind without any. */
export function partsOf(side: TypeSide, id: number): readonly TypePart[] {
  const { btf, meanings } = side;
  const type = btf.type(id);
  switch (type.kind) {
    case "STRUCT":
    case "UNION":
      return memberParts(side, id, type);
    case "ENUM":
    case "ENUM64":
      return listed<{ name: string; val: number | bigint }>(type.values, ({ name, val }, keys) => ({
        part: "value",
        name,
        key: keys.of(name),
        path: "values",
        typeKey: 0,
        typeId: 0,
        fields: { val },
      }));
    case "FUNC_PROTO":
      return listed(type.params, ({ name, typeId }, keys, index) => {
        const isVararg = typeId === 0 && name === "" && index === type.params.length - 1;
        const shown = name !== "" ? name : isVararg ? "..." : String(index);
        const typeKey = isVararg ? "..." : meanings.reference(typeId);
        return { part: "param", name: shown, key: keys.of(shown), path: "params", typeKey, typeId, fields: { index } };
      });
    case "DATASEC":
      return listed(type.vars, ({ typeId, offset, size }, keys) => {
        const variable = typeId < btf.typeCount ? btf.type(typeId) : undefined;
        const name = variable === undefined || variable.name === "" ? `[${typeId}]` : variable.name;
        return { part: "var", name, key: keys.of(name), path: "vars", typeKey: 0, typeId, fields: { offset, size } };
      });
    default:
      return [];
  }
}

/** The DECL_TAGs of a type, of its members and of its parameters. */
export function tagParts({ tags, btf }: TypeSide, id: number): readonly TypePart[] {
  const found = tags.get(id);
  if (found === undefined) return [];
  const type = btf.type(id);
  const holder = type.kind === "FUNC" && type.typeId < btf.typeCount ? btf.type(type.typeId) : type;
  return listed(found, ({ name, componentIdx, attribute }, keys) => {
    const path = componentIdx === -1 ? "tags" : `${componentPath(holder, componentIdx)}.tags`;
    return { part: "tag", name, key: keys.of(`${path}.${name}`), path, typeKey: 0, typeId: 0, fields: { attribute } };
  });
}

/** The path of the member or parameter that a DECL_TAG is for. */
function componentPath(type: BtfType, index: number): string {
  const [path, elements] =
    "members" in type
      ? ["members", type.members]
      : type.kind === "FUNC_PROTO"
        ? ["params", type.params]
        : ["params", []];
  return `${path}.${elements[index]?.name || index}`;
}
