import { readdirSync } from "node:fs";
import { expect, test, vi } from "vitest";

const folder = new URL("../examples/", import.meta.url);

/** Runs an example and gives what it prints. */
async function printed(file: string): Promise<string> {
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...parts: unknown[]) => {
    lines.push(parts.map((part) => (typeof part === "string" ? part : JSON.stringify(part, null, 1))).join(" "));
  });
  try {
    await import(new URL(file, folder).href);
  } finally {
    log.mockRestore();
  }
  return lines.join("\n");
}

/** Those that are tests run as such. */
const files = readdirSync(folder).filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));

/** What the quickstart prints depends on the machine; that it ends well, and what it checked, does not. */
test("quickstart.ts", async () => {
  const text = await printed("quickstart.ts");
  expect(text).toContain("[6] DATASEC '.ksyms' size=0 vlen=1\n\ttype_id=5 offset=0 size=0 (FUNC 'foo')");
  expect(text.match(/: yes$/gm)).toHaveLength(3);
  expect(text).toMatch(/Its log:|no koffi|Linux|permission/);
  expect(text).toContain("the nearest known: 'struct sock'");
});

test.each(files.filter((file) => file !== "quickstart.ts"))("%s prints what it printed", async (file) => {
  expect(await printed(file)).toMatchSnapshot();
});
