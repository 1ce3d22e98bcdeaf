export { decode, type DecodeOptions } from "./decode.js";
export type { Diagnostic } from "../model/graph.js";
