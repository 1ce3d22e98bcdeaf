/**
 * The synthetic types of bench/libbpf.c, the same ids, names and words: of every ten types one INT, two PTR, one ARRAY,
 * two STRUCT of six members, one ENUM of four values, one TYPEDEF, one FUNC_PROTO of three parameters and one FUNC.
 */
import { btf, defineBtf, type Btf, type BtfBuilder } from "btfkit";

const FIELD_POOL = 997;
const FIELD_OFFSETS = [0, 64, 128, 192, 704, 736] as const;
const PARAMS = ["arg0", "arg1", "arg2"] as const;

/** Calls on a builder for ten types. */
export const STEPS_PER_TEN = 29;

interface GroupNames {
  readonly int: string;
  readonly structs: readonly [string, string];
  readonly enum: string;
  readonly values: readonly string[];
  readonly typedef: string;
  readonly func: string;
}

/** Names are formatted before the clock starts, so that only calls are timed. */
export interface SyntheticNames {
  readonly groups: readonly GroupNames[];
  readonly fields: readonly (readonly string[])[];
}

/** A string as most programs have them, in one piece: a template's result is a rope until somebody reads it. */
function flat(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

export function syntheticNames(n: number): SyntheticNames {
  const groups = Array.from({ length: Math.floor(n / 10) }, (_, g) => ({
    int: flat(`int_${g}`),
    structs: [flat(`struct_a_${g}`), flat(`struct_b_${g}`)] as const,
    enum: flat(`enum_${g}`),
    values: [0, 1, 2, 3].map((k) => flat(`ENUM_${g}_V${k}`)),
    typedef: flat(`td_${g}`),
    func: flat(`func_${g}`),
  }));
  const fields = Array.from({ length: FIELD_POOL }, (_, g) => {
    return FIELD_OFFSETS.map((_offset, j) => flat(`field${j}_${g}`));
  });
  return { groups, fields };
}

/** The types as a recipe. */
export function buildAsRecipe({ groups, fields }: SyntheticNames): Btf {
  return defineBtf((b) => {
    for (let g = 0; g < groups.length; g++) {
      const names = groups[g]!;
      const int = b.addInt(names.int, 4, "signed");
      b.addPtr(int + 4);
      b.addPtr(int);
      b.addArray(int, int, 16);
      for (let s = 0; s < 2; s++) {
        b.addStruct(names.structs[s as 0 | 1], 96);
        const pool = fields[(g + s) % FIELD_POOL]!;
        b.addField(pool[0]!, int, 0);
        b.addField(pool[1]!, int + 1, 64);
        b.addField(pool[2]!, int + 2, 128);
        b.addField(pool[3]!, int + 3, 192);
        b.addField(pool[4]!, int + 6, 704);
        b.addField(pool[5]!, int + 7, 736);
      }
      b.addEnum(names.enum, 4);
      for (let k = 0; k < 4; k++) b.addEnumValue(names.values[k]!, k);
      b.addTypedef(names.typedef, int + 4);
      b.addFuncProto(int);
      for (let k = 0; k < 3; k++) b.addFuncParam(PARAMS[k]!, int + 1 + (k & 1));
      b.addFunc(names.func, "global", int + 8);
    }
  });
}

/** The types as a chain, each step a value of its own. */
export function buildAsChain({ groups, fields }: SyntheticNames): Btf {
  let b: BtfBuilder = btf();
  for (let g = 0; g < groups.length; g++) {
    const names = groups[g]!;
    const int = g * 10 + 1;
    b = b
      .addInt(names.int, 4, "signed")
      .addPtr(int + 4)
      .addPtr(int)
      .addArray(int, int, 16);
    for (let s = 0; s < 2; s++) {
      const pool = fields[(g + s) % FIELD_POOL]!;
      b = b
        .addStruct(names.structs[s as 0 | 1], 96)
        .addField(pool[0]!, int, 0)
        .addField(pool[1]!, int + 1, 64)
        .addField(pool[2]!, int + 2, 128)
        .addField(pool[3]!, int + 3, 192)
        .addField(pool[4]!, int + 6, 704)
        .addField(pool[5]!, int + 7, 736);
    }
    b = b.addEnum(names.enum, 4);
    for (let k = 0; k < 4; k++) b = b.addEnumValue(names.values[k]!, k);
    b = b.addTypedef(names.typedef, int + 4).addFuncProto(int);
    for (let k = 0; k < 3; k++) b = b.addFuncParam(PARAMS[k]!, int + 1 + (k & 1));
    b = b.addFunc(names.func, "global", int + 8);
  }
  return b.build();
}
