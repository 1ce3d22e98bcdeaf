import type { KindName } from "../wire/kinds.js";

/** Something that a reader found and read past: a lenient decode in bytes, `parseC` in its source. */
export interface Diagnostic {
  readonly message: string;
  readonly rule: string;
  readonly typeId?: number;
  readonly kind?: KindName;
  readonly field?: string;
  /** Offset in bytes from the start of the BTF, or of the source as UTF-8. */
  readonly byteOffset: number;
}

/** Something found in source text, and where. */
export interface SourceDiagnostic extends Diagnostic {
  readonly severity: "error" | "warning";
  /** The file that a line marker (`# 12 "sock.h"`) named last; absent without any. */
  readonly file?: string;
  /** From 1; as the line markers count, where there are any. */
  readonly line: number;
  /** From 1, in characters (UTF-16 units). */
  readonly column: number;
  /** The line as it stands there. */
  readonly sourceLine: string;
}
