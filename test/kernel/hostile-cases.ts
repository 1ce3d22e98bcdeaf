/**
 * BTF of 16 MiB, the most that a kernel takes, made to be slow: what a verifier that goes the kernel's way does again
 * and again. Several of them keep a kernel busy for minutes: never load them.
 */
import type { KernelName } from "btfkit/kernel";
import { KIND, packInfo } from "../../src/wire/kinds.js";

const BYTES = 1 << 24;
const HEADER = 24;
/** The highest vlen of 16 bits. */
const VLEN = 0xffff;
/** Types that a kernel keeps, void included. */
const TYPES = 0xfffff;

export interface HostileCase {
  readonly name: string;
  readonly build: () => Uint8Array;
  readonly errno: string | 0;
  readonly rule?: string;
  readonly kernel?: KernelName;
}

/** Words and strings as they grow, in arrays that are large enough. */
class Store {
  readonly #words = new Uint32Array(BYTES / 4);
  readonly #strings = new Uint8Array(BYTES);
  #length = 0;
  /** The next string's offset. */
  #end = 1;
  /** The next type's id. */
  nextId = 1;

  /** Bytes that are left of the 16 MiB. */
  get room(): number {
    return BYTES - HEADER - this.#length * 4 - this.#end;
  }

  /** Writes a type and gives its id. */
  type(name: number, kind: number, vlen: number, third: number, rest: ArrayLike<number> = []): number {
    this.#words.set([name, packInfo(kind, vlen), third], this.#length);
    this.#words.set(rest, this.#length + 3);
    this.#length += 3 + rest.length;
    return this.nextId++;
  }

  /** Writes a string and gives its offset. */
  string(text: string): number {
    const offset = this.#end;
    for (let i = 0; i < text.length; i++) this.#strings[this.#end++] = text.charCodeAt(i);
    this.#strings[this.#end++] = 0;
    return offset;
  }

