export { btf, defineBtf } from "./builder/index.js";
export { decode, type DecodeOptions } from "./decoder/index.js";
export { encode, type EncodeOptions } from "./encoder/index.js";
export { Btf } from "./model/btf.js";
export { BtfError, isBtfError, type BtfErrorDetails, type Errno } from "./model/errors.js";
