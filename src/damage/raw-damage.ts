/** A new value, or what becomes of the value that is there: `(length) => length + 4`. */
export type Change = number | ((value: number) => number);

/**
 * Fields of the header, by the names of `struct btf_header`; `magic` has 16 bits, `version` and `flags` 8, the others
 * 32. Nothing moves with them: a `strOff` of another value points somewhere else.
 */
export interface HeaderDamage {
  readonly magic?: Change;
  readonly version?: Change;
  readonly flags?: Change;
  readonly hdrLen?: Change;
  readonly typeOff?: Change;
  readonly typeLen?: Change;
  readonly strOff?: Change;
  readonly strLen?: Change;
  /** Of the header of 32 bytes. */
  readonly layoutOff?: Change;
  readonly layoutLen?: Change;
}

/** Parts of one type, by the names of `struct btf_type`. Its length stays as it is: nothing moves. */
export interface TypeDamage {
  readonly nameOff?: Change;
  /** The whole second word; `kind`, `vlen` and `kindFlag` are parts of it and come after it. */
  readonly info?: Change;
  /** Bits 24 to 30 of `info`. */
  readonly kind?: Change;
  /** Bits 0 to 23 of `info`. */
  readonly vlen?: Change;
  /** Bit 31 of `info`. */
  readonly kindFlag?: boolean;
  /** The third word. */
  readonly sizeOrType?: Change;
  /** Any word by its place: 0 is the name, 3 the first after `sizeOrType`. */
  readonly words?: Readonly<Record<number, Change>>;
}

/** A part of the data that lies behind the header. */
export type SectionName = "types" | "layout" | "strings";

/** How the data is put together anew; the header says it as it is. */
export interface SectionsDamage {
  /** Bytes of the header; those beyond what is known are 0. 24 unless a layout section is given. */
  readonly headerBytes?: number;
  /** What comes after what; types, layout, strings unless given. */
  readonly order?: readonly SectionName[];
  /** Bytes of 0 before a section. */
  readonly gaps?: Partial<Readonly<Record<SectionName, number>>>;
  /** Bytes of 0 behind the last section. */
  readonly trailing?: number;
  /** The layout section's bytes. */
  readonly layout?: Uint8Array;
  /** Everything in the other byte order. */
  readonly swapped?: boolean;
}

/**
 * Damage by hand: any bit of a BTF, and nothing beside it. The parts are applied in the order in which they stand here.
 */
export interface RawDamage {
  /** Puts the data together anew: gaps, order, a longer header. Without it everything stays in its place. */
  readonly sections?: SectionsDamage;
  /** Types by id. */
  readonly types?: Readonly<Record<number, TypeDamage>>;
  /** Every reference to the one id leads to the other: `{ 3: 99 }`. */
  readonly ids?: Readonly<Record<number, number>>;
  /** The string section by name offset: a byte, or a text that is written over what is there, without a NUL. */
  readonly strings?: Readonly<Record<number, number | string>>;
  readonly header?: HeaderDamage;
  /** Any bytes by their offset from the start. */
  readonly bytes?: Readonly<Record<number, Change>>;
  /** Bytes of the whole: it is cut, or zeros are added. */
  readonly byteLength?: Change;
}
