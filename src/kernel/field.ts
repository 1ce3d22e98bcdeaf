import { namesAsBits, SPECIAL_NAMES } from "./special-names.js";

/** What {@link FieldStore} has as the name of a kptr; others have their index in {@link SPECIAL_NAMES}. */
export const KPTR: number = SPECIAL_NAMES.length;
/** The names of what holds a list or a tree, as bits. */
export const ROOTS: number = namesAsBits(["bpf_list_head", "bpf_rb_root"]);

const FIRST_ROOM = 64;

/**
 * Special fields of structs, one behind the other, each struct's in the order of its members. Columns of numbers and not
 * objects: 16 MiB of types have half a million fields, and as objects they took more time to clean up than to find.
 */
export class FieldStore {
  /** The index of the name, or {@link KPTR}. */
  names: Uint8Array = new Uint8Array(FIRST_ROOM);
  /** Bytes from the start of the struct that was looked at. */
  offsets: Float64Array = new Float64Array(FIRST_ROOM);
  /** The struct that a list or tree holds, or that a kptr points to; 0 for others. */
  targets: Uint32Array = new Uint32Array(FIRST_ROOM);
  /** Of a list or tree the name of its value's member, as an offset in the strings; of a kptr its flags. */
  details: Uint32Array = new Uint32Array(FIRST_ROOM);
  length = 0;

  push(name: number, offset: number, target = 0, detail = 0): void {
    if (this.length === this.names.length) this.#grow();
    const at = this.length++;
    this.names[at] = name;
    this.offsets[at] = offset;
    this.targets[at] = target;
    this.details[at] = detail;
  }

  /** Writes `count` fields from `start` on once more, `shift` bytes further on. */
  repeat(start: number, count: number, shift: number): void {
    for (let i = start; i < start + count; i++) {
      this.push(this.names[i]!, this.offsets[i]! + shift, this.targets[i], this.details[i]);
    }
  }

  #grow(): void {
    const { names, offsets, targets, details } = this;
    const room = names.length * 2;
    this.names = new Uint8Array(room);
    this.names.set(names);
    this.offsets = new Float64Array(room);
    this.offsets.set(offsets);
    this.targets = new Uint32Array(room);
    this.targets.set(targets);
    this.details = new Uint32Array(room);
    this.details.set(details);
  }
}
