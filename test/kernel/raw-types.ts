/** BTF by words, as the builder's `addRaw` takes it: anything goes. */
import { btf, encode } from "btfkit";
import type { RawType } from "../../src/builder/writer.js";
import { KIND, packInfo, type KindName } from "../../src/wire/kinds.js";

/** A type as words. */
export function raw(
  kind: KindName,
  rest: Omit<RawType, "info"> & { vlen?: number; kindFlag?: boolean; info?: number } = {},
): RawType {
  const { vlen = 0, kindFlag = false, info = packInfo(KIND[kind], vlen, kindFlag), ...type } = rest;
  return { ...type, info };
}

/** BTF of an INT and the types, from id 2 on. */
export function types(...list: readonly RawType[]): Uint8Array {
  const first = btf().addInt("int", 4, "signed").widen();
  return encode(list.reduce((builder, type) => builder.addRaw(type), first).build({ dangling: true }));
}

export const named = (name: string, kind: KindName = "TYPEDEF"): RawType => raw(kind, { name, sizeOrType: 1 });
export const struct = (size: number, members: readonly number[], kindFlag = false, name = "s"): RawType =>
  raw("STRUCT", { name, vlen: members.length / 3, kindFlag, sizeOrType: size, extra: members });
export const datasec = (size: number, entries: readonly number[], name = ".data"): RawType =>
  raw("DATASEC", { name, vlen: entries.length / 3, sizeOrType: size, extra: entries });
export const variable = (type = 1, linkage = 1): RawType =>
  raw("VAR", { name: "v", sizeOrType: type, extra: [linkage] });
export const array = (element: number, index: number, count: number, third = 0): RawType =>
  raw("ARRAY", { sizeOrType: third, extra: [element, index, count] });
export const int = (size: number, data: number): RawType => raw("INT", { name: "i", sizeOrType: size, extra: [data] });
export const proto = (returned: number, params: readonly number[] = []): RawType =>
  raw("FUNC_PROTO", { sizeOrType: returned, vlen: params.length / 2, extra: params });
export const func = (type: number, linkage: number): RawType =>
  raw("FUNC", { name: "f", vlen: linkage, sizeOrType: type });

/** CONSTs 4 to 38 in a chain, which its end and its middle had resolved before by searches of their own. */
export const LONG_CHAIN: readonly RawType[] = [
  raw("CONST", { sizeOrType: 24 }),
  raw("CONST", { sizeOrType: 14 }),
  ...Array.from({ length: 35 }, (_, i) => raw("CONST", { sizeOrType: i < 34 ? i + 5 : 1 })),
];
