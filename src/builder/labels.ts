/** So many tables may stand on one another before they are copied into one. */
const DEEPEST = 16;

/**
 * The labels of one line of builder values: a table that only grows. A value sees the first `count` entries of its
 * table, and those that the table it branched off showed.
 */
export class Labels {
  readonly #own = new Map<string, { readonly id: number; readonly ordinal: number }>();
  readonly #parent: { readonly labels: Labels; readonly count: number } | undefined;
  readonly #depth: number;
  /** True for a table that begins with copies of others' entries, which every value sees. */
  readonly #isCopy: boolean = false;

  /** A table on the first `count` entries of another. */
  constructor(from?: { readonly labels: Labels; readonly count: number }) {
    // A table that shows nothing of its own is not worth a step.
    const parent = from?.count === 0 && !from.labels.#isCopy ? from.labels.#parent : from;
    const depth = parent === undefined ? 0 : parent.labels.#depth + 1;
    if (parent === undefined || depth <= DEEPEST) {
      this.#parent = parent;
      this.#depth = depth;
      return;
    }
    this.#depth = 0;
    this.#isCopy = true;
    for (const [label, id] of parent.labels.entries(parent.count)) this.#own.set(label, { id, ordinal: -1 });
  }

  /** The id of a label among those that the first `count` entries show. */
  get(label: string, count: number): number | undefined {
    const own = this.#own.get(label);
    if (own !== undefined && own.ordinal < count) return own.id;
    return this.#parent?.labels.get(label, this.#parent.count);
  }

  /** Enters a label as number `count`; one that was entered by a value that came to nothing is replaced. */
  set(label: string, id: number, count: number): void {
    this.#own.set(label, { id, ordinal: count });
  }

  /** All labels with their ids among the first `count` entries, oldest tables first. */
  entries(count: number): [label: string, id: number][] {
    const visible = this.#parent?.labels.entries(this.#parent.count) ?? [];
    for (const [label, { id, ordinal }] of this.#own) if (ordinal < count) visible.push([label, id]);
    return visible;
  }
}
