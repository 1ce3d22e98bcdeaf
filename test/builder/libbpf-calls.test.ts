import { readFileSync } from "node:fs";
import { btf, BtfError, defineBtf, encode, type Btf } from "btfkit";
import { describe, expect, test } from "vitest";

type Args = Readonly<Record<string, string | number | boolean | null>>;

interface Step {
  readonly call?: string;
  readonly btf?: string;
  readonly args?: Args;
  readonly ret?: number;
  readonly ret_btf?: string;
  readonly repeat?: number;
  readonly what?: string;
}

interface Recorded {
  readonly id: number;
  readonly group: string;
  readonly note: string;
  readonly call: string;
  readonly args: Args;
  readonly ret: number;
  readonly errno: string;
  readonly setup: readonly Step[];
  readonly blob_after?: string;
  readonly type_cnt_after?: number;
}

const recorded = JSON.parse(readFileSync(new URL("../vectors/libbpf-1.8-calls.json", import.meta.url), "utf8")) as {
  readonly tests: readonly Recorded[];
};

/** Rows that do not agree on purpose, or that are no call of a builder. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  btf__dedup: "dedup comes with the transforms",
  btf__set_pointer_size: "the pointer size is an option of btf(), as a target or data model",
  btf__set_endianness: "the byte order is an option of btf() and of encode()",
};

/** Where libbpf corrupts what was added before, we refuse. */
const REFUSED_HERE: Readonly<Record<number, string>> = {
  360: "libbpf turns the earlier member's offset of 2^24 bits into offset 0 of a bit-field of 1 bit",
};

/** Recorded names are bytes, one character a byte; a name that is null is an absent one. */
function text(value: Args[string] | undefined): string {
  return value === null || value === undefined ? "" : Buffer.from(String(value), "latin1").toString("utf8");
}

function number(value: Args[string] | undefined): number {
  return Number(value);
}

/** 64-bit values beyond 2^53 are recorded as decimal strings. */
function integer(value: Args[string] | undefined): number | bigint {
  return typeof value === "string" ? BigInt(value) : Number(value);
}

/** The libbpf calls, each as the arguments of the builder's method. */
const METHODS: Readonly<Record<string, (a: Args) => [method: string, ...args: unknown[]]>> = {
  btf__add_str: (a) => ["addString", text(a["s"])],
  btf__add_int: (a) => ["addInt", text(a["name"]), number(a["byte_sz"]), number(a["encoding"])],
  btf__add_float: (a) => ["addFloat", text(a["name"]), number(a["byte_sz"])],
  btf__add_ptr: (a) => ["addPtr", number(a["ref_type_id"])],
  btf__add_const: (a) => ["addConst", number(a["ref_type_id"])],
  btf__add_volatile: (a) => ["addVolatile", number(a["ref_type_id"])],
  btf__add_restrict: (a) => ["addRestrict", number(a["ref_type_id"])],
  btf__add_typedef: (a) => ["addTypedef", text(a["name"]), number(a["ref_type_id"])],
  btf__add_type_tag: (a) => ["addTypeTag", text(a["value"]), number(a["ref_type_id"])],
  btf__add_type_attr: (a) => ["addTypeAttr", text(a["value"]), number(a["ref_type_id"])],
  btf__add_array: (a) => ["addArray", number(a["index_type_id"]), number(a["elem_type_id"]), number(a["nr_elems"])],
  btf__add_struct: (a) => ["addStruct", text(a["name"]), number(a["sz"])],
  btf__add_union: (a) => ["addUnion", text(a["name"]), number(a["sz"])],
  btf__add_field: (a) => [
    "addField",
    text(a["name"]),
    number(a["field_type_id"]),
    number(a["bit_offset"]),
    number(a["bit_size"]),
  ],
  btf__add_enum: (a) => ["addEnum", text(a["name"]), number(a["bytes_sz"])],
  btf__add_enum_value: (a) => ["addEnumValue", text(a["name"]), integer(a["value"])],
  btf__add_enum64: (a) => ["addEnum64", text(a["name"]), number(a["bytes_sz"]), a["is_signed"]],
  btf__add_enum64_value: (a) => ["addEnum64Value", text(a["name"]), integer(a["value"])],
  btf__add_fwd: (a) => ["addFwd", text(a["name"]), number(a["fwd_kind"])],
  btf__add_func: (a) => ["addFunc", text(a["name"]), number(a["linkage"]), number(a["proto_type_id"])],
  btf__add_func_proto: (a) => ["addFuncProto", number(a["ret_type_id"])],
  btf__add_func_param: (a) => ["addFuncParam", text(a["name"]), number(a["type_id"])],
  btf__add_var: (a) => ["addVar", text(a["name"]), number(a["linkage"]), number(a["type_id"])],
  btf__add_datasec: (a) => ["addDatasec", text(a["name"]), number(a["byte_sz"])],
  btf__add_datasec_var_info: (a) => [
    "addDatasecVarInfo",
    number(a["var_type_id"]),
    number(a["offset"]),
    number(a["byte_sz"]),
  ],
  btf__add_decl_tag: (a) => ["addDeclTag", text(a["value"]), number(a["ref_type_id"]), number(a["component_idx"])],
  btf__add_decl_attr: (a) => ["addDeclAttr", text(a["value"]), number(a["ref_type_id"]), number(a["component_idx"])],
};

/** One form of the builder, as the recorded calls need it. */
interface Form {
  start(base: Btf | undefined): Form;
  /** Makes a call and gives its return value, as libbpf would. */
  call(method: string, args: unknown[]): number;
  graph(): Btf;
}

