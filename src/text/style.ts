import { BtfError } from "../model/errors.js";

/**
 * Whose text is equalled where versions differ: Debian 12's bpftool 7.1, which carries libbpf of the kernel 6.1.192, or
 * bpftool 7.8 with libbpf 1.8.
 */
export type TextStyle = (typeof TEXT_STYLES)[number];

/** The names of all {@link TextStyle}s. */
export const TEXT_STYLES = ["bpftool-7.1", "bpftool-7.8"] as const;

/** As {@link TextStyle}; `"libbpf-1.1"` is the library of that release, which differs from both in a few words. */
export type CStyle = TextStyle | "libbpf-1.1";

/** The row of a style in a table of what styles do. */
export function styleRow<Style extends string, Row>(rows: Readonly<Record<Style, Row>>, style: Style): Row {
  if (Object.hasOwn(rows, style)) return rows[style];
  throw new BtfError(`style ${JSON.stringify(style)} is none of ${Object.keys(rows).join(", ")}`, {
    code: "EINVAL",
    rule: "text-style",
    field: "style",
  });
}
