import { infoKind, KIND_NAMES } from "../wire/kinds.js";
import { writeBareLine, writeBasicLine, writeEntryLine, writeMemberLine, writeTypeLine } from "./lines.js";
import type { Fault, Load } from "./load.js";
import { ascii } from "./log.js";
import { RULES, type VerifyRule } from "./rules.js";

const TAB = 9;

function textOf(rule: VerifyRule, values: readonly number[]): Uint8Array {
  let next = 0;
  return ascii(
    RULES[rule].text.replace(/%[ux]/g, (format) => (values[next++] ?? 0).toString(format === "%x" ? 16 : 10)),
  );
}

/** What was refused: `at` is the type's first word, `word` the word at fault. */
interface Subject {
  readonly id: number;
  readonly at: number;
  readonly word: number;
  readonly index?: number;
  /** The type id that a member's line says. */
  readonly typeId?: number;
}

function faultOf(load: Load, rule: VerifyRule, { id, at, word, index }: Subject): Fault {
  const kind = KIND_NAMES[infoKind(load.words[at + 1] ?? 0)];
  return {
    rule,
    typeId: id,
    ...(kind !== undefined && kind !== "VOID" && { kind }),
    ...(index !== undefined && { index }),
    byteOffset: load.byteOffset(word),
  };
}

/** Ends the load by a rule that belongs to no type. */
export function refuse(load: Load, rule: VerifyRule, byteOffset?: number, ...values: number[]): false {
  load.fault = byteOffset === undefined ? { rule } : { rule, byteOffset };
  load.log?.text(textOf(rule, values)).end();
  return false;
}

/** Ends the load by a rule about a type; the rule's form says what is printed. */
export function refuseType(load: Load, rule: VerifyRule, subject: Subject, ...values: number[]): false {
  load.fault = faultOf(load, rule, subject);
  const { log } = load;
  if (log === undefined) return false;
  const { id, at, index = 0 } = subject;
  const text = textOf(rule, values);
  const { form } = RULES[rule];
  // In the resolve pass the line of the type that holds a member or an entry comes first.
  if (!load.inMeta && (form === "member" || form === "entry")) writeTypeLine(load, log, id, at);
  if (form === "type") writeTypeLine(load, log, id, at, text);
  else if (form === "basic") writeBasicLine(load, log, id, at, text);
  else if (form === "bare") writeBareLine(log, id, text);
  else if (form === "member") {
    writeMemberLine(load, log, at, index, subject.typeId ?? load.words[at + 4 + index * 3]!, text);
  } else if (form === "entry") writeEntryLine(load, log, at, index, text);
  else if (form === "value") log.byte(TAB).text(text).end();
  else if (form === "plain") log.text(text).end();
  return false;
}
