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
