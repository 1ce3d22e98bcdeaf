import type { BaseType } from "./tree.js";

/** The targets that btfkit knows. */
export type TargetName = "bpf" | "bpfeb" | "x86-64" | "i386" | "arm64" | "arm32";

/** The encoding of an INT; "none" is unsigned. */
export type BaseEncoding = "none" | "signed" | "char" | "bool";

/** A base type on a target. */
export interface BaseLayout {
  readonly kind: "INT" | "FLOAT";
  /** Its name in BTF: clang's, in the models here. */
  readonly btfName: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes, inside a struct. */
  readonly align: number;
  /** "none" for a FLOAT. */
  readonly encoding: BaseEncoding;
}

/** A base type that takes room: all but void. */
export type SizedBaseType = Exclude<BaseType, "void">;

/** Sizes and alignments of C on a target. A plain object, so that any other target can be described too. */
export interface DataModel {
  readonly endian: "little" | "big";
  /** Bytes; pointers are aligned to their size. */
  readonly pointerSize: number;
  /** Bytes of an enum whose values all fit into it, and its alignment; a larger enum is as a long long. */
  readonly enumSize: number;
  /** The base types; one that the target does not have is absent. */
  readonly base: Readonly<Partial<Record<SizedBaseType, BaseLayout>>>;
  /** Bytes that `__attribute__((aligned))` without a number asks for; the strictest of the base types if absent. */
  readonly maxAlign?: number;
  /** Whether bit-fields without a name (of width 0 among them) align the struct, as Arm's rules say; false if absent. */
  readonly unnamedBitFieldsAlign?: boolean;
  /** What `__builtin_va_list` is; `void *` if absent. */
  readonly argumentList?: ArgumentList;
}

/** What a target's variadic functions walk their arguments with: a pointer, or a struct of pointers and integers. */
export type ArgumentList =
  | "char *"
  | {
      readonly name: string;
      /** Whether it is an array of one, which functions take by its address. */
      readonly isArray: boolean;
      readonly members: readonly { readonly name: string; readonly type: "void *" | "int" | "unsigned int" }[];
    };

/** A target by its name, or a model of one's own. */
export type Target = TargetName | DataModel;

/** Where the targets differ; sizes and alignments in bytes. */
interface Traits {
  readonly endian?: "little" | "big";
  readonly pointerSize: 4 | 8;
  readonly charSigned: boolean;
  /** Of long long and double. */
  readonly align64: 4 | 8;
  readonly longDouble: { readonly size: number; readonly align: number };
  readonly int128: boolean;
  readonly float16: boolean;
  readonly unnamedBitFieldsAlign?: boolean;
  readonly maxAlign: 8 | 16;
  readonly argumentList?: ArgumentList;
}

const pointers = (...names: string[]): { name: string; type: "void *" }[] =>
  names.map((name) => ({ name, type: "void *" }));
const ints = <T extends "int" | "unsigned int">(type: T, ...names: string[]): { name: string; type: T }[] =>
  names.map((name) => ({ name, type }));

function layout(
  kind: "INT" | "FLOAT",
  btfName: string,
  size: number,
  align: number,
  encoding: BaseEncoding,
): BaseLayout {
  return { kind, btfName, size, align, encoding };
}

function model(traits: Traits): DataModel {
  const {
    endian = "little",
    pointerSize,
    charSigned,
    align64,
    longDouble,
    maxAlign,
    unnamedBitFieldsAlign = false,
    argumentList,
  } = traits;
  const int = (name: string, size: number, align = size): BaseLayout => layout("INT", name, size, align, "signed");
  const unsigned = (name: string, size: number, align = size): BaseLayout => layout("INT", name, size, align, "none");
  const float = (name: string, size: number, align = size): BaseLayout => layout("FLOAT", name, size, align, "none");
  return {
    endian,
    pointerSize,
    enumSize: 4,
    maxAlign,
    unnamedBitFieldsAlign,
    ...(argumentList !== undefined && { argumentList }),
    base: {
      _Bool: layout("INT", "_Bool", 1, 1, "bool"),
      char: charSigned ? int("char", 1) : unsigned("char", 1),
      "signed char": int("signed char", 1),
      "unsigned char": unsigned("unsigned char", 1),
      short: int("short", 2),
      "unsigned short": unsigned("unsigned short", 2),
      int: int("int", 4),
      "unsigned int": unsigned("unsigned int", 4),
      long: int("long", pointerSize),
      "unsigned long": unsigned("unsigned long", pointerSize),
      "long long": int("long long", 8, align64),
      "unsigned long long": unsigned("unsigned long long", 8, align64),
      ...(traits.int128 && {
        __int128: int("__int128", 16),
        "unsigned __int128": unsigned("unsigned __int128", 16),
      }),
      ...(traits.float16 && { _Float16: float("_Float16", 2) }),
      float: float("float", 4),
      double: float("double", 8, align64),
      "long double": float("long double", longDouble.size, longDouble.align),
    },
  };
}

const BPF: Traits = {
  pointerSize: 8,
  charSigned: true,
  align64: 8,
  longDouble: { size: 8, align: 8 },
  int128: true,
  float16: false,
  maxAlign: 16,
};

/**
 * The data model of each target, as clang has it for `bpf`, `bpfeb`, `x86_64-linux-gnu`, `i686-linux-gnu`,
 * `aarch64-linux-gnu` and `arm-linux-gnueabihf`.
 *
 * @example
 * ```ts
 * DATA_MODELS.i386.base["long long"];
 * // { kind: "INT", btfName: "long long", size: 8, align: 4, encoding: "signed" }
 * ```
 */
export const DATA_MODELS: Readonly<Record<TargetName, DataModel>> = {
  bpf: model(BPF),
  bpfeb: model({ ...BPF, endian: "big" }),
  "x86-64": model({
    ...BPF,
    longDouble: { size: 16, align: 16 },
    float16: true,
    argumentList: {
      name: "__va_list_tag",
      isArray: true,
      members: [...ints("unsigned int", "gp_offset", "fp_offset"), ...pointers("overflow_arg_area", "reg_save_area")],
    },
  }),
  i386: model({
    ...BPF,
    pointerSize: 4,
    align64: 4,
    longDouble: { size: 12, align: 4 },
    int128: false,
    argumentList: "char *",
  }),
  arm64: model({
    ...BPF,
    charSigned: false,
    longDouble: { size: 16, align: 16 },
    float16: true,
    unnamedBitFieldsAlign: true,
    argumentList: {
      name: "__va_list",
      isArray: false,
      members: [...pointers("__stack", "__gr_top", "__vr_top"), ...ints("int", "__gr_offs", "__vr_offs")],
    },
  }),
  arm32: model({
    ...BPF,
    pointerSize: 4,
    charSigned: false,
    int128: false,
    float16: true,
    maxAlign: 8,
    unnamedBitFieldsAlign: true,
    argumentList: { name: "__va_list", isArray: false, members: pointers("__ap") },
  }),
};

/**
 * The data model of a target; a model is its own. Throws a RangeError for a name that is none of the targets.
 *
 * @example
 * ```ts
 * dataModel("arm32").pointerSize; // 4
 * ```
 */
export function dataModel(target: Target): DataModel {
  if (typeof target !== "string") return target;
  if (Object.hasOwn(DATA_MODELS, target)) return DATA_MODELS[target];
  throw new RangeError(`no target is called "${target as string}": there are ${Object.keys(DATA_MODELS).join(", ")}`);
}
