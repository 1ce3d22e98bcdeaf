import { Option } from "commander";

import type { Btf } from "../../model/btf.js";
import { decodeFile } from "../../node/btf-file.js";
import type { ByteLanguage } from "../../text/format-bytes.js";
import { BASE_HELP, FILE_HELP, readBase, readInput } from "../input.js";
import { OUTPUT_HELP, writeOutput } from "../output.js";
import type { Verb } from "../verb.js";

/** What generators are told beside the graph; each takes what concerns it. */
interface GenOptions {
  readonly name?: string;
  readonly package?: string;
  readonly form?: "fluent" | "recipe";
  readonly exact: boolean;
  readonly root?: readonly string[];
}

/** What generators are made of: the bytes of the file, and the graph that they are when they are sound. */
interface Input {
  readonly bytes: Uint8Array;
  readonly base: Btf | undefined;
  graph(): Btf;
}

type Generator = (input: Input, options: GenOptions) => string;

const ofBytes = async (lang: ByteLanguage): Promise<Generator> => {
  const { formatBytes } = await import("../../text/format-bytes.js");
  return ({ bytes, base }, { name, package: packageName }) =>
    formatBytes(bytes, {
      lang,
      ...(name !== undefined && { name }),
      ...(packageName !== undefined && { package: packageName }),
      ...(base !== undefined && { base }),
    });
};

/** A root as the command line has it: digits are an id. */
function idOrName(root: string): number | string {
  return /^\d+$/.test(root) ? Number(root) : root;
}

/** What `--to` takes. Each is loaded when it is asked for. */
const GENERATORS: Readonly<Record<string, () => Promise<Generator>>> = {
  ts: async () => {
    const { formatTypeScript } = await import("../../text/format-typescript.js");
    return (input, { name, form, exact }) =>
      formatTypeScript(input.graph(), {
        exact,
        ...(name !== undefined && { name }),
        ...(form !== undefined && { form }),
      });
  },
  selftest: async () => {
    const { formatSelftest } = await import("../../text/format-selftest.js");
    return (input, { name, exact }) =>
      formatSelftest(input.graph(), { exact, ...(name !== undefined && { descr: name }) });
  },
  libbpf: async () => {
    const { formatLibbpf } = await import("../../text/format-libbpf.js");
    return (input, { name, exact }) => formatLibbpf(input.graph(), { exact, ...(name !== undefined && { name }) });
  },
  c: () => ofBytes("c"),
  go: () => ofBytes("go"),
  rust: () => ofBytes("rust"),
  python: () => ofBytes("python"),
  hex: () => ofBytes("hex"),
  base64: () => ofBytes("base64"),
  cilium: async () => {
    const { formatCilium } = await import("../../text/format-cilium.js");
    return (input, { name, package: packageName }) =>
      formatCilium(input.graph(), {
        ...(name !== undefined && { name }),
        ...(packageName !== undefined && { package: packageName }),
      });
  },
  "ts-view": async () => {
    const { formatTsView } = await import("../../text/format-ts-view.js");
    return (input, { root = [] }) => formatTsView(input.graph(), { root: root.map(idOrName) });
  },
  json: async () => {
    const { formatBtfJson } = await import("../../text/to-json.js");
    return (input) => formatBtfJson(input.graph());
  },
};

/** Options that only some generators have a use for. */
const ONLY_FOR = {
  form: ["ts"],
  package: ["go", "cilium"],
  root: ["ts-view"],
} as const;

/** What is said of an option that means nothing to the generator, and would be misunderstood. */
function misused(to: string, options: GenOptions): string | undefined {
  if (to === "ts-view" && options.root === undefined) return "error: --to ts-view needs --root, the structs to read";
  for (const [option, generators] of Object.entries(ONLY_FOR)) {
    if (options[option as keyof typeof ONLY_FOR] === undefined || generators.some((each) => each === to)) continue;
    return `error: option --${option} is for --to ${generators.join(" and ")}`;
  }
  return undefined;
}

interface GenVerbOptions extends GenOptions {
  readonly to: string;
  readonly base?: string;
  readonly output: string;
}

/** `btfkit gen FILE --to ts [--name NAME] [--form fluent] [--no-exact] [--package NAME] [--base FILE] [-o OUT]` */
export const gen: Verb = {
  define(command, io) {
    command
      .argument("<file>", FILE_HELP)
      .addOption(new Option("--to <language>", "what to write").choices(Object.keys(GENERATORS)).makeOptionMandatory())
      .option("--root <type...>", 'the structs that ts-view reads and writes, as "struct event"; names or ids')
      .option("--name <name>", "the name of the constant or function; of a selftest its descr")
      .addOption(new Option("--form <form>", "ts: one chain, or a recipe").choices(["fluent", "recipe"]))
      .option("--package <name>", "go, cilium: the package")
      .option("--no-exact", "let strings and header differ; types, ids and names stay")
      .option("--base <file>", BASE_HELP)
      .option("-o, --output <file>", OUTPUT_HELP, "-")
      .action(async (file: string, { to, base: baseFile, output, ...options }: GenVerbOptions) => {
        const wrong = misused(to, options);
        if (wrong !== undefined) command.error(wrong);
        const generate = await GENERATORS[to]!();
        const found = readInput(io, file);
        const base = readBase(baseFile);
        const text = generate({ bytes: found.bytes, base, graph: () => decodeFile(found, base) }, options);
        writeOutput(io, output, (write) => write(Buffer.from(text)));
      });
  },
};
