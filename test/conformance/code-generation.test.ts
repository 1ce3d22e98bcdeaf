/** Generated programs, compiled and run: they give the bytes of the graph that they were made of. */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, describe, expect, it } from "vitest";
import { encode, isBtfError, type Btf } from "btfkit";
import { formatBytes, formatCilium, formatLibbpf, formatSelftest, formatTypeScript } from "btfkit/text";
import { oracle } from "../oracles.js";
import { calledGraphs, corpusGraphs, plainGraphs, randomGraphs, type NamedGraph } from "../text/code/graphs.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "btfkit-code-"));
afterAll(() => rmSync(folder, { recursive: true }));

const groups: Readonly<Record<string, readonly NamedGraph[]>> = {
  random: randomGraphs(),
  plain: plainGraphs(),
  called: calledGraphs(),
  corpus: corpusGraphs(),
};

interface Program extends NamedGraph {
  readonly code: string;
}

/** How many graphs of each group a target says, and how many it refuses. */
type Counts = Record<string, { said: number; refused: number }>;

/** What a target makes of all graphs; what it refuses it has to refuse properly. */
function generate(format: (graph: Btf, name: string) => string, names = Object.keys(groups)) {
  const programs: Program[] = [];
  const counts: Counts = {};
  const refusals: string[] = [];
  for (const group of names) {
    const count = (counts[group] = { said: 0, refused: 0 });
    for (const { name, graph } of groups[group]!) {
      try {
        programs.push({ name, graph, code: format(graph, name) });
        count.said++;
      } catch (error) {
        if (!isBtfError(error)) throw error;
        expect([error.code, error.rule]).toEqual(["EOPNOTSUPP", "not-expressible"]);
        refusals.push(error.message);
        count.refused++;
      }
    }
  }
  return { programs, counts, refusals };
}

/** Clang's programs are modules of their own; the others are functions of one, which is read faster. */
const isModule = ({ name }: Program): boolean => name.startsWith("corpus");

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** Checks lines of hexadecimal, one a program. */
function checkBytes(programs: readonly Program[], output: string, wanted = (graph: Btf) => encode(graph)): void {
  const lines = output.trimEnd().split("\n");
  expect(lines).toHaveLength(programs.length);
  for (const [i, { name, graph, code }] of programs.entries()) {
    if (lines[i] !== hex(wanted(graph))) expect([name, lines[i], code]).toEqual([name, hex(wanted(graph)), code]);
  }
}

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function run(command: string, args: readonly string[], cwd = folder, env = {}): string {
  const done = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    timeout: 100_000,
    env: { ...process.env, ...env },
  });
  if (done.status !== 0) throw new Error(`${command}: ${done.error?.message ?? done.stderr.slice(0, 4000)}`);
  return done.stdout;
}

/** Compiles a C program and runs it. */
function runC(name: string, source: string, ...options: string[]): string {
  const program = join(folder, name);
  run("gcc", ["-O0", "-Wall", "-Werror", "-Wno-trigraphs", "-o", program, write(`${name}.c`, source), ...options]);
  return run(program, []);
}

const reasonOf = (...names: readonly string[]): string => {
  const absent = names.map(oracle).find(({ available }) => !available);
  return absent === undefined ? "" : ` (skipped: ${absent.reason})`;
};

const figures: Record<string, Counts> = {};
afterAll(() => {
  if (process.env["BTFKIT_FIGURES"] === "1") console.log(JSON.stringify(figures, null, 1));
});

describe("TypeScript", () => {
  it.each(["fluent", "recipe"] as const)("%s programs", (form) => {
    const { programs, counts, refusals } = generate((graph) => formatTypeScript(graph, { form }));
    figures[`ts ${form}`] = counts;
    // Strings once each and sections side by side are all that a program needs.
    expect(counts["plain"]!.refused + counts["called"]!.refused + counts["corpus"]!.refused).toBe(0);
    for (const message of refusals) expect(message).toMatch(/string section cannot be written by calls|its header of/);
    mkdirSync(join(folder, form));
    for (const program of programs.filter(isModule)) write(`${form}/${program.name}.ts`, program.code);
    const functions = programs.map((program) => {
      const { name, code } = program;
      if (isModule(program)) return `${name}: () => import("./${form}/${name}.ts"),`;
      const body = code.replace(/^import .*\n/, "").replaceAll(/^export /gm, "");
      const exports = body.includes("const bytes =") ? "{ graph, bytes }" : "{ graph }";
      return `${name}: () => {\n${body}\nreturn ${exports};\n},`;
    });
    const main = `import { btf, defineBtf, encode, type Btf, type BtfRecipe } from "btfkit";
      const programs: Record<string, () => unknown> = {\n${functions.join("\n")}\n};
      async function main(): Promise<void> {
        for (const program of Object.values(programs)) {
          const { graph, bytes = encode(graph) } = (await program()) as { graph: Btf; bytes?: Uint8Array };
          console.log(Buffer.from(bytes).toString("hex"));
        }
      }
      void main();`;
    const tsx = join(root, "node_modules/.bin/tsx");
    checkBytes(programs, run(tsx, ["--tsconfig", join(root, "tsconfig.json"), write(`${form}.ts`, main)]));
  });
});

