/**
 * The neutral tree: a C type as plain data, without ids, sizes or a symbol table.
 *
 * Two spellings of one type give one tree (`long unsigned` and `unsigned long int`, `int const` and `const int`), and the
 * order of modifiers is the one clang writes into BTF: type tags outside, then const, volatile, restrict.
 */

/** The C base types, each by its one canonical spelling. */
export const BASE_TYPES = [
  "void",
  "_Bool",
  "char",
  "signed char",
  "unsigned char",
  "short",
  "unsigned short",
  "int",
  "unsigned int",
  "long",
  "unsigned long",
  "long long",
  "unsigned long long",
  "__int128",
  "unsigned __int128",
  "_Float16",
  "float",
  "double",
  "long double",
] as const;

/** The canonical spelling of a C base type, such as `"unsigned long"`. */
export type BaseType = (typeof BASE_TYPES)[number];

/** A base type of C. `bool` is `_Bool`. */
export interface BaseTree {
  readonly kind: "base";
  readonly name: BaseType;
}

/** A bare name: a typedef, or whatever else the reader gives names to. */
export interface NameTree {
  readonly kind: "name";
  readonly name: string;
  /** What it stands for, where a reader has scopes; spellings have none. */
  readonly entity?: object;
}

/** `struct name`, `union name` or `enum name`. */
export interface TaggedTree {
  readonly kind: "struct" | "union" | "enum";
  readonly name: string;
  /** What it stands for, where a reader has scopes; spellings have none. */
  readonly entity?: object;
}

/** A pointer to a type, or a type with one qualifier. */
export interface WrapperTree {
  readonly kind: "ptr" | "const" | "volatile" | "restrict";
  readonly to: TypeTree;
}

/** A type with a tag: `__attribute__((btf_type_tag("value")))`. */
export interface TypeTagTree {
  readonly kind: "type_tag";
  readonly value: string;
  readonly to: TypeTree;
}

/** An array; `count` is the number of elements, undefined for `[]`. */
export interface ArrayTree {
  readonly kind: "array";
  readonly of: TypeTree;
  readonly count: number | undefined;
}

/** One parameter of a function; `name` is "" when it has none. */
export interface ParamTree {
  readonly name: string;
  readonly type: TypeTree;
}

/** A function; `variadic` says that `...` follows the parameters. */
export interface FunctionTree {
  readonly kind: "function";
  readonly returns: TypeTree;
  readonly params: readonly ParamTree[];
  readonly variadic: boolean;
}

/** A C type, discriminated by `kind`. */
export type TypeTree = BaseTree | NameTree | TaggedTree | WrapperTree | TypeTagTree | ArrayTree | FunctionTree;

/**
 * Whether two trees are the same type, parameter names included. Works on trees of any depth.
 *
 * @example
 * ```ts
 * const [a, b] = [parseTypeName("unsigned long *"), parseTypeName("long unsigned int*")];
 * a.ok && b.ok && equalTrees(a.type, b.type); // true
 * ```
 */
export function equalTrees(a: TypeTree, b: TypeTree): boolean {
  const pending: [TypeTree, TypeTree][] = [[a, b]];
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const [x, y] = pair;
    if (x === y) continue;
    switch (x.kind) {
      case "base":
      case "name":
      case "struct":
      case "union":
      case "enum":
        if (x.kind !== y.kind || x.name !== y.name) return false;
        break;
      case "ptr":
      case "const":
      case "volatile":
      case "restrict":
        if (x.kind !== y.kind) return false;
        pending.push([x.to, y.to]);
        break;
      case "type_tag":
        if (x.kind !== y.kind || x.value !== y.value) return false;
        pending.push([x.to, y.to]);
        break;
      case "array":
        if (x.kind !== y.kind || x.count !== y.count) return false;
        pending.push([x.of, y.of]);
        break;
      case "function":
        if (x.kind !== y.kind || x.variadic !== y.variadic || x.params.length !== y.params.length) return false;
        pending.push([x.returns, y.returns]);
        for (const [i, param] of x.params.entries()) {
          const other = y.params[i];
          if (other === undefined || param.name !== other.name) return false;
          pending.push([param.type, other.type]);
        }
        break;
    }
  }
  return true;
}
