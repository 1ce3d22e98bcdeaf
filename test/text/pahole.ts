import type { Layout } from "btfkit/text";

/** What pahole says of a struct, or what a layout says in the same form. */
export interface PaholeStruct {
  readonly name: string;
  /** In order: `m offset[:bit] size` for a member or closing brace, `h count unit` for a hole. */
  readonly rows: readonly string[];
  /** `size`, `members`, `holes`, … */
  readonly numbers: Readonly<Record<string, number>>;
}

const NUMBERS = /(size|members|holes|sum holes|bit holes|sum bit holes|padding|bit_padding|last cacheline): (\d+)/g;

/** The structs and unions that pahole printed. */
export function* parsePahole(text: string): Generator<PaholeStruct> {
  for (const [, name, body] of text.matchAll(/^(?:struct|union) (\w+) \{\n([^]*?)^\}/gm)) {
    const rows: string[] = [];
    const numbers: Record<string, number> = {};
    for (const line of body!.split("\n")) {
      const member = /\/\* +(\d+)(?:: ?(\d+))? +(\d+)(?: .*)?\*\/$/.exec(line);
      const hole = /\/\* XXX (\d+) (bit|byte)s? hole/.exec(line);
      if (hole !== null) rows.push(`h ${hole[1]} ${hole[2]}`);
      else if (member !== null)
        rows.push(`m ${member[1]}${member[2] === undefined ? "" : `:${member[2]}`} ${member[3]}`);
      else if (/^\t\/\* [a-z]/.test(line))
        for (const [, key, value] of line.matchAll(NUMBERS)) numbers[key!] ??= Number(value);
    }
    yield { name: name!, rows, numbers };
  }
}

/** A layout in the form in which pahole's text is read. */
export function asPahole({ name, kind, rows, summary }: Layout): PaholeStruct {
  const numbers = {
    size: summary.size,
    members: summary.members,
    ...(summary.holes > 0 && { holes: summary.holes, "sum holes": summary.sumHoles }),
    ...(summary.bitHoles > 0 && { "bit holes": summary.bitHoles, "sum bit holes": summary.sumBitHoles }),
    ...(summary.padding > 0 && { padding: summary.padding }),
    ...(summary.bitPadding > 0 && { bit_padding: summary.bitPadding }),
    ...(summary.size % 64 !== 0 && { "last cacheline": summary.size % 64 }),
  };
  const lines = rows.flatMap((row) => {
    if (row.kind === "member") {
      const bit = row.bitfieldSize === 0 ? "" : `:${row.bitsOffset - row.offset * 8}`;
      return [`m ${row.offset}${bit} ${row.size}`];
    }
    if (row.kind === "close") return [`m ${row.offset} ${row.size}`];
    if (row.kind === "hole") return [`h ${row.size} byte`];
    return row.kind === "bit hole" ? [`h ${row.bits} bit`] : [];
  });
  // Of a union pahole sums nothing up.
  return { name, rows: lines, numbers: kind === "UNION" ? {} : numbers };
}

/** What pahole guesses beyond BTF: attributes, and remarks on how bit-fields and alignments came about. */
const GUESSES = [
  / __attribute__\(\(__(?:packed|aligned)__(?:\(\d+\))?\)\)/g,
  /\/\* (?:Bitfield combined with (?:next|previous) fields|Force alignment to the next boundary:) \*\//g,
  /\/\* forced alignments: .*\*\//g,
];

/** A struct's text with one space for any white space, none around a `*`, and without what pahole guesses. */
export function normalizedText(text: string): string {
  let plain = text;
  for (const guess of GUESSES) plain = plain.replaceAll(guess, "");
  // Of a union pahole sums nothing up.
  if (plain.startsWith("union")) plain = plain.replaceAll(/^\t\/\* (?:size|last cacheline): .*\n/gm, "");
  return plain
    .replaceAll(/ *\* */g, "*")
    .replaceAll(/[ \t]+/g, " ")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("\n");
}

/** The texts of the structs and unions that pahole printed, by kind and name. */
export function* paholeTexts(text: string): Generator<{ kind: "STRUCT" | "UNION"; name: string; text: string }> {
  for (const [whole, keyword, name] of text.matchAll(/^(struct|union) (\w+) \{\n[^]*?^\}.*\n/gm)) {
    yield { kind: keyword === "struct" ? "STRUCT" : "UNION", name: name!, text: whole };
  }
}
