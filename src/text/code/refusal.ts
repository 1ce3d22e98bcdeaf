import type { KindName } from "../../wire/kinds.js";
import { BtfError } from "../../model/errors.js";
import { typeSubject } from "../../model/write-type.js";
import type { BtfType } from "../../model/types.js";

/** A refusal: what is to be written cannot be said in the language that was asked for. */
export function refusal(target: string, reason: string): BtfError {
  return new BtfError(`${target}: ${reason}`, { code: "EOPNOTSUPP", rule: "not-expressible" });
}

/** As {@link refusal}, for one type: `libbpf: type [3] INT 'x': …`. */
export function typeRefusal(target: string, typeId: number, type: BtfType, reason: string): BtfError {
  const kind = type.kind === "UNKNOWN" ? undefined : (type.kind satisfies KindName);
  return new BtfError(`${target}: ${typeSubject(typeId, type)}: ${reason}`, {
    code: "EOPNOTSUPP",
    rule: "not-expressible",
    typeId,
    kind,
  });
}
