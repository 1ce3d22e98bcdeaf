/** The page of the docs that shows KERNELS. */
import { KERNELS, WHAT_IFS, type NamedChange, type Profile } from "btfkit/kernel";
import { KIND_NAMES } from "../../src/wire/kinds.js";

const cell = (text: string): string => text.replaceAll("|", "\\|");

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

const row = (first: string, { token, text, source }: NamedChange): string[] => [
  first,
  `\`${token}\``,
  cell(text),
  cell(source),
];

/** The kinds that a kernel knows. */
function kindsOf({ kinds }: Profile): string {
  return KIND_NAMES.flatMap((name, kind) => (kinds.has(kind) ? [name] : [])).join(", ");
}

/** The page as it should be, before a formatter has seen it. */
export function renderKernelsPage(): string {
  const mainline = KERNELS.filter(({ from }) => from === undefined);
  const distributions = KERNELS.filter(({ from }) => from !== undefined);
  const changed = mainline.flatMap(({ kernel, changes }) =>
    changes.map((change, i) => row(i === 0 ? kernel : "", change)),
  );
  const still = mainline.filter(({ changes }) => changes.length === 0).map(({ kernel }) => kernel);
  const limits = mainline.map(({ kernel, accepts }) => [
    kernel,
    `${accepts.maxTypeId}`,
    `${accepts.maxNameOffset + 1}`,
    `${accepts.vlenMask}`,
    accepts.checksNames ? `${accepts.nameLimit}` : "any",
    `${accepts.maxIntBits}`,
  ]);
  const changedLimits = limits.filter((cells, i) => cells.slice(1).join() !== limits[i - 1]?.slice(1).join());
  return `---
title: What each kernel accepts
---

# What each kernel accepts

The data is \`KERNELS\` and \`WHAT_IFS\` of \`btfkit/kernel\`, which \`verify\` and \`lower\` read; this page is made of it and
a test compares the two. Releases are mainline's. A change's name is what \`with\` takes: \`verify(graph, { kernel: "6.1",
with: ["identifier-dots"] })\` is 6.1 with that backport.

## Changes by release

${table(["since", "name", "change", "how it is known"], changed)}

Nothing changed in ${still.join(", ")}.

## Distributions' kernels

${table(
  ["kernel", "from", "and"],
  distributions.map(({ kernel, from, changes }) => [
    kernel,
    from!,
    changes.map(({ token }) => `\`${token}\``).join(", "),
  ]),
)}

## What-ifs

No release has any of these: they show what an idea would have let through, or would refuse.

${table(
  ["name", "what if", "where it comes from"],
  WHAT_IFS.map((change) => row("", change).slice(1)),
)}

## Limits

Ids and bytes of strings are the most that a kernel keeps; names are in bytes.

${table(["since", "highest id", "bytes of strings", "vlen", "name", "bits of an INT"], changedLimits)}

The newest kernel here knows ${kindsOf(mainline.at(-1)!.accepts)}.
`;
}
