import { token } from "../../model/byte-writer.js";
import { encodeName } from "../../wire/names.js";
import { HEAD_WORDS, KIND } from "../../wire/kinds.js";
import type { CWriter } from "./c-writer.js";
import type { Declarations } from "./declarations.js";
import type { TypeTable } from "./type-table.js";
import type { UniqueNames } from "./unique-names.js";

const STATE = { fresh: 0, open: 1, done: 2 } as const;

const END = token(";\n\n");
const TYPEDEF = token("typedef ");

const MEMBER_WORDS = 3;
const PARAM_WORDS = 2;

/** What the compiler knows by itself, and must not be told. */
const BUILTIN = encodeName("__builtin_va_list");
const VA_LIST = encodeName("__gnuc_va_list");
const VA_LIST_TEXT = "typedef __builtin_va_list __gnuc_va_list";

/** Base types that gcc has on Arm and other compilers lack. */
const POLYNOMIALS = [
  ["__Poly8_t", "unsigned char"],
  ["__Poly16_t", "unsigned short"],
  ["__Poly64_t", "unsigned long long"],
  ["__Poly128_t", "unsigned __int128"],
].map(([name, base]) => ({ name: encodeName(name!), text: `typedef ${base} ${name};\n\n` }));

/** Writes definitions with the forward declarations that they need, each once. */
export class Definitions {
  readonly #table: TypeTable;
  readonly #names: UniqueNames;
  readonly #writer: CWriter;
  readonly #declarations: Declarations;
  readonly #states: Uint8Array;
  /** STRUCTs and UNIONs that were declared, typedefs that were written, before they were done. */
  readonly #isDeclared: Uint8Array;
  // The path: each type, the named type that it is part of, how many of its references are done. Lists that are cut
  // would be allocated anew.
  #depth = 0;
  readonly #path: number[] = [];
  readonly #containers: number[] = [];
  readonly #next: number[] = [];

  constructor(table: TypeTable, names: UniqueNames, writer: CWriter, declarations: Declarations) {
    this.#table = table;
    this.#names = names;
    this.#writer = writer;
    this.#declarations = declarations;
    this.#states = new Uint8Array(table.count);
    this.#states[0] = STATE.done;
    this.#isDeclared = new Uint8Array(table.count);
  }

  /** Writes the definition of a type, and before it what that has to see declared. */
  define(id: number): void {
    this.#depth = 0;
    this.#enter(id, 0);
    while (this.#depth > 0) this.#resume(this.#depth - 1);
  }

  /** Follows pointers, qualifiers and arrays to who has something to write; true when that was put on the path. */
  #enter(from: number, container: number): boolean {
    const { kinds, words, at } = this.#table;
    const states = this.#states;
    let id = from;
    for (;;) {
      const state = states[id]!;
      if (state === STATE.done) {
        // Who leads to it by pointers has nothing to write either, from now on.
        states[from] = STATE.done;
        return false;
      }
      const kind = kinds[id]!;
      if (state === STATE.open) {
        this.#again(id, kind, container);
        return false;
      }
      switch (kind) {
        case KIND.PTR:
        case KIND.CONST:
        case KIND.VOLATILE:
        case KIND.RESTRICT:
        case KIND.TYPE_TAG:
          id = words[at[id]! + 2]!;
          break;
        case KIND.ARRAY:
          id = words[at[id]! + HEAD_WORDS]!;
          break;
        case KIND.STRUCT:
        case KIND.UNION:
          if (container !== 0 && this.#table.nameOffset(id) !== 0) {
            if (id !== container && this.#isDeclared[id] === 0) this.#declare(id);
            if (id !== from && this.#isDeclared[id] === 1) states[from] = STATE.done;
            return false;
          }
          states[id] = STATE.open;
          return this.#push(id, container);
        case KIND.TYPEDEF:
          states[id] = STATE.open;
          return this.#push(id, container);
        case KIND.FUNC_PROTO:
          return this.#push(id, container);
        default:
          this.#leaf(id, kind, container);
          return false;
      }
    }
  }

  #push(id: number, container: number): true {
    const depth = this.#depth++;
    this.#path[depth] = id;
    this.#containers[depth] = container;
    this.#next[depth] = 0;
    return true;
  }

  #declare(id: number): void {
    this.#declarations.tag(id);
    this.#writer.text(END);
    this.#isDeclared[id] = 1;
  }

