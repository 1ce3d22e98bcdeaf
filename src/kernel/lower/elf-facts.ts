/** A section of an object file, as `readElf` gives it. */
export interface LowerSection {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/** A symbol of an object file, as `readElf` gives it. */
export interface LowerSymbol {
  readonly name: string;
  /** The name of its section; null when it is undefined, as an extern is. */
  readonly section: string | null;
  readonly value: number | bigint;
  readonly type: string | number;
  readonly bind: string | number;
  readonly visibility: string;
}

/** What is known of the object file that a graph comes from. */
export interface ElfFacts {
  readonly sections: readonly LowerSection[] | undefined;
  readonly symbols: readonly LowerSymbol[] | undefined;
}

const isShared = ({ bind }: LowerSymbol): boolean => bind === "global" || bind === "weak";

/** Symbols that libbpf takes for externs, by name: undefined, shared, of no type. */
export function externSymbols(symbols: readonly LowerSymbol[]): ReadonlySet<string> {
  return new Set(
    symbols
      .filter((symbol) => symbol.section === null && symbol.type === "notype" && isShared(symbol) && symbol.name !== "")
      .map(({ name }) => name),
  );
}

/** Symbols that libbpf looks up for a VAR of a DATASEC, by name; of several the first. */
export function objectSymbols(symbols: readonly LowerSymbol[]): ReadonlyMap<string, LowerSymbol> {
  const found = new Map<string, LowerSymbol>();
  for (const symbol of symbols) {
    if (symbol.type === "object" && isShared(symbol) && !found.has(symbol.name)) found.set(symbol.name, symbol);
  }
  return found;
}
