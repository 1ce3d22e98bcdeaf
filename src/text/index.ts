export { formatC, formatCBytes, writeC, type COptions } from "./format-c.js";
export { formatData, type DataOptions } from "./format-data.js";
export { formatTypeDecl, type TypeDeclOptions } from "./format-type-decl.js";
export { formatJson, formatJsonBytes, writeJson, type JsonOptions } from "./format-json.js";
export { formatRaw, formatRawBytes, writeRaw, type RawOptions } from "./format-raw.js";
export type { CStyle, TextStyle } from "./style.js";
export { c, type CTag } from "./c/c-tag.js";
export { parseC, type ParseCOptions } from "./c/parse-c.js";
export { formatDiagnostic } from "./c/problems.js";
export type { SourceDiagnostic } from "../model/diagnostic.js";
export { diff } from "./diff.js";
export type {
  ChangedType,
  DiffChange,
  DiffCounts,
  DiffFieldChange,
  DiffFields,
  DiffParamFields,
  DiffPartAdded,
  DiffPartKind,
  DiffPartRemoved,
  DiffParts,
  DiffType,
  GraphDiff,
} from "./diff/diff-types.js";
export type { DiffKind } from "./diff/groups.js";
export { formatDiff, type DiffTextOptions } from "./format-diff.js";
export { formatDiffMarkdown } from "./format-diff-markdown.js";
export { isomorphic } from "./isomorphic.js";
export type { RawStyle } from "../model/raw-lines.js";
export { parseRaw, type ParseRawOptions } from "./parse-raw.js";
export { formatDot } from "./format-dot.js";
export { formatMermaid } from "./format-mermaid.js";
export type { PictureOptions } from "./graph-picture/picture.js";
export { formatHex, hexLines, type HexOptions } from "./format-hex.js";
export { formatLayout, type LayoutOptions } from "./format-layout.js";
export { layoutOf, type Layout, type LayoutRow, type LayoutSummary } from "./layout/layout-of.js";
export { formatLayoutSvg, type LayoutSvgOptions } from "./format-layout-svg.js";
export type { LayoutTheme } from "./layout/svg-theme.js";
export { formatTypeScript, type TypeScriptOptions } from "./format-typescript.js";
export { formatLibbpf, type LibbpfOptions, type LibbpfRelease } from "./format-libbpf.js";
export { formatSelftest, type SelftestOptions } from "./format-selftest.js";
export { formatBytes, type ByteLanguage, type BytesOptions } from "./format-bytes.js";
export { formatBtfJson, toJson } from "./to-json.js";
export { fromJson, type FromJsonOptions } from "./from-json.js";
export type { BtfJson, BtfJsonEnum64Value, BtfJsonRawType, BtfJsonType } from "./code/json-schema.js";
export { formatTsView, type TsViewOptions } from "./format-ts-view.js";
export { formatCilium, type CiliumOptions } from "./format-cilium.js";
