/** The page of the docs that shows DAMAGES. */
import { btf } from "btfkit";
import { damage, DAMAGES, type Damage, type DamageAnswer } from "btfkit/damage";
import { verify } from "btfkit/kernel";
import { kernelsOf, newestOf } from "../../src/cli/damage-table.js";
import { lastLine } from "../../src/kernel/last-line.js";

/** What the page's log lines are of. */
const INT = btf().addInt("int", 4, "signed").build();

const code = (text: string): string => `\`${text.replaceAll("|", "\\|")}\``;

/** The last line that the newest kernel with an answer logs; very long ones are cut. */
function lineOf(name: Damage["name"], answer: DamageAnswer): string {
  if (answer.message === "") return "none";
  const line = lastLine(verify(damage(INT, name), { kernel: newestOf(answer) }));
  return code(line.length > 120 ? `${line.slice(0, 60)} … ${line.slice(-50)}` : line);
}

function rows({ name, breaks, answers }: Damage): string[] {
  return answers.map((answer, i) =>
    [i === 0 ? code(name) : "", i === 0 ? breaks : "", answer.errno, lineOf(name, answer), kernelsOf(answer)]
      .join(" | ")
      .replace(/^.*$/, "| $& |"),
  );
}

const table = (damages: readonly Damage[]): string =>
  `| recipe | what is wrong | errno | log line | kernels |
| --- | --- | --- | --- | --- |
${damages.flatMap(rows).join("\n")}`;

/** The page as it should be, before a formatter has seen it. */
export function renderDamagePage(): string {
  return `---
title: Broken on purpose
---

# Broken on purpose

\`damage(graph, "struct-member-offset-descending")\` of \`btfkit/damage\`, or \`btfkit damage FILE --recipe NAME -o OUT\`, breaks a BTF
in one exact way: of any graph that a kernel accepts, that kernel gives the answer below and no other. The data is
\`DAMAGES\`; this page is made of it and a test compares the two. The suite proves each row by the verifier of every
release, on random graphs too, those of the first table by the running kernel, and all by recorded answers of Debian's
6.1 and 6.12.

The log line is the last one that is logged for a graph of one INT; ids are those of the types that the recipe adds. A kernel
that is in no row of a recipe accepts it, or stops at a kind or field that it does not know.

${table(DAMAGES.filter(({ live }) => live))}

## Special fields

Structs with fields that the kernel gives a meaning, as \`bpf_spin_lock\`, are looked at last. A refusal has an errno and no
text: the log is that of an accepted BTF. Near to these lie uses at which a kernel prints a warning of its own and is
tainted from then on, so that no live kernel should be asked about them; \`brokenBtf\` leaves them out unless it is told.

${table(DAMAGES.filter(({ live }) => !live))}
`;
}
