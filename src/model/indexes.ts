/** What look-ups keep of a segment; each grows with it. The modules named after them make and read them. */

/**
 * Which strings a segment holds: open addressing over one typed array, so that a look-up touches no object and, most
 * often, one line of the cache. Of equal strings the first counts, as in libbpf.
 */
export interface StringIndex {
  /** Pairs of offset in the segment's strings plus 1, or 0 for a free place, and hash. */
  table: Int32Array;
  used: number;
}

/**
 * Which types of a segment have which name. Types of one name form a chain in ascending order, so that the first is
 * the one libbpf finds. Grows with its segment: types are taken in when a look-up first needs them.
 */
export interface NameIndex {
  /** First id of the name, or 0 for a free slot. */
  slots: Uint32Array;
  hashes: Int32Array;
  /** Last id of the name in the slot, where the chain goes on. */
  tails: Uint32Array;
  used: number;
  /** The next id of the same name, by id minus the segment's `firstId`; 0 ends the chain. */
  next: Uint32Array;
  /** Ids below this one are in. */
  endId: number;
}

/** What a type without a name is made of: look-ups compare these. */
export type DerivedKey = string;

/** The first type of a segment for each {@link DerivedKey}; types are taken in when a look-up first needs them. */
export interface DerivedIndex {
  readonly ids: Map<DerivedKey, number[]>;
  /** Ids below this one are in. */
  endId: number;
}
