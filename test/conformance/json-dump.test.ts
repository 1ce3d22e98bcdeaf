/** JSON beside bpftool's: byte for byte in its style, and JSON that any reader takes by default. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { decode, type Btf } from "btfkit";
import { KERNEL_BTF, kernelBtf, readBtf } from "btfkit/node";
import { formatJson, formatJsonBytes, writeJson } from "btfkit/text";
import { oracle } from "../oracles.js";
import { graphSpec, SEED, writeGraph } from "../property/word-graph.js";
import { info, rawBtf } from "../raw-btf.js";

const CORPUS = fileURLToPath(new URL("../corpus/c/", import.meta.url));
const CLANG = "clang-19";
const NO_KERNEL = existsSync(KERNEL_BTF) ? "" : ` (skipped: there is no ${KERNEL_BTF})`;

/** Why a test can't ask all these programs, for its title. */
function missing(...names: string[]): string {
  const absent = names.map(oracle).find(({ available }) => !available);
  return absent === undefined ? "" : ` (skipped: ${absent.reason})`;
}

const NO_BPFTOOL = missing("bpftool");
const NO_CLANG = missing("bpftool", CLANG);

/** Kinds up to ENUM64, the last that bpftool 7.1 knows. */
const LAST_KIND = 19;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "btfkit-json-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What bpftool prints; undefined when it refuses the file. */
function bpftool(path: string, pretty: boolean): Buffer | undefined {
  const { status, stdout } = spawnSync("bpftool", [pretty ? "-p" : "-j", "btf", "dump", "file", path], {
    maxBuffer: 1 << 28,
    timeout: 60_000,
  });
  return status === 0 ? stdout : undefined;
}

/** Fails with a stretch around the first byte that differs. */
function expectSame(ours: Uint8Array, theirs: Uint8Array): void {
  if (Buffer.compare(ours, theirs) === 0) return;
  let at = 0;
  while (ours[at] === theirs[at]) at++;
  const [a, b] = [ours, theirs].map((text) => Buffer.from(text.subarray(Math.max(0, at - 80), at + 80)).toString());
  expect(`byte ${at}: ${a}`).toBe(`byte ${at}: ${b}`);
}

function expectAsBpftool(graph: Btf, path: string): void {
  for (const pretty of [false, true]) {
    const theirs = bpftool(path, pretty);
    expect(theirs).toBeDefined();
    expectSame(formatJsonBytes(graph, { pretty, style: "bpftool-7.1" }), theirs!);
  }
}

describe.skipIf(NO_BPFTOOL)(`as bpftool 7.1${NO_BPFTOOL}`, () => {
  it.skipIf(NO_KERNEL)(`the running kernel, whole and in pieces${NO_KERNEL}`, () => {
    const graph = kernelBtf();
    expectAsBpftool(graph, KERNEL_BTF);
    const pieces: Buffer[] = [];
    writeJson(graph, {}, (piece) => pieces.push(Buffer.from(piece)));
    expect(pieces.length).toBeGreaterThan(1);
    expectSame(Buffer.concat(pieces), formatJsonBytes(graph));
  });

  it.skipIf(NO_CLANG).each(["bpf", "bpfeb"])(`every file of the corpus, %s${NO_CLANG}`, (target) => {
    const sources = readdirSync(CORPUS).filter((name) => name.endsWith(".c") && name !== "43-nothing.c");
    expect(sources.length).toBeGreaterThan(30);
    for (const source of sources) {
      const object = join(folder, `${source}.${target}.o`);
      execFileSync(CLANG, ["-target", target, "-g", "-O2", "-c", join(CORPUS, source), "-o", object]);
      expectAsBpftool(readBtf(object), object);
    }
  });

  it("random graphs", () => {
    let compared = 0;
    fc.assert(
      fc.property(graphSpec, (spec) => {
        const types = spec.types.filter(({ kind }) => kind <= LAST_KIND);
        const { bytes } = writeGraph({ ...spec, types, headerLength: 24, layoutEntries: 0, gaps: [0, 0, 0] });
        const path = join(folder, "random.btf");
        writeFileSync(path, bytes);
        for (const pretty of [false, true]) {
          const theirs = bpftool(path, pretty);
          if (theirs === undefined) continue;
          compared++;
          expectSame(formatJsonBytes(decode(bytes), { pretty, style: "bpftool-7.1" }), theirs);
        }
      }),
      { numRuns: 500, seed: SEED },
    );
    expect(compared).toBeGreaterThan(500);
  }, 120_000);
});

/** One type of this name. */
function named(text: string): Btf {
  return decode(rawBtf([[1, info(16), 4]], `\0${text}\0`));
}

describe("by default", () => {
  it("escapes what JSON asks for, whatever a name holds", () => {
    const text = Array.from({ length: 0x7f }, (_, i) => String.fromCharCode(i + 1)).join("") + "é\u2028😀";
    const { types } = JSON.parse(formatJson(named(text))) as { types: readonly { name: string }[] };
    expect(types.map((type) => type.name)).toEqual([text]);
  });

  it("equals style bpftool-7.1 but for the characters that this gets wrong", () => {
    expect(formatJson(named('a"b\tc'))).toBe(formatJson(named('a"b\tc'), { style: "bpftool-7.1" }));
    expect(formatJson(named("\\"))).toContain('"name":"\\\\"');
    expect(formatJson(named("\\"), { style: "bpftool-7.1" })).toContain('"name":"\\n"');
    expect(formatJson(named("\x01"))).toContain('"name":"\\u0001"');
  });

  it("gives an empty list for no types", () => {
    const none = decode(rawBtf([], "\0"));
    expect(formatJson(none)).toBe('{"types":[]}\n');
    expect(formatJson(none, { pretty: true })).toBe('{\n    "types": []\n}\n');
  });

  it("prints the kinds of bpf-next", () => {
    const graph = decode(
      rawBtf(
        [
          [0, info(20, 2), 8, 0x12, 7, 9],
          [0, info(21, 1), 0, 1],
          [1, info(22, 1), 0, 1, 2, 64],
        ],
        "\0s\0",
      ),
    );
    expect(JSON.parse(formatJson(graph))).toEqual({
      types: [
        { id: 1, kind: "LOC_PARAM", name: "(anon)", size: 8, flags: 18, vlen: 2, values: [{ value: 7 }, { value: 9 }] },
        { id: 2, kind: "LOC_PROTO", name: "(anon)", vlen: 1, params: [{ type_id: 1 }] },
        {
          id: 3,
          kind: "LOCSEC",
          name: "s",
          vlen: 1,
          locs: [{ func_type_id: 1, loc_proto_type_id: 2, offset: 64 }],
        },
      ],
    });
  });

  it("refuses a style that there is not, and names those there are", () => {
    expect(() => formatJson(named("x"), { style: "bpftool-5" as "bpftool-7.1" })).toThrow(
      expect.objectContaining({ code: "EINVAL", rule: "text-style", message: expect.stringContaining("bpftool-7.8") }),
    );
  });
});
