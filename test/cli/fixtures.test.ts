import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, describe, expect, it } from "vitest";

import { decode } from "btfkit";
import { verify } from "btfkit/kernel";
import { run } from "../../src/cli/run.js";
import events from "../fixtures/project/events.btf.js";

const PROJECT = fileURLToPath(new URL("../fixtures/project", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "btfkit-fixtures-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (...names: readonly string[]): string => join(folder, ...names);

/** `btfkit fixtures` with its streams caught. */
async function btfkitFixtures(...argv: readonly string[]) {
  let stdout = "";
  let stderr = "";
  const out = (bytes: Uint8Array): void => {
    stdout += Buffer.from(bytes).toString();
  };
  const err = (text: string): void => {
    stderr += text;
  };
  const code = await run(["fixtures", ...argv], { out, err, in: () => new Uint8Array() }, "1.2.3");
  return { code, stdout, stderr };
}

/** A file of fixtures that needs nothing. */
function plainSource(name: string, source: string): string {
  mkdirSync(at(name, ".."), { recursive: true });
  writeFileSync(at(name), source);
  return at(name);
}
const LIST = `Symbol.for("btfkit.fixtures")`;
const listing = (name: string, byte: number): string =>
  `export default { [${LIST}]: [{ name: "${name}", bytes: () => Uint8Array.of(${byte}) }] };\n`;

describe("btfkit fixtures", () => {
  it("writes what TypeScript defines, and nothing twice", async () => {
    const out = at("out");
    const first = await btfkitFixtures(PROJECT, "--out", out);
    expect(first).toEqual({
      code: 0,
      stdout: ["event", "event-builder", "event-broken"].map((name) => `${join(out, name)}.btf\n`).join(""),
      stderr: "",
    });
    expect(decode(readFileSync(join(out, "event.btf"))).equals(events.event())).toBe(true);
    expect(verify(readFileSync(join(out, "event-broken.btf"))).at?.rule).toBe("member-offset");
    utimesSync(join(out, "event.btf"), 1, 1);
    expect(await btfkitFixtures(PROJECT, "--out", out)).toEqual({ code: 0, stdout: "3 unchanged\n", stderr: "" });
    expect(statSync(join(out, "event.btf")).mtimeMs).toBe(1000);
  });

  it("checks, and writes nothing then", async () => {
    const out = at("checked");
    const source = join(PROJECT, "events.btf.ts");
    expect(await btfkitFixtures(source, "--to", "hex", "--out", out)).toMatchObject({ code: 0 });
    expect(await btfkitFixtures(source, "--to", "hex", "--out", out, "--check")).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
    writeFileSync(join(out, "event.hex"), "00\n");
    rmSync(join(out, "event-broken.hex"));
    const { code, stdout, stderr } = await btfkitFixtures(source, "--to", "hex", "--out", out, "--check");
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: `${join(out, "event.hex")}: different\n${join(out, "event-broken.hex")}: missing\n`,
    });
    expect(stderr).toMatch(/^btfkit: .*2 of 3 fixtures are not up to date; run without --check\n$/);
    expect(readdirSync(out).sort()).toEqual(["event-builder.hex", "event.hex"]);
  });

  it("takes JavaScript, of all folders but node_modules, in the order of the paths", async () => {
    plainSource("js/b.btf.mjs", listing("b", 2));
    plainSource("js/deep/a.btf.mjs", listing("a", 1));
    plainSource("js/node_modules/x.btf.mjs", listing("x", 3));
    plainSource("js/other.mjs", "throw new Error();");
    const { code, stdout } = await btfkitFixtures(at("js"), "--out", at("js-out"));
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${at("js-out", "b.btf")}\n${at("js-out", "a.btf")}\n` });
    expect([...readFileSync(at("js-out", "a.btf"))]).toEqual([1]);
  });

  it("writes Go as a package of its folder, where each name is once", async () => {
    expect(await btfkitFixtures(at("js"), "--to", "go", "--out", at("events"))).toMatchObject({ code: 0 });
    expect(readFileSync(at("events", "a.go"), "utf8")).toMatch(/^package events$/m);
    expect(await btfkitFixtures(at("js"), "--to", "go", "--out", at("Go-Files"))).toMatchObject({ code: 0 });
    expect(readFileSync(at("Go-Files", "a.go"), "utf8")).toMatch(/^package fixtures$/m);
    plainSource("names/a.btf.mjs", listing("a-b", 1));
    plainSource("names/b.btf.mjs", listing("a_b", 1));
    expect(await btfkitFixtures(at("names"), "--out", at("names-out"))).toMatchObject({ code: 0 });
    expect(await btfkitFixtures(at("names"), "--to", "go", "--out", at("names-out"))).toMatchObject({
      code: 1,
      stderr: `btfkit: ${at("names", "b.btf.mjs")}: AB is made by ${at("names", "a.btf.mjs")} too\n`,
    });
  });

  it("says in one line what is wrong, and writes nothing", async () => {
    plainSource("twice/a.btf.mjs", listing("same", 1));
    plainSource("twice/b.btf.mjs", listing("same", 2));
    plainSource("none/a.btf.mjs", "export default {};\n");
    plainSource("fails/a.btf.mjs", 'throw new Error("no luck");\n');
    mkdirSync(at("empty"));
    const cases: readonly (readonly [name: string, message: string])[] = [
      ["twice", `${at("twice", "b.btf.mjs")}: same.btf is made by ${at("twice", "a.btf.mjs")} too`],
      ["none", `${at("none", "a.btf.mjs")}: it exports no fixtures; expected: export default defineFixtures({ … })`],
      ["fails", `${at("fails", "a.btf.mjs")}: can't be imported: no luck`],
      ["empty", `${at("empty")}: there is no file *.btf.ts, *.btf.js or *.btf.mjs`],
      ["nowhere", `${at("nowhere")}: can't be read: there is no such file`],
    ];
    for (const [name, message] of cases) {
      const done = await btfkitFixtures(at(name), "--out", at("nothing"));
      expect(done).toEqual({ code: 1, stdout: "", stderr: `btfkit: ${message}\n` });
    }
    expect(readdirSync(folder)).not.toContain("nothing");
    writeFileSync(at("file"), "");
    const blocked = await btfkitFixtures(at("js"), "--out", at("file"));
    expect(blocked).toMatchObject({ code: 1, stderr: expect.stringContaining(`${at("file")}: can't be made`) });
  });

  it("calls misuse so", async () => {
    for (const argv of [[], [at("js")], [at("js"), "--out", at("o"), "--to", "docx"]]) {
      expect(await btfkitFixtures(...argv)).toMatchObject({ code: 2, stdout: "" });
    }
  });
});
