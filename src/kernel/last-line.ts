import { decodeName } from "../wire/names.js";
import { RULES } from "./rules.js";
import type { Verdict } from "./verify.js";

/** Bytes of the log's end in which its last line is looked for. */
const LOG_END = 4096;

/** Text for a terminal: what would steer it is written as `\xNN`. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (control) => {
    return `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}

/**
 * What a kernel says of its refusal: the last line of the log, without the tab of a member's line. A rule without a
 * text leaves the log at the last line that was in order, which says nothing.
 */
export function lastLine({ at, logBytes }: Verdict): string {
  if (at !== undefined && RULES[at.rule].text === "") return "no text";
  const start = Math.max(0, logBytes.length - LOG_END);
  const text = decodeName(logBytes, start, logBytes.length).trimEnd();
  return printable(text.slice(text.lastIndexOf("\n") + 1).trim()) || "no log";
}
