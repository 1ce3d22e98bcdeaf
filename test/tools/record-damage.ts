/**
 * Records what a kernel says of every recipe of the catalogue under test/vectors: `tsx test/tools/record-damage.ts --vm 6.1`.
 * The suite then checks the catalogue against it on machines without that kernel.
 */
import { parseArgs } from "node:util";

import { broken, SMALL } from "../damage/sound.js";
import { writeVerdicts } from "../kernel/verdict-file.js";
import { judgeNamed } from "./judges.js";

const { values } = parseArgs({ options: { vm: { type: "string", default: "host" } } });
const kernel = judgeNamed(values.vm);
// The kernel's own structs can make it print warnings, so that only a virtual machine is asked about them.
const names = SMALL.filter(({ live }) => live || values.vm !== "host").map(({ name }) => name);
const blobs = names.map(broken);
const answers = kernel.ask(blobs);
const rows = names.map((name, i) => ({ name, blob: blobs[i]!, ...answers[i]!, options: {} }));
const source = `record-damage: ${kernel.release}, the recipes of damage()`;
const path = writeVerdicts(`damage-${kernel.profile}`, { source, kernel: kernel.profile }, rows);
console.log(`${path}: ${rows.length} verdicts of ${kernel.release}`);
