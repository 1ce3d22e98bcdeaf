/** Compiles a program against the package's own types and gives what the compiler says. */
import { fileURLToPath } from "node:url";

import ts from "typescript";

const root = fileURLToPath(new URL("../..", import.meta.url));

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts"],
  types: [],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true,
  paths: {
    btfkit: [`${root}src/index.ts`],
    "btfkit/fast-check": [`${root}src/arbitraries/index.ts`],
    "btfkit/*": [`${root}src/*/index.ts`],
  },
};

export interface Compiled {
  /** The messages in the program itself, each from its first line on. */
  readonly messages: readonly string[];
  /** What `tsc --extendedDiagnostics` calls Instantiations. */
  readonly instantiations: number;
}

/** The compiler's answer to a program. Other files are kept for the next program. */
export function compiler(): (source: string) => Compiled {
  const path = `${root}test/types/program.ts`;
  const files = new Map<string, ts.SourceFile | undefined>();
  return (source) => {
    const host = ts.createCompilerHost(OPTIONS);
    const read = host.getSourceFile.bind(host);
    const fileExists = host.fileExists.bind(host);
    host.fileExists = (name) => name === path || fileExists(name);
    host.getSourceFile = (name, version) => {
      if (name === path) return ts.createSourceFile(name, source, version, true);
      if (!files.has(name)) files.set(name, read(name, version));
      return files.get(name);
    };
    const program = ts.createProgram([path, `${root}types/web.d.ts`], OPTIONS, host);
    const file = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    const messages = found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
    return { messages, instantiations: program.getInstantiationCount() };
  };
}
