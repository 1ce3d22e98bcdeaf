export { detectFeatures } from "./detect-features.js";
export { canLoad, closeFd, loadBtf, type CanLoad, type LoadBtfOptions, type LoadResult } from "./load-btf.js";
export { KERNEL_BTF, kernelBtf, readBtf, type ReadBtfOptions } from "./read-btf.js";
export { writeFileWhole, type Write } from "./write-file-whole.js";
