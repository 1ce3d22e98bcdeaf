import { decode } from "../decoder/index.js";
import type { Btf } from "../model/btf.js";
import { formatRaw } from "../text/index.js";
import { endianOf, HEADER_BYTES } from "../wire/header.js";
import { isGraph } from "./subject.js";

/** What vitest's and jest's `expect.addSnapshotSerializer` take. */
export interface BtfSerializer {
  /** Whether it shows a value. */
  test(value: unknown): boolean;
  /** The text of a value; lines behind the first are indented. */
  serialize(value: unknown, config?: unknown, indentation?: string): string;
}

const isBtfBytes = (value: unknown): value is Uint8Array =>
  value instanceof Uint8Array && value.length >= HEADER_BYTES && endianOf(value) !== undefined && value[2] === 1;

/** What a lenient decoder had to say follows the dump of broken BTF. */
function dump(value: Btf | Uint8Array): string {
  const graph = value instanceof Uint8Array ? decode(value, { lenient: true }) : value;
  const problems = graph.diagnostics.map(({ message }) => `! ${message}`);
  return [formatRaw(graph).trimEnd(), ...problems].filter((line) => line !== "").join("\n");
}

/**
 * Shows graphs, and bytes that begin as BTF does, as a raw dump in snapshots.
 *
 * @example
 * ```ts
 * expect.addSnapshotSerializer(btfSerializer); // importing "btfkit/vitest" does it
 * expect(btf().addInt("int", 4, "signed").build()).toMatchInlineSnapshot(
 *   `[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED`,
 * );
 * ```
 */
export const btfSerializer: BtfSerializer = {
  test: (value) => isGraph(value) || isBtfBytes(value),
  serialize: (value, _config, indentation = "") =>
    dump(value as Btf | Uint8Array)
      .split("\n")
      .join(`\n${indentation}`),
};
