/** Words longer than this are no typing errors of ours, and not worth the square of their length. */
const longest = 64;

/**
 * Distance of two words in typing errors: a letter changed, left out, added, or two neighbours swapped (optimal string
 * alignment). For suggesting what somebody may have meant.
 */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : Infinity;
      next.push(Math.min(change, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The nearest of some words, where one is near enough to be a typing error: a third of it wrong, 2 letters at most. */
export function nearest(word: string, words: readonly string[]): string | null {
  if (word.length > longest) return null;
  const ranked = words
    .filter((candidate) => candidate.length <= longest)
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  if (best === undefined) return null;
  return best.distance <= Math.max(1, Math.min(2, Math.floor(best.candidate.length / 3))) ? best.candidate : null;
}
