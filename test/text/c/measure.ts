/** Prints what it costs to read a header: seconds of CPU, and the most memory the process ever had. */

import { readFileSync } from "node:fs";
import { parseC } from "../../../src/text/c/parse-c.js";

const source = readFileSync(process.argv[2]!, "utf8");
const start = process.cpuUsage();
parseC(source);
const { user, system } = process.cpuUsage(start);
// maxRSS is in kilobytes.
console.log(JSON.stringify({ seconds: (user + system) / 1e6, megabytes: process.resourceUsage().maxRSS / 1024 }));
