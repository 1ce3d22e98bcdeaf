import type { Written, WrittenType } from "./word-graph.js";

/**
 * Answers of a graph's accessors, worked out from the words as written, the plain and slow way: what libbpf's C says,
 * line by line, with recursion and without memory.
 */
export class SlowModel {
  readonly types: readonly (WrittenType | undefined)[];
  readonly strings: Uint8Array;

  constructor(layers: readonly Written[]) {
    this.types = [undefined, ...layers.flatMap(({ types }) => types)];
    this.strings = layers.at(-1)!.strings;
  }

  kind(id: number): number {
    return ((this.types[id]?.words[1] ?? 0) >>> 24) & 0x7f;
  }

  word(id: number, index: number): number {
    return this.types[id]!.words[index]!;
  }

  vlen(id: number): number {
    return this.word(id, 1) % 0x1000000;
  }

  name(id: number): string {
    return id === 0 ? "" : this.string(this.word(id, 0));
  }

  /** UTF-8, each byte that is none as U+DC00 and the byte. */
  string(offset: number): string {
    const end = this.strings.indexOf(0, offset);
    let text = "";
    for (let at = offset; at < end;) {
      const length = [4, 3, 2, 1].find((n) => at + n <= end && isOneCharacter(this.strings.subarray(at, at + n)));
      text +=
        length === undefined
          ? String.fromCharCode(0xdc00 + this.strings[at]!)
          : utf8(this.strings.subarray(at, at + length));
      at += length ?? 1;
    }
    return text;
  }

  findAll(name: string): number[] {
    return this.types.flatMap((type, id) => (type !== undefined && this.name(id) === name ? [id] : []));
  }

  referrers(id: number, from: number): number[] {
    return this.types.flatMap((type, i) => (i >= from && type?.references.includes(id) ? [i] : []));
  }

  reachable(root: number): Set<number> {
    const found = new Set<number>();
    const visit = (id: number): void => {
      if (id === 0 || found.has(id)) return;
      found.add(id);
      this.types[id]!.references.forEach(visit);
    };
    visit(root);
    return found;
  }

  /** `btf__resolve_type` without its limit of 32 steps. */
  resolve(id: number, steps = 0): number | undefined {
    if (steps > this.types.length) return undefined;
    return [8, 9, 10, 11, 14, 18].includes(this.kind(id)) ? this.resolve(this.word(id, 2), steps + 1) : id;
  }

  /** `btf__resolve_size` without its limit of 32 steps. */
  sizeOf(start: number, pointerSize: number): number | undefined {
    let elements = 1;
    let id = start;
    for (let steps = 0; steps <= this.types.length; steps++) {
      switch (this.kind(id)) {
        case 1:
        case 4:
        case 5:
        case 6:
        case 15:
        case 16:
        case 19: {
          const total = elements * this.word(id, 2);
          return total > 0xffffffff ? undefined : total;
        }
        case 2:
          return elements * pointerSize > 0xffffffff ? undefined : elements * pointerSize;
        case 8:
        case 9:
        case 10:
        case 11:
        case 14:
        case 17:
        case 18:
          id = this.word(id, 2);
          break;
        case 3:
          elements *= this.word(id, 5);
          if (elements > 0xffffffff) return undefined;
          id = this.word(id, 3);
          break;
        default:
          return undefined;
      }
    }
    return undefined;
  }

  /** `btf__align_of`, 0 where it fails; -1 when it takes too many steps to tell. */
  alignOf(id: number, pointerSize: number): number {
    let budget = 20_000;
    const open = new Set<number>();
    const align = (type: number): number => {
      if (--budget < 0) return -1;
      if (open.has(type)) return 0;
      open.add(type);
      const result = alignInside(type);
      open.delete(type);
      return result;
    };
    const alignInside = (type: number): number => {
      switch (this.kind(type)) {
        case 1:
        case 6:
        case 16:
        case 19:
          return Math.min(pointerSize, this.word(type, 2));
        case 2:
          return pointerSize;
        case 8:
        case 9:
        case 10:
        case 11:
        case 18:
          return align(this.word(type, 2));
        case 3:
          return align(this.word(type, 3));
        case 4:
        case 5: {
          let most = 1;
          for (let i = 0; i < this.vlen(type); i++) {
            const member = align(this.word(type, 3 + i * 3 + 1));
            if (member <= 0) return member;
            most = Math.max(most, member);
            const offset = this.word(type, 3 + i * 3 + 2);
            const isBitfield = this.word(type, 1) >>> 31 === 1 && offset >>> 24 !== 0;
            if (!isBitfield && offset % (8 * member) !== 0) return 1;
          }
          return this.word(type, 2) % most === 0 ? most : 1;
        }
        default:
          return 0;
      }
    };
    const result = align(id);
    return budget < 0 ? -1 : result;
  }
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

function isOneCharacter(bytes: Uint8Array): boolean {
  try {
    const text = utf8(bytes);
    return text.length === (text.codePointAt(0)! > 0xffff ? 2 : 1);
  } catch {
    return false;
  }
}