  bytes(): Uint8Array {
    const types = this.#length * 4;
    const bytes = new Uint8Array(HEADER + types + this.#end);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, 0xeb9f, true);
    view.setUint8(2, 1);
    [HEADER, 0, types, types, this.#end].forEach((field, i) => view.setUint32(4 + i * 4, field, true));
    for (let i = 0; i < this.#length; i++) view.setUint32(HEADER + i * 4, this.#words[i]!, true);
    bytes.set(this.#strings.subarray(0, this.#end), HEADER + types);
    return bytes;
  }
}

/** Fills a store until there is no room for another step of so many bytes, or no id. */
function filled(begin: (store: Store) => () => void, step: number): Uint8Array {
  const store = new Store();
  const more = begin(store);
  while (store.room >= step && store.nextId < TYPES - step / 12) more();
  return store.bytes();
}

/** `count` elements of three words each. */
function elements(count: number, of: (i: number) => readonly [number, number, number]): Uint32Array {
  const words = new Uint32Array(count * 3);
  for (let i = 0; i < count; i++) words.set(of(i), i * 3);
  return words;
}

const int = (store: Store): number => store.type(0, KIND.INT, 0, 4, [32]);
const spinLock = (store: Store): number => store.type(store.string("bpf_spin_lock"), KIND.STRUCT, 0, 4);
const listHead = (store: Store): number => store.type(store.string("bpf_list_head"), KIND.STRUCT, 0, 16);
const listNode = (store: Store): number => store.type(store.string("bpf_list_node"), KIND.STRUCT, 0, 24);

/** One struct that fills the 16 MiB with members of a name, for `bpf-next`. */
export function bigStruct(name = ""): Uint8Array {
  const store = new Store();
  const type = int(store);
  const offset = name === "" ? 0 : store.string(name);
  const count = Math.floor((store.room - 12) / 12);
  const members = elements(count, () => [offset, type, 0]);
  store.type(0, KIND.STRUCT, count, 4, members);
  return store.bytes();
}

export const HOSTILE: readonly HostileCase[] = [
  {
    name: "types as small as they can be, more than a kernel keeps",
    build() {
      const store = new Store();
      while (store.room >= 12) store.type(0, KIND.PTR, 0, 0);
      return store.bytes();
    },
    errno: 0,
  },
  {
    name: "the same for a kernel that keeps 65,535",
    build: () => HOSTILE[0]!.build(),
    errno: 0,
    kernel: "5.4",
  },
  {
    name: "nested structs of which each holds the next one twice",
    build: () =>
      filled((store) => {
        // The kernel walks each of these trees in 2^30 steps.
        const refcount = store.type(store.string("bpf_refcount"), KIND.STRUCT, 0, 4);
        return () => {
          let inner = store.type(0, KIND.STRUCT, 0, 0);
          for (let level = 0; level < 29; level++) {
            inner = store.type(0, KIND.STRUCT, 2, 0, [0, inner, 0, 0, inner, 0]);
          }
          store.type(0, KIND.STRUCT, 3, 4, [0, inner, 0, 0, inner, 0, 0, refcount, 0]);
        };
      }, 2000),
    errno: 0,
  },
  {
    name: "FUNCs that share a prototype of 65,535 parameters",
    build: () =>
      filled((store) => {
        const name = store.string("f");
        const type = int(store);
        const params = new Uint32Array(VLEN * 2);
        for (let i = 0; i < VLEN; i++) params.set([name, type], i * 2);
        const proto = store.type(0, KIND.FUNC_PROTO, VLEN, 0, params);
        return () => store.type(name, KIND.FUNC, 0, proto);
      }, 16),
    errno: 0,
  },
  {
    name: "list heads of which each names a struct behind all others",
    build: () =>
      filled((store) => {
        const lock = spinLock(store);
        const head = listHead(store);
        const node = listNode(store);
        const member = store.string("n");
        return () => {
          // A struct that is held, and one that holds it: each kernel call looks for it from the first type on.
          const held = store.nextId;
          store.type(store.string(`v${held}`), KIND.STRUCT, 1, 24, [member, node, 0]);
          const holder = store.type(0, KIND.STRUCT, 2, 24, [0, head, 0, 0, lock, 128]);
          store.type(store.string(`contains:v${held}:n`), KIND.DECL_TAG, 0, holder, [0]);
        };
      }, 200),
    errno: 0,
  },
  {
    name: "list heads that all name one struct of 65,535 members",
    build: () =>
      filled((store) => {
        const lock = spinLock(store);
        const head = listHead(store);
        const node = listNode(store);
        const names = Array.from({ length: VLEN }, (_, i) => store.string(`m${i}`));
        const type = int(store);
        const last = VLEN - 1;
        const members = elements(VLEN, (i) => [names[i]!, i === last ? node : type, i * 64]);
        store.type(store.string("big"), KIND.STRUCT, VLEN, VLEN * 8 + 24, members);
        return () => {
          const holder = store.type(0, KIND.STRUCT, 2, 24, [0, head, 0, 0, lock, 128]);
          // Another string each time, so that there is nothing to remember but the struct.
          store.type(store.string(`contains:big:m${last}`), KIND.DECL_TAG, 0, holder, [0]);
        };
      }, 200),
    errno: 0,
  },
  {
    name: "list heads without their tag, which all others have",
    build: () =>
      filled((store) => {
        const lock = spinLock(store);
        const head = listHead(store);
        const tag = store.string("contains:x:y");
        const holder = store.type(0, KIND.STRUCT, 2, 24, [0, head, 0, 0, lock, 128]);
        return () => store.type(tag, KIND.DECL_TAG, 0, holder, [1]);
      }, 16),
    errno: "EINVAL",
    rule: "root-tag",
  },
  {
    name: "kptrs behind 31 modifiers each",
    build: () =>
      filled((store) => {
        const lock = spinLock(store);
        const tag = store.string("kptr");
        const name = store.string("t");
        let target = store.type(store.string("s"), KIND.STRUCT, 0, 8);
        for (let i = 0; i < 28; i++) target = store.type(name, KIND.TYPEDEF, 0, target);
        return () => {
          const tagged = store.type(tag, KIND.TYPE_TAG, 0, target);
          const pointer = store.type(0, KIND.PTR, 0, tagged);
          store.type(0, KIND.STRUCT, 2, 16, [0, pointer, 0, 0, lock, 64]);
        };
      }, 72),
    errno: 0,
  },
  {
    name: "names of 512 bytes that share their ends",
    build: () =>
      filled((store) => {
        const type = int(store);
        let at = 512;
        let offset = 0;
        return () => {
          if (at === 512) {
            offset = store.string("n".repeat(512));
            at = 0;
          }
          store.type(offset + at++, KIND.TYPEDEF, 0, type);
        };
      }, 600),
    errno: 0,
  },
  {
    name: "one name of 8 MiB, and types that are named by its ends",
    build: () =>
      filled((store) => {
        const long = store.string("n".repeat(8 << 20));
        let at = 0;
        return () => store.type(long + at++ * 10, KIND.INT, 0, 4, [32]);
      }, 16),
    errno: 0,
  },
  {
    name: "tags that are the ends of one string of 8 MiB",
    build: () =>
      filled((store) => {
        const lock = spinLock(store);
        const head = listHead(store);
        const long = store.string("contains:".repeat((8 << 20) / 9));
        let at = 0;
        return () => {
          const holder = store.type(0, KIND.STRUCT, 2, 24, [0, head, 0, 0, lock, 128]);
          store.type(long + at++ * 9, KIND.DECL_TAG, 0, holder, [0]);
        };
      }, 60),
    errno: "ENOENT",
    rule: "root-type",
  },
  {
    name: "typedefs of typedefs, each of the one before",
    build: () =>
      filled((store) => {
        const name = store.string("t");
        let target = int(store);
        return () => (target = store.type(name, KIND.TYPEDEF, 0, target));
      }, 12),
    errno: 0,
  },
  {
    name: "chains of 31 types against the order of their ids",
    build: () =>
      filled((store) => {
        return () => {
          const first = store.nextId;
          for (let i = 1; i < 31; i++) store.type(0, KIND.CONST, 0, first + i);
          store.type(0, KIND.CONST, 0, 0);
        };
      }, 31 * 12),
    errno: 0,
  },
  {
    name: "structs of 65,535 members, whose types come after them",
    build() {
      const store = new Store();
      const members = elements(VLEN, (i) => [0, 100 + (i % 100), 0]);
      for (let i = 0; i < 21; i++) store.type(0, KIND.STRUCT, VLEN, 8, members);
      while (store.nextId < 100) int(store);
      for (let i = 0; i < 100; i++) store.type(0, KIND.CONST, 0, 99);
      return store.bytes();
    },
    errno: 0,
  },
  {
    name: "DATASECs that hold all VARs before the VARs",
    build: () =>
      filled((store) => {
        const first = 16;
        const entries = elements(VLEN, (i) => [first + i, i * 4, 4]);
        const data = store.string(".data");
        for (let i = 1; i < first; i++) store.type(data, KIND.DATASEC, VLEN, VLEN * 4, entries);
        const name = store.string("v");
        const last = first + VLEN;
        return () => {
          if (store.nextId === last) int(store);
          else store.type(name, KIND.VAR, 0, last, [1]);
        };
      }, 16),
    errno: 0,
  },
  {
    name: "one struct of 1,398,099 members, as bpf-next takes it",
    build: () => bigStruct(),
    errno: 0,
    kernel: "bpf-next",
  },
  {
    name: "a header as long as the data",
    build() {
      const bytes = new Uint8Array(BYTES);
      bytes.set([0x9f, 0xeb, 1, 0]);
      new DataView(bytes.buffer).setUint32(4, BYTES, true);
      return bytes;
    },
    errno: "EINVAL",
    rule: "no-data",
  },
  { name: "zeros", build: () => new Uint8Array(BYTES), errno: "EINVAL", rule: "magic" },
];
