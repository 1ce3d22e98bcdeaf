import type { Btf } from "../model/btf.js";
import { BtfError } from "../model/errors.js";
import { layoutOf } from "./layout/layout-of.js";
import { layoutSvg } from "./layout/svg.js";
import type { LayoutTheme } from "./layout/svg-theme.js";

/** What {@link formatLayoutSvg} is told beside the type. */
export interface LayoutSvgOptions {
  /** `"auto"`, the default, is light or dark as the reader's page is. */
  readonly theme?: LayoutTheme;
  /** Bytes of a cache line, 64 unless given; a thick line shows where one ends. */
  readonly cacheLine?: number;
}

/** A larger picture is none. */
const MOST_BYTES = 1 << 16;

/**
 * The layout of a STRUCT or UNION as a picture of its bytes: members by the kind of their type, holes and padding
 * striped, cache lines apart; a union's members one below another. What a member is, and where, comes up under the
 * pointer.
 *
 * @returns an SVG document
 * @throws BtfError EINVAL `type-id-range`, and `layout-kind` for a type of another kind; E2BIG `layout-size` above 64
 * kB
 *
 * @example
 * ```ts
 * writeFileSync("sk_buff.svg", formatLayoutSvg(kernelBtf(), kernelBtf().id("struct sk_buff")));
 * ```
 */
export function formatLayoutSvg(graph: Btf, id: number, options: LayoutSvgOptions = {}): string {
  const { theme = "auto", cacheLine = 64 } = options;
  const layout = layoutOf(graph, id);
  const { size, members } = layout.summary;
  if (size * (layout.kind === "UNION" ? Math.max(1, members) : 1) > MOST_BYTES) {
    throw new BtfError(`type [${id}] ${layout.kind} '${layout.name}': ${size} bytes are too many for a picture`, {
      code: "E2BIG",
      rule: "layout-size",
      typeId: id,
    });
  }
  return layoutSvg(graph, layout, theme, cacheLine);
}