  /** A type that is reached again on the path that leads to its own definition. */
  #again(id: number, kind: number, container: number): void {
    if (this.#isDeclared[id] === 1) return;
    if (kind === KIND.TYPEDEF) this.#typedef(id);
    else if (id !== container && this.#table.nameOffset(id) !== 0) this.#declare(id);
  }

  #leaf(id: number, kind: number, container: number): void {
    const declarations = this.#declarations;
    switch (kind) {
      case KIND.INT:
        this.#polynomial(id);
        break;
      case KIND.ENUM:
      case KIND.ENUM64:
        if (container === 0) {
          declarations.enums.define(id, 0);
          this.#writer.text(END);
        }
        break;
      case KIND.FWD:
        declarations.forward(id);
        this.#writer.text(END);
        break;
      default:
        return;
    }
    this.#states[id] = STATE.done;
  }

  /** An INT takes its name among the tags, as libbpf has it. */
  #polynomial(id: number): void {
    const number = this.#names.tag(id);
    if (number > 1) return;
    const found = POLYNOMIALS.find(({ name }) => this.#table.isNamed(id, name));
    if (found !== undefined) this.#writer.ascii(found.text);
  }

  #typedef(id: number): void {
    this.#isDeclared[id] = 1;
    const table = this.#table;
    if (table.isNamed(id, BUILTIN)) return;
    const writer = this.#writer;
    const number = this.#names.typedef(id);
    if (table.target(id) === 0 && number === 1 && table.isNamed(id, VA_LIST)) {
      writer.ascii(VA_LIST_TEXT);
    } else {
      writer.out.token(TYPEDEF);
      this.#declarations.declare(table.target(id), { offset: table.nameOffset(id), number }, 0);
    }
    writer.text(END);
  }

  /** Goes on with the last type of the path. */
  #resume(top: number): void {
    const { kinds } = this.#table;
    const id = this.#path[top]!;
    switch (kinds[id]) {
      case KIND.TYPEDEF:
        if (this.#next[top] === 0) {
          this.#next[top] = 1;
          if (this.#enter(this.#table.target(id), id)) return;
        }
        if (this.#isDeclared[id] === 0) this.#typedef(id);
        this.#states[id] = STATE.done;
        this.#depth--;
        break;
      case KIND.FUNC_PROTO:
        this.#params(top, id);
        break;
      default:
        this.#members(top, id);
    }
  }

  #params(top: number, id: number): void {
    const { words, at } = this.#table;
    const container = this.#containers[top]!;
    const position = at[id]!;
    const count = this.#table.vlen(id) + 1;
    const states = this.#states;
    for (let next = this.#next[top]!; next < count; next++) {
      const target = next === 0 ? words[position + 2]! : words[position + HEAD_WORDS + (next - 1) * PARAM_WORDS + 1]!;
      if (states[target] === STATE.done) continue;
      this.#next[top] = next + 1;
      if (this.#enter(target, container)) return;
    }
    this.#depth--;
  }

  #members(top: number, id: number): void {
    const { words, at } = this.#table;
    const outer = this.#containers[top]!;
    const container = this.#table.nameOffset(id) === 0 ? outer : id;
    const first = at[id]! + HEAD_WORDS + 1;
    const vlen = this.#table.vlen(id);
    const states = this.#states;
    for (let next = this.#next[top]!; next < vlen; next++) {
      const target = words[first + next * MEMBER_WORDS]!;
      // Most are: a call for each takes longer than all the rest.
      if (states[target] === STATE.done) continue;
      this.#next[top] = next + 1;
      if (this.#enter(target, container)) return;
    }
    if (outer === 0) {
      this.#declarations.define(id, 0);
      this.#writer.text(END);
      this.#states[id] = STATE.done;
    } else {
      this.#states[id] = STATE.fresh;
    }
    this.#depth--;
  }
}
