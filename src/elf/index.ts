export { isElf } from "./headers.js";
export { readElf, type ElfFile, type ElfSection } from "./read-elf.js";
export type { ElfSymbol, ElfSymbolBind, ElfSymbolType, ElfSymbolVisibility } from "./symbols.js";
