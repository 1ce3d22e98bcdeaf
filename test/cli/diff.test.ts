import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { btf, encode } from "btfkit";
import { diff, formatDiff, formatDiffMarkdown } from "btfkit/text";
import { run } from "../../src/cli/run.js";

const before = btf().addInt("int", 4, "signed").addEnum64("e", 8).addEnum64Value("A", 1n).build();
const after = btf()
  .addInt("int", 4, "signed")
  .addEnum64("e", 8)
  .addEnum64Value("A", 1n << 60n)
  .addPtr("int")
  .build();
const module = (name: string): Uint8Array => encode(btf({ base: before }).widen().addTypedef(name, "int").build());

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "btfkit-diff-cli-"));
  writeFileSync(join(folder, "a.btf"), encode(before));
  writeFileSync(join(folder, "b.btf"), encode(after));
  writeFileSync(join(folder, "m1.btf"), module("t"));
  writeFileSync(join(folder, "m2.btf"), module("u"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const at = (name: string): string => join(folder, name);

async function btfkit(...argv: readonly string[]) {
  const out: Uint8Array[] = [];
  let stderr = "";
  const code = await run(
    argv,
    {
      out: (bytes) => out.push(Uint8Array.from(bytes)),
      err: (text) => {
        stderr += text;
      },
      in: () => encode(before),
    },
    "1.2.3",
  );
  return { code, stdout: Buffer.concat(out).toString(), stderr };
}

describe("btfkit diff", () => {
  it("prints what diff finds, and exits with 1", async () => {
    const found = diff(before, after);
    const stderr = `btfkit: ${at("a.btf")} and ${at("b.btf")} differ: 0 types added, 0 removed, 1 changed\n`;
    expect(await btfkit("diff", at("a.btf"), at("b.btf"))).toEqual({ code: 1, stdout: formatDiff(found), stderr });
    expect(await btfkit("diff", at("a.btf"), at("b.btf"), "--format", "markdown")).toEqual({
      code: 1,
      stdout: formatDiffMarkdown(found),
      stderr,
    });
    expect((await btfkit("diff", at("a.btf"), at("b.btf"), "--color")).stdout).toBe(formatDiff(found, { color: true }));
  });

  it("prints JSON, numbers of 64 bits as digits", async () => {
    const { stdout } = await btfkit("diff", at("a.btf"), at("b.btf"), "--format", "json");
    expect(JSON.parse(stdout)).toMatchObject({
      added: [],
      changed: [
        { after: { name: "e", text: "enum e" }, changes: [{ path: "values.A.val", after: String(1n << 60n) }] },
      ],
      counts: { ENUM64: { changed: 1 } },
    });
  });

  it("exits with 0 when nothing differs; one of the files may be stdin", async () => {
    const { code, stdout, stderr } = await btfkit("diff", at("a.btf"), "-");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^0 added, 0 removed, 0 changed, 2 the same\n/);
  });

  it("compares modules on their base, and writes to a file", async () => {
    const done = await btfkit("diff", at("m1.btf"), at("m2.btf"), "--base", at("a.btf"), "-o", at("out.txt"));
    expect(done).toMatchObject({ code: 1, stdout: "" });
    expect(readFileSync(at("out.txt"), "utf8")).toContain("+ typedef int u\n- typedef int t\n");
  });

  it("refuses what is no BTF and no format", async () => {
    expect(await btfkit("diff", at("a.btf"), at("none"))).toMatchObject({ code: 1, stdout: "" });
    expect(await btfkit("diff", at("a.btf"))).toMatchObject({ code: 2 });
    expect(await btfkit("diff", at("a.btf"), at("b.btf"), "--format", "yaml")).toMatchObject({ code: 2 });
  });
});
