export { encode, type EncodeOptions } from "./encode.js";
