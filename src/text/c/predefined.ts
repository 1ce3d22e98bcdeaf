import type { BaseType, DataModel } from "../../spelling/index.js";
import { toInteger, type Integer } from "./literals.js";

/**
 * What compilers define before they read a file: the names of types by what they are for, and their sizes. Text that no
 * preprocessor has seen can have them.
 */

/** Whether long and pointers have 8 bytes or 4. */
type Widths = "LP64" | "ILP32";

const TYPES: Readonly<Record<string, readonly [lp64: BaseType, ilp32: BaseType]>> = {
  __SIZE_TYPE__: ["unsigned long", "unsigned int"],
  __PTRDIFF_TYPE__: ["long", "int"],
  __INTPTR_TYPE__: ["long", "int"],
  __UINTPTR_TYPE__: ["unsigned long", "unsigned int"],
  __INTMAX_TYPE__: ["long", "long long"],
  __UINTMAX_TYPE__: ["unsigned long", "unsigned long long"],
  __WCHAR_TYPE__: ["int", "int"],
  __WINT_TYPE__: ["unsigned int", "unsigned int"],
  __CHAR16_TYPE__: ["unsigned short", "unsigned short"],
  __CHAR32_TYPE__: ["unsigned int", "unsigned int"],
  __INT8_TYPE__: ["signed char", "signed char"],
  __INT16_TYPE__: ["short", "short"],
  __INT32_TYPE__: ["int", "int"],
  __INT64_TYPE__: ["long", "long long"],
  __UINT8_TYPE__: ["unsigned char", "unsigned char"],
  __UINT16_TYPE__: ["unsigned short", "unsigned short"],
  __UINT32_TYPE__: ["unsigned int", "unsigned int"],
  __UINT64_TYPE__: ["unsigned long", "unsigned long long"],
};

/** The base type that a predefined name stands for. */
export function predefinedType(name: string, { pointerSize }: DataModel): BaseType | undefined {
  return Object.hasOwn(TYPES, name) ? TYPES[name]![pointerSize === 8 ? 0 : 1] : undefined;
}

const BITS = { CHAR: 8, SCHAR: 8, SHRT: 16, INT: 32, LONG_LONG: 64 } as const;
const BYTES = { SHORT: 2, INT: 4, LONG_LONG: 8, INT128: 16, FLOAT: 4, DOUBLE: 8 } as const;

/** The number that a predefined name stands for. */
export function predefinedConstant(name: string, widths: Widths): Integer | undefined {
  if (!name.startsWith("__")) return undefined;
  const long = widths === "LP64" ? 8 : 4;
  if (name === "__CHAR_BIT__") return toInteger(8n, 32, false);
  const bytes = /^__SIZEOF_(\w+)__$/.exec(name)?.[1];
  if (bytes !== undefined) {
    const size = ["LONG", "POINTER", "SIZE_T", "PTRDIFF_T"].includes(bytes)
      ? long
      : (BYTES as Readonly<Record<string, number>>)[bytes];
    return size === undefined ? undefined : toInteger(BigInt(size), 32, false);
  }
  const most = /^__(\w+)_MAX__$/.exec(name)?.[1];
  if (most === undefined) return undefined;
  const bits = most === "LONG" ? long * 8 : (BITS as Readonly<Record<string, number>>)[most];
  return bits === undefined ? undefined : toInteger((1n << BigInt(bits - 1)) - 1n, Math.max(bits, 32), false);
}
