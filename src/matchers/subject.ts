import { decode } from "../decoder/index.js";
import { encode } from "../encoder/index.js";
import { Btf } from "../model/btf.js";

/** What the matchers take: a graph, the bytes of a BTF, or a builder that can build. */
export type BtfSubject =
  | Btf
  | Uint8Array
  | {
      /** Gives the graph, as a builder's does. */
      build(): Btf;
    };

const isBuilder = (value: unknown): value is { build(): unknown } =>
  typeof value === "object" && value !== null && "build" in value && typeof value.build === "function";

/** A graph, also one of another copy of btfkit. */
export function isGraph(value: unknown): value is Btf {
  return value instanceof Btf || Object.prototype.toString.call(value) === "[object Btf]";
}

function refuse(matcher: string, value: unknown): TypeError {
  const shown = value === null ? "null" : Array.isArray(value) ? "an array" : `a value of type ${typeof value}`;
  return new TypeError(`${matcher}: expected a Btf, bytes of BTF or a builder, not ${shown}`);
}

/** A graph or bytes; a builder is built. */
export function subjectOf(matcher: string, value: unknown): Btf | Uint8Array {
  if (value instanceof Uint8Array || isGraph(value)) return value;
  const built = isBuilder(value) ? value.build() : undefined;
  if (isGraph(built)) return built;
  throw refuse(matcher, value);
}

/** A graph: bytes are decoded. @throws BtfError for bytes that can't be decoded */
export function graphFrom(matcher: string, value: unknown): Btf {
  const subject = subjectOf(matcher, value);
  return subject instanceof Uint8Array ? decode(subject) : subject;
}

/** Bytes: a graph is encoded. */
export function bytesFrom(matcher: string, value: unknown): Uint8Array {
  const subject = subjectOf(matcher, value);
  return subject instanceof Uint8Array ? subject : encode(subject);
}
