import { canLoad } from "btfkit/node";
import type { Oracle } from "./oracles.js";

/** Whether the running kernel can be asked to load BTF. Where oracles are required, an error when it can't. */
export function kernelOracle(): Oracle {
  const able = canLoad();
  if (able.ok) return { available: true };
  if (process.env["BTFKIT_REQUIRE_ORACLES"] === "1") {
    throw new Error(`${able.reason}, and BTFKIT_REQUIRE_ORACLES=1 asks for it`);
  }
  return { available: false, reason: able.reason };
}
