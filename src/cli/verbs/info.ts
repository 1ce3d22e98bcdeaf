import { decode } from "../../decoder/with-spellings.js";
import { countKinds, graphOf, type Btf } from "../../model/btf.js";
import { isBtfError } from "../../model/errors.js";
import { stringStartOf } from "../../model/graph.js";
import { decodeFile, type BtfFile } from "../../node/btf-file.js";
import { endianOf, readHeader } from "../../wire/header.js";
import { KIND_NAMES } from "../../wire/kinds.js";
import { BASE_HELP, FILE_HELP, readBase, readInput } from "../input.js";
import type { Verb } from "../verb.js";

interface InfoOptions {
  readonly base?: string;
  readonly json?: true;
}

/** Offset in bytes from the start of the BTF. */
interface Section {
  readonly offset: number;
  readonly length: number;
}

/** What `--json` prints. */
interface Info {
  readonly file: string;
  readonly format: "raw" | "elf";
  readonly bytes: number;
  readonly endian: "little" | "big";
  readonly version: number;
  readonly flags: number;
  readonly headerLength: number;
  readonly sections: { readonly types: Section; readonly strings: Section; readonly layout: Section | null };
  /** Whether it is a split BTF: `suspected` when it looks like one and no base was given. */
  readonly split: boolean | "suspected";
  readonly startId: number;
  /** Its own types. */
  readonly types: number;
  readonly kinds: Readonly<Record<string, number>>;
  /** Its own strings. */
  readonly strings: number;
  /** Bytes. */
  readonly pointerSize: number;
  readonly elf?: {
    readonly bits: number;
    readonly endian: string;
    readonly sections: readonly { readonly name: string; readonly size: number }[];
  };
}

function kindName(kind: number): string {
  return KIND_NAMES[kind] ?? `UNKNOWN ${kind}`;
}

function countStrings(graph: Btf): number {
  const { runs, ownFrom } = graphOf(graph);
  let count = 0;
  let start = stringStartOf(graphOf(graph));
  for (const { segment, stringEnd } of runs.slice(ownFrom)) {
    for (let at = start - segment.stringStart; at < stringEnd - segment.stringStart; at++) {
      if (segment.strings[at] === 0) count++;
    }
    start = stringEnd;
  }
  return count;
}

/** The graph of a file, or what can be read of a split one whose base is missing. */
function readFor(file: BtfFile, base: Btf | undefined): { graph: Btf; split: Info["split"] } {
  try {
    return { graph: decodeFile(file, base), split: base !== undefined };
  } catch (error) {
    if (!isBtfError(error) || error.rule !== "base-missing") throw error;
    return { graph: decode(file.bytes, { lenient: true }), split: "suspected" };
  }
}

function inspect(file: BtfFile, base: Btf | undefined): Info {
  const { bytes, elf } = file;
  const { graph, split } = readFor(file, base);
  const header = readHeader(bytes, endianOf(bytes) ?? "little");
  const { headerLength, typeOffset, typeLength, stringOffset, stringLength, layoutOffset, layoutLength } = header;
  return {
    file: file.name,
    format: elf === undefined ? "raw" : "elf",
    bytes: bytes.length,
    endian: header.endian,
    version: header.version,
    flags: header.flags,
    headerLength,
    sections: {
      types: { offset: headerLength + typeOffset, length: typeLength },
      strings: { offset: headerLength + stringOffset, length: stringLength },
      layout: layoutLength === 0 ? null : { offset: headerLength + layoutOffset, length: layoutLength },
    },
    split,
    startId: graph.startId,
    types: graph.typeCount - graph.startId,
    kinds: Object.fromEntries(countKinds(graph, kindName)),
    strings: countStrings(graph),
    pointerSize: graph.pointerSize,
    ...(elf && { elf: { bits: elf.bits, endian: elf.endian, sections: elf.sections } }),
  };
}

function describeSplit({ split, startId }: Info): string {
  if (split === "suspected")
    return "split, as it seems: give its base with --base; ids and names are not right without";
  return split ? `split: its ids begin at ${startId}` : "not split";
}

function describeSection({ offset, length }: Section): string {
  return `${length} bytes at ${offset}`;
}

function formatInfo(info: Info): string {
  const { sections, elf } = info;
  const rows: [string, string][] = [
    ["file", info.file],
    ["format", elf === undefined ? "raw BTF" : `ELF, ${elf.bits} bits, ${elf.endian} endian`],
    ["BTF", `${info.bytes} bytes, ${info.endian} endian`],
    ["header", `${info.headerLength} bytes, version ${info.version}, flags 0x${info.flags.toString(16)}`],
    ["types", `${info.types}, ${describeSection(sections.types)}`],
    ["strings", `${info.strings}, ${describeSection(sections.strings)}`],
    ["layout", sections.layout === null ? "none" : describeSection(sections.layout)],
    ["base", describeSplit(info)],
    ["pointer size", `${info.pointerSize} bytes`],
  ];
  for (const { name, size } of elf?.sections ?? []) {
    if (name.startsWith(".BTF")) rows.push([`section ${name}`, `${size} bytes`]);
  }
  for (const [kind, count] of Object.entries(info.kinds)) rows.push([kind, String(count)]);
  const width = Math.max(...rows.map(([label]) => label.length)) + 2;
  return rows.map(([label, value]) => `${label.padEnd(width)}${value}\n`).join("");
}

/** `btfkit info FILE [--base FILE] [--json]` */
export const info: Verb = {
  define(command, io) {
    command
      .argument("<file>", FILE_HELP)
      .option("--base <file>", BASE_HELP)
      .option("--json", "print it as JSON")
      .action((file: string, { base, json }: InfoOptions) => {
        const found = inspect(readInput(io, file), readBase(base));
        io.out(Buffer.from(json ? `${JSON.stringify(found, null, 2)}\n` : formatInfo(found)));
      });
  },
};
