import type { EnumEntity, NameEntity, RecordEntity } from "./entities.js";

/** A block's names and tags. Only the few that declare some get maps. */
interface Scope {
  readonly names: Map<string, NameEntity>;
  readonly tags: Map<string, RecordEntity | EnumEntity>;
}

/** What names and tags stand for, block by block; the file is the outermost. */
export class Scopes {
  readonly #scopes: Scope[] = [{ names: new Map(), tags: new Map() }];

  get depth(): number {
    return this.#scopes.length;
  }

  push(): void {
    this.#scopes.push({ names: new Map(), tags: new Map() });
  }

  /** Leaves blocks until so many are left. */
  popTo(depth: number): void {
    this.#scopes.length = depth;
  }

  name(name: string): NameEntity | undefined {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const found = this.#scopes[i]!.names.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  tag(name: string): RecordEntity | EnumEntity | undefined {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const found = this.#scopes[i]!.tags.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** What a name stands for in the innermost block alone. */
  ownName(name: string): NameEntity | undefined {
    return this.#scopes.at(-1)!.names.get(name);
  }

  ownTag(name: string): RecordEntity | EnumEntity | undefined {
    return this.#scopes.at(-1)!.tags.get(name);
  }

  fileName(name: string): NameEntity | undefined {
    return this.#scopes[0]!.names.get(name);
  }

  setName(name: string, entity: NameEntity): void {
    this.#scopes.at(-1)!.names.set(name, entity);
  }

  setFileName(name: string, entity: NameEntity): void {
    this.#scopes[0]!.names.set(name, entity);
  }

  setTag(name: string, entity: RecordEntity | EnumEntity): void {
    this.#scopes.at(-1)!.tags.set(name, entity);
  }

  /** Every name that is visible, for suggestions. */
  *names(): IterableIterator<[string, NameEntity]> {
    for (const { names } of this.#scopes) yield* names;
  }

  /** Every tag that is visible, for suggestions. */
  *tags(): IterableIterator<[string, RecordEntity | EnumEntity]> {
    for (const { tags } of this.#scopes) yield* tags;
  }
}