describe.skipIf(reasonOf("gcc") !== "")(`C${reasonOf("gcc")}`, () => {
  it("selftests' macros", () => {
    const { programs, counts, refusals } = generate((graph, name) => formatSelftest(graph, { descr: name }));
    figures["selftest"] = counts;
    expect(counts["called"]!.said).toBeGreaterThan(100);
    for (const message of refusals) {
      expect(message).toMatch(/big endian|its header|the test program takes for|raw_types has room for 1023/);
    }
    copyFileSync(new URL("../text/code/selftest.h", import.meta.url), join(folder, "selftest.h"));
    const source = `#include "selftest.h"
      static const struct raw_test tests[] = {
      ${programs.map(({ code }) => code).join("")}
      };
      int main(void)
      {
        for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++)
          print_test(&tests[i]);
        return 0;
      }`;
    checkBytes(programs, runC("selftest", source));
  });

  it("libbpf's calls", () => {
    const { programs, counts, refusals } = generate((graph, name) => formatLibbpf(graph, { name: `make_${name}` }));
    figures["libbpf"] = counts;
    expect(counts["called"]!.refused).toBe(0);
    expect(counts["corpus"]!.refused).toBe(0);
    for (const message of refusals)
      expect(message).toMatch(/^libbpf: (type \[\d+\] [A-Z0-9_]+ '|the string section|its header)/);
    const bodies = programs.map(({ code }) => code.slice(code.indexOf("struct btf *make_")));
    const prelude = programs[0]!.code.slice(0, programs[0]!.code.indexOf("struct btf *make_"));
    const calls = programs.map(({ name }) => `print(make_${name}());`).join("\n");
    const source = `${prelude}
      static void print(struct btf *btf)
      {
        unsigned int size;
        const unsigned char *bytes = btf__raw_data(btf, &size);
        for (unsigned int i = 0; i < size; i++)
          printf("%02x", bytes[i]);
        printf("\\n");
        btf__free(btf);
      }
      ${bodies.join("\n")}
      int main(void)
      {
        ${calls}
        return 0;
      }`;
    // Debian's libbpf writes 24 bytes of header.
    checkBytes(programs, runC("libbpf", source, "-lbpf", "-lelf", "-lz"), (graph) => encode(graph, { header: 24 }));
  });

  it("arrays", () => {
    const { programs, counts } = generate((graph, name) =>
      formatBytes(encode(graph), { lang: "c", name: `${name}_btf` }),
    );
    figures["c"] = counts;
    const prints = programs.map(({ name }) => `print(${name}_btf, sizeof(${name}_btf));`).join("\n");
    const source = `#include <stdio.h>
      static void print(const unsigned char *bytes, unsigned long size)
      {
        while (size--)
          printf("%02x", *bytes++);
        printf("\\n");
      }
      ${programs.map(({ code }) => code).join("")}
      int main(void)
      {
        ${prints}
        return 0;
      }`;
    checkBytes(programs, runC("arrays", source));
  });
});

describe.skipIf(reasonOf("go") !== "")(`Go${reasonOf("go")}`, () => {
  it("slices, as gofmt leaves them", () => {
    const { programs, counts } = generate(
      (graph, name) => formatBytes(encode(graph), { lang: "go", name: `Btf_${name}`, package: "main" }),
      ["random", "corpus"],
    );
    figures["go"] = counts;
    const go = join(folder, "go");
    mkdirSync(go);
    for (const { name, code } of programs) write(`go/${name}.go`, code);
    write("go/go.mod", "module fixtures\n\ngo 1.19\n");
    const list = programs.map(({ name }) => `\tfmt.Printf("%x\\n", Btf_${name})\n`).join("");
    write("go/main.go", `package main\n\nimport "fmt"\n\nfunc main() {\n${list}}\n`);
    const env = { GOCACHE: join(folder, "go-cache"), GOFLAGS: "-mod=mod", GOTOOLCHAIN: "local", CGO_ENABLED: "0" };
    checkBytes(programs, run("go", ["run", "."], go, env));
    expect(run("gofmt", ["-l", "."], go)).toBe("");
  });
});

describe.skipIf(reasonOf("go") !== "")(`cilium/ebpf${reasonOf("go")}`, () => {
  it("literals compile with types of its shape, and are as gofmt leaves them", () => {
    const { programs, counts, refusals } = generate(
      (graph, name) => formatCilium(graph, { name: `Types_${name}`, package: "main" }),
      ["called", "corpus"],
    );
    figures["cilium"] = counts;
    // Tags are not exported, and what dangles is no pointer.
    expect(counts["corpus"]!.said).toBeGreaterThan(20);
    for (const message of refusals) expect(message).toMatch(/^cilium: type \[\d+\] [A-Z0-9_]+ '/);
    const cilium = join(folder, "cilium");
    mkdirSync(join(cilium, "btf"), { recursive: true });
    copyFileSync(new URL("../text/code/cilium-btf.go.txt", import.meta.url), join(cilium, "btf/btf.go"));
    write("cilium/btf/go.mod", "module github.com/cilium/ebpf/btf\n\ngo 1.19\n");
    write(
      "cilium/go.mod",
      "module fixtures\n\ngo 1.19\n\nrequire github.com/cilium/ebpf/btf v0.12.3\n\nreplace github.com/cilium/ebpf/btf => ./btf\n",
    );
    for (const { name, code } of programs) write(`cilium/${name}.go`, code);
    const list = programs.map(({ name }) => `\tfmt.Println(len(Types_${name}()))\n`).join("");
    write("cilium/main.go", `package main\n\nimport "fmt"\n\nfunc main() {\n${list}}\n`);
    const env = { GOCACHE: join(folder, "go-cache"), GOFLAGS: "-mod=mod", GOTOOLCHAIN: "local", CGO_ENABLED: "0" };
    const counted = run("go", ["run", "."], cilium, env).trimEnd().split("\n").map(Number);
    expect(counted).toEqual(programs.map(({ graph }) => graph.typeCount - 1));
    expect(run("gofmt", ["-l", "."], cilium)).toBe("");
  });
});

describe.skipIf(reasonOf("rustc") !== "")(`Rust${reasonOf("rustc")}`, () => {
  it("arrays", () => {
    const { programs, counts } = generate(
      (graph, name) => formatBytes(encode(graph), { lang: "rust", name: name.toUpperCase() }),
      ["random", "corpus"],
    );
    figures["rust"] = counts;
    const prints = programs.map(({ name }) => `    print(&${name.toUpperCase()});\n`).join("");
    const source = `${programs.map(({ code }) => code).join("\n")}
fn print(bytes: &[u8]) {
    let text: Vec<String> = bytes.iter().map(|byte| format!("{:02x}", byte)).collect();
    println!("{}", text.concat());
}

fn main() {\n${prints}}\n`;
    run("rustc", ["--edition", "2021", "-D", "warnings", "-o", "rust", write("main.rs", source)]);
    checkBytes(programs, run(join(folder, "rust"), []));
  });
});

describe.skipIf(reasonOf("python3") !== "")(`Python${reasonOf("python3")}`, () => {
  it("bytes", () => {
    const { programs, counts } = generate((graph, name) => formatBytes(encode(graph), { lang: "python", name }));
    figures["python"] = counts;
    const prints = programs.map(({ name }) => `print(${name}.hex())\n`).join("");
    const source = programs.map(({ code }) => code).join("") + prints;
    checkBytes(programs, run("python3", [write("bytes.py", source)]));
  });
});

describe("plain text", () => {
  it("hexadecimal and base64", () => {
    const { programs } = generate((graph) => formatBytes(encode(graph), { lang: "hex" }), ["random", "corpus"]);
    for (const { graph, code } of programs) {
      expect(code.replaceAll("\n", "")).toBe(hex(encode(graph)));
      expect(formatBytes(encode(graph), { lang: "base64" })).toBe(`${Buffer.from(encode(graph)).toString("base64")}\n`);
    }
    const first = programs[0]!;
    const read = execFileSync("base64", ["-d"], { input: formatBytes(encode(first.graph), { lang: "base64" }) });
    expect(hex(read)).toBe(hex(encode(first.graph)));
  });
});
