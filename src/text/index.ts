export { formatC, formatCBytes, writeC, type COptions } from "./format-c.js";
export { formatJson, formatJsonBytes, writeJson, type JsonOptions } from "./format-json.js";
export { formatRaw, formatRawBytes, writeRaw } from "./format-raw.js";
export type { CStyle, TextStyle } from "./style.js";
export { c, type CTag } from "./c/c-tag.js";
export { parseC, type ParseCOptions } from "./c/parse-c.js";
export { formatDiagnostic } from "./c/problems.js";
export type { SourceDiagnostic } from "../model/diagnostic.js";
export { isomorphic } from "./isomorphic.js";
