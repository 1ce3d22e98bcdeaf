import type { Endian } from "../wire/header.js";
import type { KindName } from "../wire/kinds.js";
import type { Btf } from "../model/btf.js";
import type { Log } from "./log.js";
import type { Profile } from "./profile.js";
import type { VerifyRule } from "./rules.js";

/** Where a load was refused. */
export interface Fault {
  readonly rule: VerifyRule;
  readonly typeId?: number;
  readonly kind?: KindName;
  /** The member, parameter, enumerator or entry, from 0. */
  readonly index?: number;
  /** Offset in bytes from the start of the data. */
  readonly byteOffset?: number;
}

/** How far a type is resolved. */
export const STATE = { fresh: 0, open: 1, resolved: 2 } as const;

/**
 * One load as it goes on: the data, the index that the meta pass fills and what the resolve pass knows of each type.
 * Later passes are called only when those before them let the data through.
 */
export class Load {
  readonly bytes: Uint8Array;
  readonly profile: Profile;
  readonly endian: Endian;
  /** Undefined when the log is off. */
  readonly log: Log | undefined;
  /** The running kernel's own types, for what depends on them. */
  readonly vmlinux: Btf | undefined;

  /** The type section as words of the host; a last part of a word is left out. */
  words: Uint32Array = new Uint32Array(0);
  /** The type section in the data, in bytes. */
  typeStart = 0;
  typeBytes = 0;
  strings: Uint8Array = new Uint8Array(0);
  /** What the name at each string offset may be: see `classifyNames`. */
  nameBits: Uint8Array = new Uint8Array(0);

  /** Where each type begins, as an index into the words. */
  starts: Uint32Array = new Uint32Array(0);
  /** The kind of each type; 0 is void. */
  kinds: Uint8Array = new Uint8Array(0);
  /** Types that are kept, void included. */
  count = 1;

  /** See {@link STATE}. */
  states: Uint8Array = new Uint8Array(0);
  /** The type that a resolved type stands for, and an ARRAY's size in bytes. */
  resolvedIds: Uint32Array = new Uint32Array(0);
  resolvedSizes: Uint32Array = new Uint32Array(0);
  /** By FUNC_PROTO, what `unnamedParam` found and 2; 0 is not yet looked for. */
  unnamedParams: Uint32Array = new Uint32Array(0);
  /** The size that `sized` found, in bytes. */
  size = 0;

  /** True while the meta pass runs: the type's line was printed before its members'. */
  inMeta = true;
  fault: Fault | undefined;
  /** True when the running kernel would print a warning: such data is not for a live machine. */
  warns = false;

  constructor(bytes: Uint8Array, profile: Profile, endian: Endian, log: Log | undefined, vmlinux: Btf | undefined) {
    this.bytes = bytes;
    this.profile = profile;
    this.endian = endian;
    this.log = log;
    this.vmlinux = vmlinux;
  }

  /** The kind number of a type, or -1 for an id that is none. */
  kindOf(id: number): number {
    return id < this.count ? this.kinds[id]! : -1;
  }

  /** vlen of the type at `at`. */
  vlenAt(at: number): number {
    return this.words[at + 1]! & this.profile.vlenMask;
  }

  /** kind_flag of the type at `at`. */
  kindFlagAt(at: number): boolean {
    return this.words[at + 1]! >>> 31 === 1;
  }

  /** Offset in the data of a word of the type section. */
  byteOffset(word: number): number {
    return this.typeStart + word * 4;
  }
}
