/** Values that a C program writes are read by generated TypeScript, and the other way round. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { transformSync } from "esbuild";
import { afterAll, describe, expect, it } from "vitest";
import { decode, type Btf } from "btfkit";
import { readElf } from "btfkit/elf";
import { formatTsView } from "btfkit/text";
import { oracle } from "../oracles.js";
import { strictMessages } from "../text/code/compile.js";
import { PRELUDE, randomStructs, type RandomStruct } from "../text/code/random-structs.js";

const COUNT = 200;

const missing = ["clang-19", "gcc"].map(oracle).find(({ available }) => !available);

const folder = mkdtempSync(join(tmpdir(), "btfkit-view-"));
afterAll(() => rmSync(folder, { recursive: true }));

const structs = randomStructs(COUNT);

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** What clang says of the structs for a target. */
function clangGraph(target: "bpf" | "bpfeb"): Btf {
  const source = `#define RECORD\n#define PACKED __attribute__((packed))\n#define POINTER void *\n${PRELUDE}
    ${structs.map(({ name, source: text }) => `${text}struct ${name} ${name}_var;`).join("\n")}`;
  const object = join(folder, `${target}.o`);
  execFileSync("clang-19", ["-target", target, "-g", "-O2", "-c", write(`${target}.c`, source), "-o", object]);
  return decode(readElf(readFileSync(object)).btf!);
}

/**
 * The C program: for each struct it prints the bytes of the value, and compares what it is given with it. For big endian
 * gcc keeps the scalars of a struct in that order; a pointer it would not, so that it is a number there.
 */
function program(order: "little" | "big", given: readonly string[]): string {
  const attribute = order === "big" ? `scalar_storage_order("big-endian")` : "";
  const functions = structs.map(({ name, source, leaves }) => {
    const fill = leaves.map(([path, value]) => `  s${path} = ${value};`).join("\n");
    const check = leaves.map(([path, value]) => `  if (s${path} != ${value}) return "${path}";`).join("\n");
    return `${source}
      static struct ${name} fill_${name}(void)
      {
        struct ${name} s;
        memset(&s, 0, sizeof(s));
      ${fill.replaceAll(/const /g, "")}
        return s;
      }
      static const char *check_${name}(const unsigned char *bytes)
      {
        struct ${name} s;
        memcpy(&s, bytes, sizeof(s));
      ${check}
        return "same";
      }`;
  });
  const calls = structs.map(({ name }, i) => {
    return `  {
      static const unsigned char given[] = { ${given[i]} };
      struct ${name} value;
      memset(&value, 0, sizeof(value));
      value = fill_${name}();
      if (sizeof(given) - 1 != sizeof(value)) printf("size-%zu ", sizeof(value)); else printf("%s ", check_${name}(given));
      print(&value, sizeof(value));
    }`;
  });
  return `#include <stdio.h>
    #include <string.h>
    #define const
    #define RECORD __attribute__((${attribute}))
    #define PACKED __attribute__((packed${attribute === "" ? "" : `, ${attribute}`}))
    #define POINTER ${order === "big" ? "unsigned long" : "void *"}
    ${PRELUDE}
    #undef const
    static void print(const void *from, unsigned long count)
    {
      for (const unsigned char *byte = from; count--; byte++)
        printf("%02x", *byte);
      printf("\\n");
    }
    #define const
    ${functions.join("\n").replaceAll("static const char *check", "static char *check")}
    #undef const
    int main(void)
    {
    ${calls.join("\n")}
      return 0;
    }`;
}

type View = Readonly<Record<string, unknown>>;
type Reader = (view: DataView, at?: number) => unknown;
type Writer = (view: DataView, value: unknown, at?: number) => void;

/** What the text of a view exports. */
function evaluate(text: string): View {
  const { code } = transformSync(text, { loader: "ts", format: "cjs" });
  const module = { exports: {} as View };
  // oxlint-disable-next-line typescript/no-implied-eval -- the text is what is tested
  new Function("module", "exports", code)(module, module.exports);
  return module.exports;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** The bytes that the view's writer makes of a struct's value, at an odd place between others. */
function written(view: View, { name, value }: RandomStruct): Uint8Array {
  const type = name.toUpperCase();
  const size = view[`${name}Bytes`] as number;
  const around = new Uint8Array(size + 6);
  (view[`write${type}`] as Writer)(new DataView(around.buffer, 1), value, 2);
  expect([...around.subarray(0, 3), ...around.subarray(size + 3)]).toEqual([0, 0, 0, 0, 0, 0]);
  return around.slice(3, size + 3);
}

describe.skipIf(missing !== undefined)(`views of ${COUNT} random structs ${missing?.reason ?? ""}`, () => {
  it.each([
    ["little", "bpf"],
    ["big", "bpfeb"],
  ] as const)("%s endian: what C writes is read, and what is written C reads", (order, target) => {
    const graph = clangGraph(target);
    expect(graph.endian).toBe(order);
    const text = formatTsView(graph, { root: structs.map(({ name }) => `struct ${name}`) });
    expect(strictMessages(new Map([["view.ts", text]]))).toEqual([]);
    const view = evaluate(text);
    const bytes = structs.map((struct) => written(view, struct));
    const given = bytes.map((each) => [...each, 0].join(","));
    const binary = join(folder, order);
    execFileSync("gcc", ["-O0", "-w", "-o", binary, write(`${order}.c`, program(order, given))]);
    const lines = execFileSync(binary, { encoding: "utf8", maxBuffer: 2 ** 26 })
      .trimEnd()
      .split("\n");
    expect(lines).toHaveLength(COUNT);
    for (const [i, struct] of structs.entries()) {
      const { name, source, value } = struct;
      const [verdict, theirs = ""] = lines[i]!.split(" ");
      const shown = [name, source];
      expect([...shown, verdict, hex(bytes[i]!)]).toEqual([...shown, "same", theirs]);
      const read = (view[`read${name.toUpperCase()}`] as Reader)(
        new DataView(Uint8Array.from(Buffer.from(theirs, "hex")).buffer),
      );
      expect(read).toMatchObject(value);
    }
  });
});