type Method = (...args: unknown[]) => unknown;

class ChainForm implements Form {
  value;

  constructor(base?: Btf) {
    this.value = btf(base === undefined ? {} : { base }).widen();
  }

  start(base: Btf | undefined): Form {
    return new ChainForm(base);
  }

  call(method: string, args: unknown[]): number {
    const before = this.value;
    const count = before.build({ dangling: true }).typeCount;
    const methods = before as unknown as Record<string, Method>;
    this.value = methods[method]!.apply(before, args) as typeof before;
    if (method === "addString") return this.graph().findString(args[0] as string) ?? -1;
    const added = this.graph().typeCount > count;
    return method === "addBtf" ? count : added ? this.value.lastId : 0;
  }

  graph(): Btf {
    return this.value.build({ dangling: true });
  }
}

/** A recipe can't be looked at before its end: every step replays the calls before it. */
class RecipeForm implements Form {
  readonly #steps: [method: string, args: unknown[]][] = [];
  readonly #base: Btf | undefined;

  constructor(base?: Btf) {
    this.#base = base;
  }

  start(base: Btf | undefined): Form {
    return new RecipeForm(base);
  }

  #run(last?: (methods: Record<string, Method>) => void): Btf {
    return defineBtf(
      (b) => {
        const methods = b as unknown as Record<string, Method>;
        for (const [method, args] of this.#steps) methods[method]!.apply(b, args);
        last?.(methods);
      },
      this.#base === undefined ? { dangling: true } : { base: this.#base, dangling: true },
    );
  }

  call(method: string, args: unknown[]): number {
    let result: unknown;
    this.#run((methods) => {
      result = methods[method]!.apply(methods, args);
    });
    this.#steps.push([method, args]);
    return Number(result ?? 0);
  }

  graph(): Btf {
    return this.#run();
  }
}

function run(row: Recorded, form: Form): { ret: number; errno: string; graph: Btf } {
  const forms = new Map<string, Form>([["b1", form]]);
  const step = (call: string, args: Args, target: Form): number => {
    if (call === "btf__find_str") {
      const offset = target.graph().findString(text(args["s"]));
      if (offset !== undefined) return offset;
      throw new BtfError("not found", { code: "ENOENT", rule: "find-str" });
    }
    if (call === "btf__add_btf") return target.call("addBtf", [forms.get(String(args["src_btf"]))!.graph()]);
    if (call === "btf__add_type") {
      return target.call("addType", [forms.get(String(args["src_btf"]))!.graph(), number(args["src_type_id"])]);
    }
    const [method, ...rest] = METHODS[call]!(args);
    return target.call(method, rest);
  };
  for (const { call, args = {}, btf: target = "b1", ret_btf: made } of row.setup) {
    if (made !== undefined) {
      const base = args["base_btf"];
      forms.set(made, form.start(typeof base === "string" ? forms.get(base)!.graph() : undefined));
      continue;
    }
    try {
      step(call!, args, forms.get(target)!);
    } catch (error) {
      if (!(error instanceof BtfError)) throw error;
    }
  }
  try {
    return { ret: step(row.call, row.args, form), errno: "", graph: form.graph() };
  } catch (error) {
    if (!(error instanceof BtfError)) throw error;
    return { ret: -1, errno: error.code, graph: form.graph() };
  }
}

/** Types and strings of a recorded blob, whose header is 32 bytes. */
function sections(blob: Uint8Array): { types: Uint8Array; strings: Uint8Array } {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const at = view.getUint32(4, true);
  const part = (field: number): Uint8Array => {
    const start = at + view.getUint32(field, true);
    return blob.subarray(start, start + view.getUint32(field + 4, true));
  };
  return { types: part(8), strings: part(16) };
}

const rows = recorded.tests.filter((row) => EXCEPTIONS[row.call] === undefined && row.setup.every((s) => s.call));

test("all recorded calls are here, but for those that are no call of the builder", () => {
  const excepted = recorded.tests.filter((row) => EXCEPTIONS[row.call] !== undefined);
  expect(recorded.tests).toHaveLength(310);
  expect(excepted).toHaveLength(9);
  expect(recorded.tests.filter((row) => row.setup.some((s) => EXCEPTIONS[s.call ?? ""])).map((row) => row.id)).toEqual([
    602,
  ]);
  expect(rows.length).toBe(310 - 9 - 1);
});

describe.each([
  ["chain", () => new ChainForm() as Form],
  ["recipe", () => new RecipeForm() as Form],
])("the %s answers as libbpf 1.8", (_, start) => {
  test.each(
    rows.filter((row) => row.group !== "set_endianness").map((row) => [`${row.id} ${row.group}: ${row.note}`, row]),
  )("%s", (_name, row) => {
    const { ret, errno, graph } = run(row, start());
    if (REFUSED_HERE[row.id] !== undefined) {
      expect(errno).toBe("EINVAL");
      return;
    }
    expect(errno).toBe(row.errno);
    if (row.ret >= 0) expect(ret).toBe(row.ret);
    if (row.type_cnt_after !== undefined) expect(graph.typeCount).toBe(row.type_cnt_after);
    if (row.blob_after === undefined) return;
    const blob = Buffer.from(row.blob_after, "base64");
    const header = blob.readUInt32LE(4) === 32 ? 32 : 24;
    const ours = sections(encode(graph, { header }));
    expect(ours.types).toEqual(new Uint8Array(sections(blob).types));
    expect(ours.strings).toEqual(new Uint8Array(sections(blob).strings));
    expect(encode(graph, { header })).toEqual(new Uint8Array(blob));
  });
});
