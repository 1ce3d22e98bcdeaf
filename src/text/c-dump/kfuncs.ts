import { token } from "../../model/byte-writer.js";
import { HEAD_WORDS, KIND } from "../../wire/kinds.js";
import { encodeName } from "../../wire/names.js";
import type { CWriter } from "./c-writer.js";
import type { Declarations } from "./declarations.js";
import { KFUNCS_CLOSE, KFUNCS_OPEN } from "./preamble.js";
import type { TypeTable } from "./type-table.js";

const KFUNC = encodeName("bpf_kfunc");
const FASTCALL = encodeName("bpf_fastcall");

const WHOLE = 0xffffffff;

const TEXT = {
  extern: token("extern "),
  fastcall: token("__bpf_fastcall "),
  end: token(" __weak __ksym;\n"),
};

function compareBytes(strings: Uint8Array, a: number, b: number): number {
  let i = 0;
  while (strings[a + i] === strings[b + i] && strings[a + i] !== 0) i++;
  return strings[a + i]! - strings[b + i]!;
}

/** Declares the kernel's functions that BPF may call: FUNCs with a DECL_TAG that says so, by name. */
export function writeKfuncs(table: TypeTable, writer: CWriter, declarations: Declarations): void {
  const { kinds, words, at, strings } = table;
  const kfuncs: number[] = [];
  const fastcalls = new Set<number>();
  for (let id = 1; id < table.count; id++) {
    if (kinds[id] !== KIND.DECL_TAG || words[at[id]! + HEAD_WORDS] !== WHOLE) continue;
    const target = table.target(id);
    if (kinds[target] !== KIND.FUNC) continue;
    if (table.isNamed(id, KFUNC)) kfuncs.push(target);
    else if (table.isNamed(id, FASTCALL)) fastcalls.add(target);
  }
  const name = (id: number): number => table.inRange(table.nameOffset(id));
  kfuncs.sort((a, b) => compareBytes(strings, name(a), name(b)));
  writer.ascii(KFUNCS_OPEN);
  for (const id of kfuncs) {
    writer.text(TEXT.extern);
    if (fastcalls.has(id)) writer.text(TEXT.fastcall);
    declarations.declare(table.target(id), { offset: table.nameOffset(id), number: 1 }, 0);
    writer.text(TEXT.end);
  }
  writer.ascii(KFUNCS_CLOSE);
}
