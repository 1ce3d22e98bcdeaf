import { infoKind, KIND_NAMES } from "../../wire/kinds.js";
import { decodeName } from "../../wire/names.js";
import { graphOf, type Btf } from "../../model/btf.js";
import { stringEndOf } from "../../model/graph.js";
import { readName } from "../../model/read-name.js";
import { visible } from "./hex-line.js";

/** Types and strings as they lie in the bytes. */
export interface HexSections {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly isLittle: boolean;
  /** Byte offsets of the types, by id minus the first id. */
  readonly typeOffsets: readonly number[];
  readonly stringStart: number;
  readonly stringEnd: number;
  readonly base: Btf | undefined;
}

/** Names for string offsets and type ids, of the bytes at hand or of their base. */
export class HexNames {
  readonly #sections: HexSections;
  /** The id of the first type in the bytes. */
  readonly startId: number;
  /** The string offset of the first string in the bytes. */
  readonly firstString: number;

  constructor(sections: HexSections) {
    this.#sections = sections;
    this.startId = sections.base?.typeCount ?? 1;
    this.firstString = sections.base === undefined ? 0 : stringEndOf(graphOf(sections.base).runs);
  }

  /** The name at a string offset, in quotes. */
  name(offset: number): string {
    if (offset === 0) return "no name";
    const { base, bytes, stringStart, stringEnd } = this.#sections;
    if (base !== undefined && offset < this.firstString) {
      return `'${visible(readName(graphOf(base).runs, offset) ?? "")}' of the base`;
    }
    const start = stringStart + offset - this.firstString;
    if (start >= stringEnd) return "beyond the strings";
    const nul = bytes.indexOf(0, start);
    return `'${visible(decodeName(bytes, start, nul === -1 || nul > stringEnd ? stringEnd : nul))}'`;
  }

  /** Kind and name of the type with an id. */
  type(id: number): string {
    if (id === 0) return "void";
    const { base, typeOffsets, view, isLittle } = this.#sections;
    if (base !== undefined && id < this.startId) {
      const { kind, name } = base.type(id);
      return `[${id}] ${kind}${name === "" ? "" : ` '${visible(name)}'`} of the base`;
    }
    const at = typeOffsets[id - this.startId];
    if (at === undefined) return `[${id}], beyond the last type`;
    const kind = infoKind(view.getUint32(at + 4, isLittle));
    const name = view.getUint32(at, isLittle);
    return `[${id}] ${KIND_NAMES[kind] ?? `kind ${kind}`}${name === 0 ? "" : ` ${this.name(name)}`}`;
  }
}
