/** The strict compiler on generated programs. */
import { fileURLToPath } from "node:url";

import ts from "typescript";

const root = fileURLToPath(new URL("../../..", import.meta.url));

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts"],
  types: [],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  noImplicitReturns: true,
  noPropertyAccessFromIndexSignature: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true,
  paths: { btfkit: [`${root}src/index.ts`] },
};

/** Files that are the same for all programs. */
const files = new Map<string, ts.SourceFile | undefined>();

/** What the compiler says of programs, by file name, one entry for each that it finds fault with. */
export function strictMessages(
  programs: ReadonlyMap<string, string>,
): [file: string, messages: string[], text: string][] {
  const made = new Map([...programs].map(([file, text]) => [`${root}test/text/code/made/${file}`, text]));
  const host = ts.createCompilerHost(OPTIONS);
  const getSourceFile = host.getSourceFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  host.fileExists = (file) => made.has(file) || fileExists(file);
  host.getSourceFile = (file, version) => {
    const text = made.get(file);
    if (text !== undefined) return ts.createSourceFile(file, text, version, true);
    if (!files.has(file)) files.set(file, getSourceFile(file, version));
    return files.get(file);
  };
  const program = ts.createProgram([...made.keys(), `${root}types/web.d.ts`], OPTIONS, host);
  return [...made].flatMap(([file, text]): [string, string[], string][] => {
    const source = program.getSourceFile(file)!;
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    const messages = found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
    return messages.length === 0 ? [] : [[file, messages, text]];
  });
}
