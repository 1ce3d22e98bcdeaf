export { formatC, formatCBytes, writeC, type COptions } from "./format-c.js";
export { formatJson, formatJsonBytes, writeJson, type JsonOptions } from "./format-json.js";
export { formatRaw, formatRawBytes, writeRaw } from "./format-raw.js";
export type { CStyle, TextStyle } from "./style.js";
