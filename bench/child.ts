/**
 * One operation, measured in a process of its own: `node child.js OP INPUT N BUDGET [OUT]`. Prints what it measured as
 * a line of JSON. The benchmark starts it, compiled as users get the library.
 */
import { readFileSync, writeFileSync } from "node:fs";

import { measure, type Budget } from "./harness/measure.js";
import type { Op } from "./harness/row.js";
import { rows } from "./rows/index.js";

const [name, path, n, budget, out] = process.argv.slice(2);

function findOp(wanted: string | undefined): Op {
  for (const { ours, theirs } of rows) {
    for (const side of [ours, theirs]) if (side?.by === "op" && side.op.name === wanted) return side.op;
  }
  throw new Error(`no operation is called ${wanted}`);
}

const file = readFileSync(path!);
// The bytes alone, in an array of their own.
const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
const measured = measure(findOp(name), { bytes, n: Number(n) }, JSON.parse(budget!) as Budget, (output) => {
  if (out !== undefined) writeFileSync(out, output);
});
console.log(JSON.stringify(measured));
