/** The rows in the order of the table. A row that is added here is all that the benchmark needs to know. */
import type { Row } from "../harness/row.js";
import { append } from "./append.js";
import { branches } from "./branches.js";
import { builds } from "./build.js";
import { encodes } from "./encode.js";
import { hostile } from "./hostile.js";
import { lookUps } from "./look-ups.js";
import { lowers } from "./lower.js";
import { memory } from "./memory.js";
import { names } from "./names.js";
import { opens } from "./open.js";
import { rawDumps } from "./raw-dump.js";
import { textDumps } from "./text-dumps.js";
import { touch } from "./touch.js";
import { verifies } from "./verify.js";

export const rows: readonly Row[] = [
  ...opens,
  touch,
  names,
  lookUps,
  ...rawDumps,
  ...textDumps,
  append,
  ...builds,
  branches,
  encodes,
  memory,
  ...verifies,
  lowers,
  ...hostile,
];
