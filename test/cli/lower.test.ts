import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { btf, decode, encode } from "btfkit";
import { lower, verify } from "btfkit/kernel";
import { run } from "../../src/cli/run.js";
import { buildElf } from "../elf/build-elf.js";
import { kernelOracle } from "../kernel-oracle.js";

const graph = btf()
  .addInt("int", 4, "signed")
  .addKsym("int foo(int)")
  .addVar("v", "global", "int")
  .addDatasec(".data", 0)
  .addDatasecVarInfo("v", 0, 4)
  .build();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "btfkit-lower-cli-"));
  writeFileSync(join(folder, "in.btf"), encode(graph));
  writeFileSync(join(folder, "old.btf"), encode(btf().addInt("int", 4).build()));
  const wide = btf().addEnum("wide", 4).widen();
  const values = Array.from({ length: 66_000 }, (_, i) => i).reduce((b, i) => b.addEnumValue("A", i), wide);
  writeFileSync(join(folder, "wide.btf"), encode(values.build()));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const at = (name: string): string => join(folder, name);

async function btfkit(argv: readonly string[], stdin: Uint8Array = new Uint8Array()) {
  const out: Uint8Array[] = [];
  let stderr = "";
  const code = await run(
    argv,
    {
      out: (bytes) => out.push(Uint8Array.from(bytes)),
      err: (text) => {
        stderr += text;
      },
      in: () => stdin,
    },
    "1.2.3",
  );
  return { code, stdout: Buffer.concat(out), stderr };
}

describe("btfkit lower", () => {
  it("writes what lower gives, and says nothing", async () => {
    const done = await btfkit(["lower", at("in.btf"), "--kernel", "5.4", "-o", at("out.btf")]);
    expect(done).toMatchObject({ code: 0, stderr: "", stdout: Buffer.alloc(0) });
    const bytes = readFileSync(at("out.btf"));
    expect(new Uint8Array(bytes)).toEqual(encode(lower(graph, { kernel: "5.4" }).graph));
    expect(verify(new Uint8Array(bytes), { kernel: "5.4" }).ok).toBe(true);
  });

  it.each(["libbpf", "int", "drop", "keep"] as const)("--externs %s, from stdin to stdout", async (externs) => {
    const { code, stdout } = await btfkit(["lower", "-", "--externs", externs, "-o", "-"], encode(graph));
    expect(code).toBe(0);
    expect(new Uint8Array(stdout)).toEqual(encode(lower(graph, { externs }).graph));
  });

  it("--explain prints the rewrites as a table", async () => {
    const { code, stdout, stderr } = await btfkit(["lower", at("in.btf"), "--kernel", "4.18", "--explain"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [head, ...rows] = String(stdout).trimEnd().split("\n");
    expect(head).toMatch(/^type +was +became +before +why$/);
    const { rewrites } = lower(graph, { kernel: "4.18" });
    expect(rows).toHaveLength(rewrites.length);
    const columns = ["was", "became", "before", "why"].map((heading) => head!.indexOf(heading));
    for (const [i, { id, was, became, before, rule }] of rewrites.entries()) {
      const cells = columns.map((from, column) => rows[i]!.slice(from, columns[column + 1]).trim());
      expect(rows[i]).toMatch(new RegExp(`^\\[${id}\\] `));
      expect(cells.slice(0, 3)).toEqual([was === "" ? "(added)" : was, became, before ?? "always"]);
      expect(cells[3]).toMatch(new RegExp(`^${rule}: `));
    }
    const nothing = await btfkit(["lower", at("old.btf"), "--kernel", "4.18", "--explain"]);
    expect(String(nothing.stdout)).toBe("nothing to rewrite\n");
  });

  it("--explain goes to stderr where stdout has the bytes", async () => {
    const { stdout, stderr } = await btfkit(["lower", at("in.btf"), "-o", "-", "--explain"]);
    expect(decode(new Uint8Array(stdout)).typeCount).toBe(lower(graph).graph.typeCount);
    expect(stderr).toMatch(/^type +was/);
  });

  it("takes sections and symbols of an object file, and contradicts one that lies", async () => {
    writeFileSync(at("object.o"), buildElf({ sections: [{ name: ".BTF", data: encode(graph) }] }));
    const { code, stderr } = await btfkit(["lower", at("object.o"), "-o", at("none.btf")]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^btfkit: .*object\.o: lower\(\): [^\n]*no undefined symbol[^\n]*\n$/);
    expect(readdirSync(folder)).not.toContain("none.btf");
  });

  it("a limit is one line that names the file; nothing is written", async () => {
    const { code, stdout, stderr } = await btfkit(["lower", at("wide.btf"), "--kernel", "6.18", "-o", at("none.btf")]);
    expect({ code, stdout: String(stdout) }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^btfkit: .*wide\.btf: lower\(\): Linux 6\.18 has limits .*66,000 elements[^\n]*\n$/);
    expect(readdirSync(folder)).not.toContain("none.btf");
  });

  it.each([
    [["lower"], "missing required argument 'file'"],
    [["lower", "x"], "required option '-o, --output <file>' not specified"],
    [["lower", "x", "-o", "y", "--kernel", "3.10"], "Allowed choices are 4.18,"],
    [["lower", "x", "-o", "y", "--externs", "all"], "Allowed choices are libbpf, int, drop, keep"],
  ])("calls %j misuse", async (argv, message) => {
    const { code, stderr } = await btfkit(argv);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  const oracle = kernelOracle();
  it.skipIf(!oracle.available)(
    `--kernel running${oracle.available ? "" : ` (skipped: ${oracle.reason})`}`,
    async () => {
      expect(await btfkit(["lower", at("in.btf"), "--kernel", "running", "-o", at("running.btf")])).toMatchObject({
        code: 0,
      });
      const loaded = await btfkit(["load", at("running.btf")]);
      expect(loaded).toMatchObject({ code: 0, stderr: "" });
    },
  );
});
