import { judge, type Judgement, type VerifyOptions } from "../../src/kernel/verify.js";
import { RULES, type VerifyRule } from "../../src/kernel/rules.js";
import type { Answer } from "./judges.js";

/** Whether two logs are the same bytes. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

const tail = (bytes: Uint8Array): string => JSON.stringify(Buffer.from(bytes).toString("latin1").slice(-300));

/** What a kernel said and the verifier did not: undefined when they agree. */
export function differenceOf(blob: Uint8Array, answer: Answer, options: VerifyOptions): string | undefined {
  const { verdict } = judge(blob, options);
  const errno = verdict.errno === 0 ? "OK" : verdict.errno;
  if (errno === answer.errno && equalBytes(verdict.logBytes, answer.logBytes)) return undefined;
  const data = Buffer.from(blob).toString("base64");
  return `kernel ${answer.errno} ${tail(answer.logBytes)}\nbtfkit ${errno} ${tail(verdict.logBytes)}\nblob ${data}`;
}

/** The row of messages that a rule belongs to: several rules print one. Rules without a text are no row. */
export function messageRow(rule: VerifyRule): string | undefined {
  const { form, text } = RULES[rule];
  return text === "" ? undefined : `${form}: ${text}`;
}

/** What random blobs have met. */
export class Coverage {
  accepted = 0;
  total = 0;
  readonly rows = new Map<string, number>();
  readonly silent = new Map<string, number>();

  count({ verdict }: Judgement): void {
    this.total++;
    if (verdict.ok) this.accepted++;
    const rule = verdict.at?.rule;
    if (rule === undefined) return;
    const row = messageRow(rule);
    const map = row === undefined ? this.silent : this.rows;
    map.set(row ?? rule, (map.get(row ?? rule) ?? 0) + 1);
  }

  toString(): string {
    const percent = ((this.accepted / this.total) * 100).toFixed(1);
    return `${this.total} blobs, ${percent} % accepted, ${this.rows.size} rows of messages and ${this.silent.size} silent rules met`;
  }
}
