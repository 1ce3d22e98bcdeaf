/** What an operation is measured on. */
export interface OpInput {
  /** The BTF that every row reads: the running kernel's, or the sample. */
  readonly bytes: Uint8Array;
  /** A size, for operations that build. */
  readonly n: number;
}

/** An operation, ready to be repeated in this process. */
export interface Timed {
  /** What comes before each repetition and isn't timed: forgets the last result, makes a fresh graph. */
  readonly reset?: () => void;
  /** What is timed. */
  readonly run: () => void;
  /** A figure of the last result that the peer has to agree on: a count of types or bytes, a sum. */
  readonly check: () => number;
  /** The last result as bytes, where the peer's has to be the same: text, or BTF without its header. */
  readonly output?: () => Uint8Array;
}

/** An operation of this library (or of anything else that Node can call), measured in a process of its own. */
export interface Op {
  readonly name: string;
  prepare(input: OpInput): Timed;
}

/** A whole process that writes a result to stdout; it is started anew for each repetition. */
export interface Program {
  /** Arguments, the program first; the name of a {@link Peer} or `node` is looked up. */
  readonly command: (places: Places) => readonly string[];
}

/** Where the input and the built command lie. */
export interface Places {
  readonly input: string;
  readonly cli: string;
}

/** A program that this library is compared with. */
export type Peer = "libbpf" | "bpftool" | "kernel" | "node" | "itself";

/** How one side of a row is run. */
export type Side =
  | { readonly by: "op"; readonly op: Op; readonly n?: number }
  /** An operation of bench/libbpf.c. `build` makes its own input of `n` types. */
  | { readonly by: "libbpf"; readonly op: string; readonly n?: number; readonly build?: boolean }
  | { readonly by: "program"; readonly program: Program };

/** A promise about a row: the most that a figure may be. */
export interface Target {
  readonly figure:
    | "ratio"
    /** Milliseconds of the best repetition. */
    | "ms"
    /** Megabytes that the first repetition added: to the process at its peak, or to what is held after it. */
    | "grownMb"
    /** Megabytes of the process at its peak beyond the other side's. */
    | "mbMore";
  readonly most: number;
}

/** A comparison. */
export interface Row {
  readonly id: string;
  readonly title: string;
  readonly ours: Side;
  readonly peer?: Peer;
  readonly theirs?: Side;
  readonly targets?: readonly Target[];
  /** Takes seconds a repetition: fewer of them, and none with `--quick`. */
  readonly slow?: boolean;
  /** Steps of ours and theirs, when the ratio is of the time for one. */
  readonly steps?: readonly [ours: number, theirs: number];
  /** False when the two sides do different things, so that there is nothing to agree on. */
  readonly agrees?: boolean;
}
