import { KIND } from "../../wire/kinds.js";
import { NameCounts } from "./name-counts.js";
import type { TypeTable } from "./type-table.js";

/**
 * Which types share a name. C has one space for tags of structs, unions and enums (libbpf puts INTs there too), and one
 * for typedefs and enumerators; who comes second in one is called `name___2`.
 */
export class UniqueNames {
  readonly #table: TypeTable;
  readonly #tags: NameCounts;
  readonly #identifiers: NameCounts;
  /** By id: 0 for a name that was not asked for yet, 1 for a name as it stands, else the number behind it. */
  readonly #numbers: Uint32Array;

  /** @param expected about how many names of each space there will be */
  constructor(table: TypeTable, expected: number) {
    this.#table = table;
    this.#tags = new NameCounts(table, expected / 2);
    this.#identifiers = new NameCounts(table, expected);
    this.#numbers = new Uint32Array(table.count);
  }

  /** The number behind a tag, 1 for none. */
  tag(id: number): number {
    const known = this.#numbers[id]!;
    return known !== 0 ? known : this.#resolve(id, this.#tags);
  }

  /** The number behind a typedef's name, 1 for none. */
  typedef(id: number): number {
    const known = this.#numbers[id]!;
    return known !== 0 ? known : this.#resolve(id, this.#identifiers);
  }

  /** The number behind an enumerator's name, 1 for none; each call takes the name anew. */
  enumerator(offset: number): number {
    return this.#identifiers.take(offset);
  }

  #resolve(id: number, counts: NameCounts): number {
    const name = this.#table.nameOffset(id);
    if (name === 0) return 1;
    const number = this.#isDeclaration(id) ? 1 : counts.take(name);
    this.#numbers[id] = number;
    return number;
  }

  /** What only declares a tag does not take it. */
  #isDeclaration(id: number): boolean {
    const kind = this.#table.kinds[id];
    return kind === KIND.FWD || (kind === KIND.ENUM && this.#table.vlen(id) === 0);
  }
}
