export { formatRaw, formatRawBytes, writeRaw } from "./format-raw.js";
