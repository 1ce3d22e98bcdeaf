import { createHash } from "node:crypto";
import { expect, it } from "vitest";

import { verify } from "btfkit/kernel";
import { LARGE_PROBES } from "./large-probes.js";

it.each(LARGE_PROBES)("$name: what Linux 6.18.44 said", ({ build, options, errno, logTrueSize, log }) => {
  const verdict = verify(build(), options);
  expect(verdict.errno).toBe(errno);
  expect(verdict.logTrueSize).toBe(logTrueSize);
  expect(createHash("sha256").update(verdict.logBytes).digest("hex")).toBe(log);
});
