import { describe, expect, it } from "vitest";

import { btf, encode } from "btfkit";
import { formatDot, formatMermaid } from "btfkit/text";
import { run } from "../../src/cli/run.js";

const graph = btf()
  .addStruct("a", 8)
  .addField("b", "struct a *", 0)
  .addStruct("c", 8)
  .addField("a", "struct a *", 0)
  .build();

async function dump(...argv: readonly string[]) {
  const out: Uint8Array[] = [];
  let stderr = "";
  const io = {
    out: (bytes: Uint8Array) => out.push(Uint8Array.from(bytes)),
    err: (text: string) => {
      stderr += text;
    },
    in: () => encode(graph),
  };
  const code = await run(["dump", "-", ...argv], io, "1.2.3");
  return { code, stdout: Buffer.concat(out).toString(), stderr };
}

describe("btfkit dump --format dot and mermaid", () => {
  it("prints what formatDot and formatMermaid give", async () => {
    expect(await dump("--format", "dot")).toEqual({ code: 0, stdout: formatDot(graph), stderr: "" });
    expect(await dump("--format", "mermaid")).toEqual({ code: 0, stdout: formatMermaid(graph), stderr: "" });
  });

  it("takes roots and a depth", async () => {
    const { stdout } = await dump("--format", "dot", "--root", "c", "--depth", "1");
    expect(stdout).toBe(formatDot(graph, { root: "c", depth: 1 }));
    expect(stdout).not.toBe(formatDot(graph));
    const byId = await dump("--format", "mermaid", "--root", "1", "c", "--depth", "0");
    expect(byId.stdout).toBe(formatMermaid(graph, { root: [1, "c"], depth: 0 }));
  });

  it("refuses a root and a depth that there is not", async () => {
    expect(await dump("--format", "dot", "--root", "none")).toMatchObject({ code: 1, stdout: "" });
    const { code, stderr } = await dump("--format", "dot", "--root", "c", "--depth", "far");
    expect([code, stderr]).toEqual([1, "btfkit: formatDot(): depth is NaN; expected a whole number of steps\n"]);
  });
});
