import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { btf, encode } from "btfkit";
import { damage, DAMAGES } from "btfkit/damage";
import { verify } from "btfkit/kernel";
import { run } from "../../src/cli/run.js";

const folder = mkdtempSync(join(tmpdir(), "btfkit-damage-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const GRAPH = btf().addInt("int", 4, "signed").build();
writeFileSync(at("good.btf"), encode(GRAPH));

/** `btfkit damage` with its streams caught. */
async function btfkitDamage(argv: readonly string[], stdin: Uint8Array = new Uint8Array()) {
  const out: Uint8Array[] = [];
  let stderr = "";
  const err = (text: string): void => {
    stderr += text;
  };
  const io = { out: (bytes: Uint8Array) => out.push(Uint8Array.from(bytes)), err, in: () => stdin };
  const code = await run(["damage", ...argv], io, "1.2.3");
  return { code, stdout: Buffer.concat(out), stderr };
}

/** The file damaged by fields, and by a recipe. */
async function by(...sets: readonly string[]): Promise<Uint8Array> {
  const argv = sets.flatMap((set) => (set.includes("=") ? ["--set", set] : ["--recipe", set]));
  const { code, stdout } = await btfkitDamage([at("good.btf"), "-o", "-", ...argv]);
  expect(code).toBe(0);
  return new Uint8Array(stdout);
}

describe("btfkit damage", () => {
  it("breaks a file, or stdin, by a recipe", async () => {
    const wanted = damage(GRAPH, "array-element-void");
    const done = await btfkitDamage([at("good.btf"), "--recipe", "array-element-void", "-o", at("bad.btf")]);
    expect(done).toMatchObject({ code: 0, stderr: "" });
    expect(new Uint8Array(readFileSync(at("bad.btf")))).toEqual(wanted);
    expect(verify(readFileSync(at("bad.btf"))).at?.rule).toBe("array-element");
    const piped = await btfkitDamage(["-", "--recipe", "array-element-void", "-o", "-"], encode(GRAPH));
    expect(new Uint8Array(piped.stdout)).toEqual(wanted);
  });

  it("lists every recipe with its errno, kernels, message and what it breaks", async () => {
    const { code, stdout } = await btfkitDamage(["--list"]);
    const lines = stdout.toString().trimEnd().split("\n");
    expect(code).toBe(0);
    expect(lines).toHaveLength(DAMAGES.reduce((sum, { answers }) => sum + answers.length, 0));
    for (const { name, breaks } of DAMAGES) {
      expect(lines.some((line) => line.startsWith(`${name} `) && line.endsWith(`: ${breaks}`))).toBe(true);
    }
    expect(lines.find((line) => line.startsWith("datasec-before-vars "))).toMatch(
      /^\S+ +EINVAL +5\.2 to 6\.2, not debian-6\.1 +Invalid type: a DATASEC before VARs/,
    );
  });

  it("sets fields by hand, after a recipe or alone, all at once", async () => {
    expect(await by("str_len=+4")).toEqual(damage(GRAPH, { header: { strLen: (length) => length + 4 } }));
    expect(await by("magic=0x1234", "version=-1")).toEqual(damage(GRAPH, { header: { magic: 0x1234, version: 0 } }));
    expect(await by("1.info=0x84000002", "1.kind_flag=0", "1.vlen=3", "1.size=9", "1.3=7")).toEqual(
      damage(GRAPH, { types: { 1: { info: 0x04000003, sizeOrType: 9, words: { 3: 7 } } } }),
    );
    expect(await by("pointer-named", "3.type=+1", "3.name_off=0", "3.kind=10")).toEqual(
      damage(damage(GRAPH, "pointer-named"), { types: { 3: { sizeOrType: 3, nameOff: 0, kind: 10 } } }),
    );
  });

  it.each(["str_len", "strlen=4", "1.size=four", "1.sizes=4", "1.kind_flag=2", "x.size=4", "str_len=", "=4", "1.=4"])(
    "calls --set %s misuse",
    async (set) => {
      const { code, stderr } = await btfkitDamage([at("good.btf"), "-o", "-", "--set", set]);
      expect([code, stderr]).toEqual([2, expect.stringContaining("Expected FIELD=VALUE, where FIELD is magic, ")]);
    },
  );

  it("says what --set finds nothing to set at", async () => {
    const { code, stderr } = await btfkitDamage([at("good.btf"), "-o", "-", "--set", "7.size=1"]);
    expect([code, stderr]).toEqual([1, `btfkit: ${at("good.btf")}: damage(): types[7] is none of [1] to [1]\n`]);
  });

  it("refuses what it does not know, and misuse", async () => {
    const args = [at("good.btf"), "-o", at("none.btf")];
    const unknown = await btfkitDamage([...args, "--recipe", "array-of-void"]);
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining("array-element-void") });
    expect(unknown.stderr).toContain(`btfkit: ${at("good.btf")}: damage(): recipe "array-of-void" is not known`);
    expect((await btfkitDamage(["-", "--recipe", "magic", "-o", "-"])).stderr).toMatch(/^btfkit: stdin: /);
    for (const argv of [args, [at("good.btf"), "--recipe", "array-element-void"], ["--recipe", "magic", "-o", "-"]]) {
      expect(await btfkitDamage(argv)).toMatchObject({ code: 2 });
    }
  });
});
