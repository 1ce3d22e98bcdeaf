import { BtfError } from "../model/errors.js";
import { decodeName } from "../wire/names.js";

/**
 * A log's text.
 *
 * @throws BtfError EFBIG `log-text` for more than a string holds: 16 MiB of BTF can have a log of 1 GB
 */
export function logText(bytes: Uint8Array): string {
  try {
    return decodeName(bytes, 0, bytes.length);
  } catch (error) {
    const message = `verify(): the log has ${bytes.length} bytes, more than a string holds; read logBytes, or take its end by a smaller logSize`;
    throw new BtfError(message, { code: "EFBIG", rule: "log-text" }, { cause: error });
  }
}
