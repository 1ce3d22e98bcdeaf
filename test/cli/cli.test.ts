import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { decode } from "btfkit";
import { formatHex, formatLayout, formatLayoutSvg, formatRaw } from "btfkit/text";
import { run } from "../../src/cli/run.js";
import { buildElf } from "../elf/build-elf.js";
import { kernelOracle } from "../kernel-oracle.js";
import { info, rawBtf } from "../raw-btf.js";

const INT = [1, info(1), 4, 0x01000020];
const PLAIN = rawBtf([INT], "\0int\0");
const SPLIT = rawBtf([[5, info(8), 1]], "mine\0");
const BAD = rawBtf([INT, [0, info(13), 0], [0, info(3), 0, 2, 1, 3]], "\0int\0");
const LINE = "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "btfkit-cli-"));
  writeFileSync(join(folder, "plain.btf"), PLAIN);
  writeFileSync(join(folder, "split.btf"), SPLIT);
  writeFileSync(join(folder, "bad.btf"), BAD);
  writeFileSync(join(folder, "short.btf"), PLAIN.subarray(0, 30));
  writeFileSync(join(folder, "object.o"), buildElf({ sections: [{ name: ".BTF", data: PLAIN }] }));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const at = (name: string): string => join(folder, name);

/** The command with its streams caught. */
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
  return { code, stdout: Buffer.concat(out).toString(), stderr };
}

