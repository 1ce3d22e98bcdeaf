export { formatJson, formatJsonBytes, writeJson, type JsonOptions } from "./format-json.js";
export { formatRaw, formatRawBytes, writeRaw } from "./format-raw.js";
export type { TextStyle } from "./style.js";
