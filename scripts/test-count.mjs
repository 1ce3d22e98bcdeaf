/** Prints "N passed, N failed" for a report of vitest's json reporter; fails if no test ran. */
import { readFileSync } from "node:fs";

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
const skipped = report.numPendingTests + report.numTodoTests;
// A file that does not load fails without failing a test of its own.
const failed = Math.max(report.numFailedTests, report.success ? 0 : 1);

console.log(`${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
if (report.numPassedTests === 0) process.exitCode = 1;
