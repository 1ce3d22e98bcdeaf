import { fileURLToPath } from "node:url";

import { format, resolveConfig } from "prettier";
import { expect, it } from "vitest";

import { DAMAGES } from "btfkit/damage";
import { renderDamagePage } from "./damage-page.js";

const PAGE = fileURLToPath(new URL("../../docs/damage.md", import.meta.url));

/** `npx vitest run test/damage/damage-page.test.ts --update` writes it. */
it("docs/damage.md shows what DAMAGES says", async () => {
  const options = await resolveConfig(PAGE);
  const page = await format(renderDamagePage(), { ...options, filepath: PAGE });
  await expect(page).toMatchFileSnapshot(PAGE);
  for (const { name } of DAMAGES) expect(page).toContain(`| \`${name}\` `);
});
