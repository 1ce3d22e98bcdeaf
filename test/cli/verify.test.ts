import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { btf, encode } from "btfkit";
import { explain, KERNELS, verify } from "btfkit/kernel";
import { run } from "../../src/cli/run.js";
import { buildElf } from "../elf/build-elf.js";

const GOOD = btf().addInt("int", 4, "signed").build();
const KSYMS = btf()
  .addInt("int", 4, "signed")
  .addFuncProto("int")
  .addFunc("foo", "extern", 2)
  .addDatasec(".ksyms", 0)
  .addDatasecVarInfo("foo", 0, 0)
  .build();
const FLOAT = btf().addFloat("float", 4).build();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "btfkit-verify-"));
  writeFileSync(join(folder, "good.btf"), encode(GOOD));
  writeFileSync(join(folder, "ksyms.btf"), encode(KSYMS));
  writeFileSync(join(folder, "float.btf"), encode(FLOAT));
  writeFileSync(join(folder, "big.btf"), encode(GOOD, { endian: "big" }));
  writeFileSync(join(folder, "object.o"), buildElf({ sections: [{ name: ".BTF", data: encode(KSYMS) }] }));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const at = (name: string): string => join(folder, name);

/** `btfkit verify` with its streams caught. */
async function btfkitVerify(argv: readonly string[], stdin: Uint8Array = new Uint8Array()) {
  const out: Uint8Array[] = [];
  let stderr = "";
  const err = (text: string): void => {
    stderr += text;
  };
  const io = { out: (bytes: Uint8Array) => out.push(Uint8Array.from(bytes)), err, in: () => stdin };
  const code = await run(["verify", ...argv], io, "1.2.3");
  return { code, stdout: Buffer.concat(out).toString(), stderr };
}

describe("btfkit verify", () => {
  it("accepts", async () => {
    const stdout = `${at("good.btf")}: Linux 6.18 accepts it\n`;
    expect(await btfkitVerify([at("good.btf")])).toEqual({ code: 0, stdout, stderr: "" });
    const old = await btfkitVerify([at("good.btf"), "--kernel", "4.18"]);
    expect(old).toEqual({ code: 0, stdout: `${at("good.btf")}: Linux 4.18 accepts it\n`, stderr: "" });
    expect((await btfkitVerify(["-"], encode(GOOD))).stdout).toBe("stdin: Linux 6.18 accepts it\n");
  });

  it("refuses with the picture, and a line that names the file", async () => {
    for (const name of ["ksyms.btf", "object.o"]) {
      expect(await btfkitVerify([at(name)])).toEqual({
        code: 1,
        stdout: `${explain(verify(KSYMS), KSYMS)}\n`,
        stderr: `btfkit: ${at(name)}: Linux 6.18 refuses it: EINVAL\n`,
      });
    }
  });

  it("prints the log, byte for byte", async () => {
    const good = await btfkitVerify([at("good.btf"), "--log"]);
    expect(good).toEqual({ code: 0, stdout: verify(GOOD).log, stderr: "" });
    const bad = await btfkitVerify([at("ksyms.btf"), "--log"]);
    expect(bad.code).toBe(1);
    expect(bad.stdout).toBe(`${verify(KSYMS).log}${explain(verify(KSYMS), KSYMS)}\n`);
    const header = await btfkitVerify([at("big.btf"), "--log"]);
    expect(header.code).toBe(1);
    expect(header.stdout).toMatch(
      /^btf_header not found\nheader .*\n[ ^]*\nkernel: EINVAL: btf_header not found\nhint: .*the other byte order/,
    );
  });

  it("takes changes and what-ifs, more than once", async () => {
    const what = ["--with", "extern-func-in-datasec"];
    const { code, stdout } = await btfkitVerify([at("ksyms.btf"), "--kernel", "5.13", ...what]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${at("ksyms.btf")}: Linux 5.13 accepts it\n` });
    expect((await btfkitVerify([at("float.btf"), "--kernel", "5.12"])).code).toBe(1);
    const both = await btfkitVerify([at("float.btf"), "--kernel", "5.12", "--with", "enum64", "--with", "float"]);
    expect(both.code).toBe(0);
  });

  it("says a line for each kernel", async () => {
    const { code, stdout, stderr } = await btfkitVerify([at("float.btf"), "--kernel", "all"]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(KERNELS.length);
    expect(lines[0]).toBe("4.18        EINVAL [1] Invalid btf_info:10000000");
    expect(lines.find((line) => line.startsWith("5.12 "))).toBe("5.12        EINVAL [1] Invalid btf_info:10000000");
    expect(lines.find((line) => line.startsWith("5.13 "))).toBe("5.13        accepted");
    expect(lines.at(-1)).toBe("debian-6.12 accepted");
    const refusals = lines.filter((line) => !line.endsWith(" accepted")).length;
    expect(stderr).toBe(`btfkit: ${at("float.btf")}: ${refusals} of ${KERNELS.length} kernels refuse it\n`);
    expect({ code, refusals }).toEqual({ code: 1, refusals: 16 });
    const good = await btfkitVerify([at("good.btf"), "--kernel", "all"]);
    expect(good).toMatchObject({ code: 0, stderr: "" });
    expect(good.stdout.match(/ accepted$/gm)).toHaveLength(KERNELS.length);
    const withAll = await btfkitVerify([at("ksyms.btf"), "--kernel", "all", "--with", "extern-func-in-datasec"]);
    expect(withAll.stdout).toMatch(/^6\.18 +accepted$/m);
  });

  it.each([
    [[], "missing required argument 'file'"],
    [["a", "--kernel", "4.17"], "Allowed choices are 4.18, 4.19, "],
    [["a", "--with", "externs"], "Allowed choices are first-kinds, "],
    [["a", "--log", "b"], "too many arguments"],
  ])("calls %j misuse", async (argv, message) => {
    const { code, stdout, stderr } = await btfkitVerify(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("says in one line what it can't read", async () => {
    const { code, stdout, stderr } = await btfkitVerify([at("nowhere")]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe(`btfkit: ${at("nowhere")}: can't be read: there is no such file\n`);
  });

  it("lists every change in its help", async () => {
    const { code, stdout } = await btfkitVerify(["--help"]);
    expect(code).toBe(0);
    for (const { changes } of KERNELS) for (const { token } of changes) expect(stdout).toContain(`\n  ${token} `);
    expect(stdout).toContain("extern-func-in-datasec     what if the proposal of 2021 had been merged");
  });
});
