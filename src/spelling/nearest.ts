/**
 * The candidates most like a wanted name, best first: what to ask "did you mean" with. Names differ by letters changed,
 * left out, put in or swapped with their neighbour, at most one in three of the wanted name's (and at least one); by the
 * case of their letters alone counts as one. None is the wanted name itself.
 *
 * @example
 * ```ts
 * nearestNames("sokc", ["socket", "sock", "file"]); // ["sock"]
 * ```
 */
export function nearestNames(wanted: string, candidates: Iterable<string>, limit = 3): string[] {
  const most = Math.max(1, Math.min(5, Math.floor(wanted.length / 3)));
  const folded = wanted.toLowerCase();
  const found = new Map<string, number>();
  for (const name of candidates) {
    if (name === wanted || name === "" || found.has(name)) continue;
    if (Math.abs(name.length - wanted.length) > most) continue;
    const distance = name.toLowerCase() === folded ? 1 : editDistance(wanted, name, most);
    if (distance <= most) found.set(name, distance);
  }
  return [...found]
    .sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1))
    .slice(0, limit)
    .map(([name]) => name);
}

/** The Damerau-Levenshtein distance (each pair swapped once) if it is at most `most`, else anything above that. */
function editDistance(a: string, b: string, most: number): number {
  // What both begin and end with costs nothing, and most names share much with one another.
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let [endA, endB] = [a.length, b.length];
  for (; endA > start && endB > start && a[endA - 1] === b[endB - 1]; endB--) endA--;
  return distanceOfMiddles(a.slice(start, endA), b.slice(start, endB), most);
}

function distanceOfMiddles(a: string, b: string, most: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const changed = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + changed);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, at(beforeLast, j - 2) + 1);
      }
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least > most) return least;
    [beforeLast, last] = [last, row];
  }
  return at(last, b.length);
}

const at = (row: readonly number[], j: number): number => row[j] ?? Infinity;
