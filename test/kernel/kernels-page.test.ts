import { fileURLToPath } from "node:url";

import { format, resolveConfig } from "prettier";
import { expect, it } from "vitest";

import { KERNELS, WHAT_IFS } from "btfkit/kernel";
import { renderKernelsPage } from "./kernels-page.js";

const PAGE = fileURLToPath(new URL("../../docs/kernels.md", import.meta.url));

/** `npx vitest run test/kernel/kernels-page.test.ts --update` writes it. */
it("docs/kernels.md shows what KERNELS says", async () => {
  const options = await resolveConfig(PAGE);
  const page = await format(renderKernelsPage(), { ...options, filepath: PAGE });
  await expect(page).toMatchFileSnapshot(PAGE);
  const changes = [...KERNELS.flatMap((row) => row.changes), ...WHAT_IFS];
  for (const { token } of changes) expect(page).toContain(`\`${token}\``);
  for (const { kernel } of KERNELS) expect(page).toContain(kernel);
});