describe("btfkit", () => {
  it("shows its help and version", async () => {
    const help = await btfkit(["--help"]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    for (const verb of ["dump", "info", "load"]) expect(help.stdout).toMatch(new RegExp(`^  ${verb} `, "m"));
    expect(await btfkit(["--version"])).toEqual({ code: 0, stdout: "1.2.3\n", stderr: "" });
    const verb = await btfkit(["help", "dump"]);
    expect(verb).toMatchObject({ code: 0, stderr: "" });
    expect(verb.stdout).toContain("--format");
    expect((await btfkit(["dump", "--help"])).stdout).toBe(verb.stdout);
  });

  it.each([
    [[], "Usage: btfkit"],
    [["dmp"], "unknown command 'dmp'"],
    [["dump"], "missing required argument 'file'"],
    [["dump", "a", "b"], "too many arguments"],
    [["dump", "a", "--bse", "x"], "unknown option '--bse'"],
    [["dump", "a", "--format", "svg"], "Allowed choices are raw,"],
    [["dump", "a", "--base"], "argument missing"],
  ])("calls %j misuse", async (argv, message) => {
    const { code, stdout, stderr } = await btfkit(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    if (argv.length > 0) expect(stderr).toMatch(/^btfkit: [^\n]*\n$/);
  });

  it.each(["dump", "info", "load"])("%s says in one line what it can't read", async (verb) => {
    for (const name of ["nowhere.btf", "short.btf"]) {
      if (verb === "load" && name === "short.btf") continue;
      const { code, stdout, stderr } = await btfkit([verb, at(name)]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(/^btfkit: [^\n]*\n$/);
      expect(stderr).toContain(`btfkit: ${at(name)}: `);
    }
    const { code, stderr } = await btfkit([verb, "-"], Buffer.from("no BTF"));
    expect({ code, stderr }).toEqual({ code: 1, stderr: "btfkit: stdin: it is neither BTF nor an ELF file\n" });
  });
});

describe("btfkit dump", () => {
  it("prints raw BTF, an object file's and what comes from stdin", async () => {
    for (const argv of [[at("plain.btf")], [at("object.o")], [at("plain.btf"), "--format", "raw"]]) {
      expect(await btfkit(["dump", ...argv])).toEqual({ code: 0, stdout: LINE, stderr: "" });
    }
    expect(await btfkit(["dump", "-"], PLAIN)).toEqual({ code: 0, stdout: LINE, stderr: "" });
  });

  it("prints a split BTF on its base", async () => {
    const split = await btfkit(["dump", at("split.btf"), "--base", at("plain.btf")]);
    expect(split).toEqual({ code: 0, stdout: "[2] TYPEDEF 'mine' type_id=1\n", stderr: "" });
    const without = await btfkit(["dump", at("split.btf")]);
    expect(without.code).toBe(1);
    expect(without.stderr).toContain("needs its base");
    const nowhere = await btfkit(["dump", at("split.btf"), "--base", at("nowhere")]);
    expect(nowhere.stderr).toBe(`btfkit: ${at("nowhere")}: can't be read: there is no such file\n`);
  });

  it("writes a file whole or not at all", async () => {
    expect(await btfkit(["dump", at("plain.btf"), "-o", at("out.txt")])).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(readFileSync(at("out.txt"), "utf8")).toBe(LINE);
    chmodSync(at("out.txt"), 0o600);
    expect((await btfkit(["dump", at("object.o"), "--output", at("out.txt")])).code).toBe(0);
    expect(statSync(at("out.txt")).mode & 0o777).toBe(0o600);
    const before = readdirSync(folder);
    expect((await btfkit(["dump", at("short.btf"), "-o", at("out.txt")])).code).toBe(1);
    expect(readFileSync(at("out.txt"), "utf8")).toBe(LINE);
    expect(readdirSync(folder)).toEqual(before);
    expect((await btfkit(["dump", at("plain.btf"), "-o", at("nowhere/x")])).stderr).toBe(
      `btfkit: ${at("nowhere/x")}: can't be written: there is no such file\n`,
    );
    expect((await btfkit(["dump", at("plain.btf"), "-o", "-"])).stdout).toBe(LINE);
  });
});

describe("btfkit info", () => {
  it("says what a BTF holds", async () => {
    const { code, stdout } = await btfkit(["info", at("object.o")]);
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        `file          ${at("object.o")}`,
        "format        ELF, 64 bits, little endian",
        "BTF           45 bytes, little endian",
        "header        24 bytes, version 1, flags 0x0",
        "types         1, 16 bytes at 24",
        "strings       2, 5 bytes at 40",
        "layout        none",
        "base          not split",
        "pointer size  8 bytes",
        "section .BTF  45 bytes",
        "INT           1",
        "",
      ].join("\n"),
    );
  });

  it("says it as JSON", async () => {
    const { stdout } = await btfkit(["info", "-", "--json"], rawBtf([INT, [0, info(2), 1]], "\0int\0", false));
    expect(JSON.parse(stdout)).toEqual({
      file: "stdin",
      format: "raw",
      bytes: 57,
      endian: "big",
      version: 1,
      flags: 0,
      headerLength: 24,
      sections: { types: { offset: 24, length: 28 }, strings: { offset: 52, length: 5 }, layout: null },
      split: false,
      startId: 1,
      types: 2,
      kinds: { INT: 1, PTR: 1 },
      strings: 2,
      pointerSize: 8,
    });
  });

  it("says of a split BTF that it is one", async () => {
    const { stdout } = await btfkit(["info", at("split.btf"), "--base", at("plain.btf"), "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ split: true, startId: 2, types: 1, strings: 1, kinds: { TYPEDEF: 1 } });
    const alone = await btfkit(["info", at("split.btf"), "--json"]);
    expect(alone.code).toBe(0);
    expect(JSON.parse(alone.stdout)).toMatchObject({ split: "suspected", types: 1, kinds: { TYPEDEF: 1 } });
    expect((await btfkit(["info", at("split.btf")])).stdout).toContain("--base");
  });
});

const kernel = kernelOracle();
const why = kernel.available ? "" : ` (skipped: ${kernel.reason})`;

describe.skipIf(!kernel.available)(`btfkit load${why}`, () => {
  it("says that the kernel takes it, or shows its log", async () => {
    const plain = await btfkit(["load", at("object.o")]);
    expect(plain).toMatchObject({ code: 0, stderr: "" });
    expect(plain.stdout).toMatch(/^\S*object\.o: Linux \S+ takes it\n$/);
    const log = await btfkit(["load", "--log", at("plain.btf")]);
    expect(log).toMatchObject({ code: 0, stderr: "" });
    expect(log.stdout).toMatch(/^magic: 0xeb9f\n[^]*\[1\] INT int size=4 /);
  });

  it("says why the kernel refuses it", async () => {
    const { code, stdout, stderr } = await btfkit(["load", at("bad.btf")]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^btfkit: \S*bad\.btf: Linux \S+ refuses it: EINVAL: \[3\] ARRAY .*Invalid elem\n$/);
    expect((await btfkit(["load", at("bad.btf"), "--log"])).stdout).toContain("[2] FUNC_PROTO (anon)");
  });
});

/** What Node is given to run the command from its source. */
const argv = (...words: string[]): string[] => ["--import", "tsx", "src/cli/main.ts", ...words];

describe("the process", () => {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  it("has exit codes and streams", () => {
    const options = { cwd: root, encoding: "utf8" } as const;
    const good = spawnSync(process.execPath, argv("dump", "-"), { ...options, input: PLAIN });
    expect(good).toMatchObject({ status: 0, stdout: LINE, stderr: "" });
    const bad = spawnSync(process.execPath, argv("dump", at("nowhere")), options);
    expect(bad).toMatchObject({ status: 1, stdout: "" });
    expect(spawnSync(process.execPath, argv("dump"), options)).toMatchObject({ status: 2, stdout: "" });
    expect(spawnSync(process.execPath, argv("--version"), options).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("writes all to a pipe that is read slowly, and stops quietly when it is closed", async () => {
    const types = Array.from({ length: 100_000 }, () => INT);
    const bytes = rawBtf(types, "\0int\0");
    writeFileSync(at("large.btf"), bytes);
    const slow = spawn(process.execPath, argv("dump", at("large.btf")), {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    slow.stdout.setEncoding("utf8");
    for await (const chunk of slow.stdout) {
      text += chunk as string;
      if (text.length < 1 << 20) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(text === formatRaw(decode(bytes))).toBe(true);

    const closed = spawn(process.execPath, argv("dump", at("large.btf")), {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stderr = "";
    closed.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      stderr += chunk;
    });
    closed.stdout.once("data", () => closed.stdout.destroy());
    const code = await new Promise((resolve) => closed.once("close", resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});

describe("btfkit hexdump", () => {
  it("explains every word of a file", async () => {
    const { code, stdout, stderr } = await btfkit(["hexdump", at("object.o")]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(formatHex(PLAIN));
    expect(await btfkit(["hexdump", "-"], PLAIN)).toEqual({ code: 0, stdout, stderr: "" });
    const split = await btfkit(["hexdump", at("split.btf"), "--base", at("plain.btf")]);
    expect(split.stdout).toContain("[1] INT 'int' of the base");
  });
});

describe("btfkit layout", () => {
  it("shows a struct by name, spelling or id, as text or as a picture", async () => {
    const bytes = rawBtf([INT, [5, info(4, 1), 8, 7, 1, 32]], "\0int\0s\0a\0");
    const text = await btfkit(["layout", "-", "s"], bytes);
    expect(text).toMatchObject({ code: 0, stderr: "" });
    expect(text.stdout).toBe(formatLayout(decode(bytes), 2));
    for (const type of ["struct s", "2"]) expect(await btfkit(["layout", "-", type], bytes)).toEqual(text);
    const svg = await btfkit(["layout", "-", "s", "--svg", "--theme", "dark"], bytes);
    expect(svg.stdout).toBe(formatLayoutSvg(decode(bytes), 2, { theme: "dark" }));
    expect((await btfkit(["layout", "-", "int"], bytes)).stderr).toContain("has no layout");
    expect((await btfkit(["layout", "-", "struct t"], bytes)).code).toBe(1);
  });
});
