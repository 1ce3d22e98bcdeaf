import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";
import { btf, encode } from "btfkit";
import {
  formatBtfJson,
  formatBytes,
  formatCilium,
  formatLibbpf,
  formatTsView,
  formatSelftest,
  formatTypeScript,
} from "btfkit/text";
import { run } from "../../src/cli/run.js";

const folder = mkdtempSync(join(tmpdir(), "btfkit-gen-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

/** The command with its streams caught. */
async function gen(...argv: readonly string[]) {
  const out: Uint8Array[] = [];
  let stderr = "";
  const io = {
    out: (bytes: Uint8Array) => void out.push(Uint8Array.from(bytes)),
    err: (text: string) => {
      stderr += text;
    },
    in: () => Buffer.from(bytes),
  };
  const code = await run(["gen", ...argv], io, "1.2.3");
  return { code, stdout: Buffer.concat(out).toString(), stderr };
}

const graph = btf()
  .addInt("int", 4, "signed")
  .addStruct("event", 8)
  .addField("pid", "int", 0)
  .addField("cpu", "int", 32)
  .build();
const bytes = encode(graph);
writeFileSync(at("event.btf"), bytes);

describe("btfkit gen", () => {
  it.each([
    ["ts", ["--name", "event", "--form", "recipe"], formatTypeScript(graph, { name: "event", form: "recipe" })],
    ["selftest", ["--name", "an event"], formatSelftest(graph, { descr: "an event" })],
    ["libbpf", [], formatLibbpf(graph)],
    ["c", ["--name", "event"], formatBytes(bytes, { lang: "c", name: "event" })],
    ["go", ["--package", "main"], formatBytes(bytes, { lang: "go", package: "main" })],
    ["rust", [], formatBytes(bytes, { lang: "rust" })],
    ["python", [], formatBytes(bytes, { lang: "python" })],
    ["hex", [], formatBytes(bytes, { lang: "hex" })],
    ["base64", [], formatBytes(bytes, { lang: "base64" })],
    ["json", [], formatBtfJson(graph)],
    ["cilium", ["--package", "main"], formatCilium(graph, { package: "main" })],
    ["ts-view", ["--root", "struct event"], formatTsView(graph, { root: "struct event" })],
    ["ts-view", ["--root", "2"], formatTsView(graph, { root: 2 })],
  ])("--to %s writes what the library does", async (to, options, text) => {
    expect(await gen(at("event.btf"), "--to", to, ...options)).toEqual({ code: 0, stdout: text, stderr: "" });
    expect(await gen("-", "--to", to, ...options, "-o", at(to))).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(readFileSync(at(to), "utf8")).toBe(text);
  });

  it("refuses what a language can't say, with one line that names the file's fault", async () => {
    const odd = btf()
      .addRaw({ name: "odd", info: 1 << 24, sizeOrType: 4, extra: [0x01040010] })
      .build();
    writeFileSync(at("odd.btf"), encode(odd));
    const { code, stderr } = await gen(at("odd.btf"), "--to", "libbpf");
    expect([code, stderr]).toEqual([1, expect.stringContaining("type [1] INT 'odd': its bits_offset is 4")]);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  it("takes broken bytes where only bytes are asked for", async () => {
    const broken = Uint8Array.from(bytes);
    broken[24 + 7] = 99;
    writeFileSync(at("broken.btf"), broken);
    expect(await gen(at("broken.btf"), "--to", "hex")).toMatchObject({ code: 0 });
    expect(await gen(at("broken.btf"), "--to", "c")).toMatchObject({ code: 0 });
    expect(await gen(at("broken.btf"), "--to", "ts")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("kind 99"),
    });
  });

  it("writes equal types where bytes cannot be the same", async () => {
    writeFileSync(at("gap.btf"), Buffer.concat([encode(graph, { header: 32 }), Buffer.from("..")]));
    expect(await gen(at("gap.btf"), "--to", "ts")).toMatchObject({ code: 1 });
    const { code, stdout } = await gen(at("gap.btf"), "--to", "ts", "--no-exact");
    expect([code, stdout]).toEqual([0, formatTypeScript(graph)]);
  });

  it("refuses misuse", async () => {
    expect(await gen(at("event.btf"))).toMatchObject({ code: 2 });
    expect(await gen(at("event.btf"), "--to", "cobol")).toMatchObject({ code: 2 });
    expect(await gen(at("event.btf"), "--to", "ts-view")).toMatchObject({ code: 2 });
    expect(await gen(at("event.btf"), "--to", "ts-view", "--root", "none")).toMatchObject({ code: 1 });
    expect(await gen(at("event.btf"), "--to", "c", "--form", "fluent")).toMatchObject({ code: 2 });
    expect(await gen(at("event.btf"), "--to", "c", "--name", "1x")).toMatchObject({ code: 1 });
  });
});
