import { readFileSync, writeFileSync } from "node:fs";

const MB = 1024 * 1024;

/** A line of /proc/self/status in bytes; undefined where there is no such file. */
function statusBytes(field: string): number | undefined {
  try {
    const line = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(readFileSync("/proc/self/status", "utf8"));
    return line === null ? undefined : Number(line[1]) * 1024;
  } catch {
    return undefined;
  }
}

/**
 * The most memory that this process had, in megabytes. `maxRSS` of `resourceUsage()` is the fallback alone: Linux hands
 * the parent's peak down to a child, which a small child never gets rid of.
 */
export function peakMb(): number {
  return (statusBytes("VmHWM") ?? process.resourceUsage().maxRSS * 1024) / MB;
}

/** Makes the peak start again from what the process has now, which it returns in megabytes; Linux alone can. */
export function restartPeak(): number | undefined {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    return undefined;
  }
  return process.memoryUsage.rss() / MB;
}

/** What live objects and buffers hold, in megabytes, when garbage was just collected. */
export function heldMb(): number {
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / MB;
}
