/** How much is told of a tarball, so that a page stays readable and a report small, whatever somebody has packed. */
export const limits = {
  /** Bytes of the report as JSON. What is below adds up to less. */
  report: 512 * 1024,
  /** Files that are named, and bytes that their rows may have together. */
  files: 1000,
  fileBytes: 128 * 1024,
  manifest: 200,
  manifestBytes: 64 * 1024,
  scripts: 20,
  diffs: 100,
  diffBytes: 192 * 1024,
  /** Of one file. */
  diffLines: 400,
  /** Characters of a name, of a value in package.json, of a line, of a sentence. */
  path: 300,
  value: 400,
  line: 400,
  sentence: 400,
} as const;

/** Takes pieces until their JSON has so many bytes; the rest is counted. */
export function fitting<Piece>(pieces: readonly Piece[], most: { count: number; bytes: number }): Piece[] {
  const taken: Piece[] = [];
  let bytes = 0;
  for (const piece of pieces) {
    bytes += bytesOf(piece);
    if (taken.length >= most.count || bytes > most.bytes) break;
    taken.push(piece);
  }
  return taken;
}

/** Of its JSON in UTF-8, with the comma behind it. */
export function bytesOf(piece: unknown): number {
  return new TextEncoder().encode(JSON.stringify(piece)).length + 1;
}
