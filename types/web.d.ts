/**
 * The few globals that every JavaScript runtime has and no ECMAScript lib declares. The core is checked against these
 * and not against lib.dom or Node's types, so that a global of one runtime alone cannot slip in.
 *
 * Only tsconfig.core.json reads this file; elsewhere Node's types declare the same names.
 */

declare class TextEncoder {
  readonly encoding: string;
  encode(input?: string): Uint8Array<ArrayBuffer>;
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number };
}

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  decode(input?: ArrayBufferView | ArrayBuffer, options?: { stream?: boolean }): string;
}
