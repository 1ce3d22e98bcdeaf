export type { DecodeOptions } from "./decode.js";
export { decode } from "./with-names.js";
export type { Diagnostic } from "../model/graph.js";
