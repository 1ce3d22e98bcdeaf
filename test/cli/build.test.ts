import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";
import { decode, encode } from "btfkit";
import { formatBtfJson, parseC } from "btfkit/text";
import { run } from "../../src/cli/run.js";

const folder = mkdtempSync(join(tmpdir(), "btfkit-build-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

/** The command with its streams caught. */
async function build(argv: readonly string[], stdin = "") {
  const out: Uint8Array[] = [];
  let stderr = "";
  const io = {
    out: (bytes: Uint8Array) => void out.push(Uint8Array.from(bytes)),
    err: (text: string) => {
      stderr += text;
    },
    in: () => Buffer.from(stdin),
  };
  const code = await run(["build", ...argv], io, "1.2.3");
  return { code, stdout: new Uint8Array(Buffer.concat(out)), stderr };
}

const SOURCE = "struct pair { char a; long b; };\nstruct pair p;\n";

describe("btfkit build", () => {
  it("writes the BTF of a header, or of stdin", async () => {
    writeFileSync(at("pair.h"), SOURCE);
    expect(await build([at("pair.h"), "-o", at("pair.btf")])).toMatchObject({ code: 0, stderr: "" });
    expect(new Uint8Array(readFileSync(at("pair.btf")))).toEqual(encode(parseC(SOURCE)));
    const piped = await build(["-", "-o", "-", "--target", "i386"], SOURCE);
    expect(piped).toMatchObject({ code: 0, stderr: "" });
    expect(decode(piped.stdout).sizeOf(1)).toBe(8);
  });

  it("adds to another BTF", async () => {
    writeFileSync(at("base.btf"), encode(parseC("typedef int pid_t;")));
    const { code, stdout } = await build(["-", "-o", "-", "--into", at("base.btf")], "pid_t p;");
    expect([code, decode(stdout).find("p", "VAR")]).toEqual([0, 3]);
  });

  it("tells errors and warnings as compilers do, with the file's name, and writes nothing", async () => {
    writeFileSync(at("bad.h"), "#define A\nstruct s { foo_t a; int b : 33; };\n");
    const { code, stderr } = await build([at("bad.h"), "-o", at("bad.btf")]);
    expect(code).toBe(1);
    expect(stderr.split("\n")).toEqual([
      expect.stringContaining("bad.h:1:1: warning: #define is skipped"),
      "  #define A",
      "  ^",
      expect.stringContaining('bad.h:2:12: error: the type "foo_t" is not known'),
      "  struct s { foo_t a; int b : 33; };",
      "             ^",
      expect.stringContaining('bad.h:2:29: error: the bit-field "b" has 33 bits'),
      "  struct s { foo_t a; int b : 33; };",
      "                              ^",
      expect.stringMatching(/^btfkit: .*bad\.h: 2 errors$/),
      "",
    ]);
    expect(existsSync(at("bad.btf"))).toBe(false);
  });

  it("makes a BTF of the JSON that btfkit gen writes", async () => {
    writeFileSync(at("pair.json"), formatBtfJson(parseC(SOURCE)));
    const { code, stdout } = await build([at("pair.json"), "-o", "-"]);
    expect([code, stdout]).toEqual([0, encode(parseC(SOURCE))]);
    expect(await build([at("pair.json"), "-o", "-", "--target", "i386"])).toMatchObject({ code: 2 });
    writeFileSync(at("bad.json"), '{"format":"btfkit"}');
    expect(await build([at("bad.json"), "-o", "-"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("version is undefined"),
    });
  });

  it("refuses misuse", async () => {
    expect(await build([at("pair.h")])).toMatchObject({ code: 2 });
    expect(await build([at("pair.h"), "-o", "-", "--target", "vax"])).toMatchObject({ code: 2 });
    expect(await build([at("none.h"), "-o", "-"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("none.h"),
    });
  });
});
