import { pathToFileURL } from "node:url";

import type * as Tsx from "tsx/esm/api";

import { BtfError } from "../model/errors.js";
import { hasCode } from "./descriptors.js";
import { fileError } from "./file-error.js";

/** What a module exports. */
export type ModuleExports = Readonly<Record<string, unknown>>;

const TYPESCRIPT = /\.[mc]?ts$/;

/** True where Node imports TypeScript by itself: from 22.18 on. */
function nodeReadsTypeScript(): boolean {
  const { typescript = false } = process.features as { readonly typescript?: string | false };
  return typescript !== false;
}

/** The package tsx, an optional peer; undefined where it is not installed. */
async function findTsx(): Promise<typeof Tsx | undefined> {
  try {
    return await import("tsx/esm/api");
  } catch (error) {
    if (hasCode(error, "ERR_MODULE_NOT_FOUND")) return undefined;
    throw error;
  }
}

/**
 * Imports a JavaScript or TypeScript module. Node below 22.18 needs the package `tsx` for TypeScript.
 *
 * @param path an absolute path
 * @throws BtfError EOPNOTSUPP `typescript-loader` where nothing can import TypeScript; `file` for a file that is not
 * there; EINVAL `module` for one that fails while it is imported, with the error as its `cause`
 */
export async function importModule(path: string): Promise<ModuleExports> {
  const url = pathToFileURL(path).href;
  try {
    if (!TYPESCRIPT.test(path) || nodeReadsTypeScript()) return (await import(url)) as ModuleExports;
    const tsx = await findTsx();
    if (tsx !== undefined) return (await tsx.tsImport(url, import.meta.url)) as ModuleExports;
  } catch (error) {
    if (hasCode(error, "ENOENT")) throw fileError(path, "can't be read", error);
    const reason = error instanceof Error ? error.message : String(error);
    throw new BtfError(`${path}: can't be imported: ${reason}`, { code: "EINVAL", rule: "module" }, { cause: error });
  }
  throw new BtfError(
    `${path}: Node ${process.versions.node} can't import TypeScript: npm install --save-dev tsx, or use Node 22.18 or ` +
      "later, or write the file as .mjs",
    { code: "EOPNOTSUPP", rule: "typescript-loader" },
  );
}
