/**
 * Random BTF for property tests: valid, nearly valid and broken. It needs `fast-check`, an optional peer.
 *
 * @module
 */
export { brokenBtf, type BrokenBtf, type BrokenOptions } from "./broken-btf.js";
export { nearlyValidBtf } from "./nearly-valid-btf.js";
export { typeName, type TypeNameOptions } from "./type-name.js";
export { validBtf, type GraphOptions } from "./valid-btf.js";
