/** One line of a comparison; `before` and `after` count from 1 in each text, null where the line isn't there. */
export interface DiffLine {
  kind: "same" | "removed" | "added";
  text: string;
  before: number | null;
  after: number | null;
}

/** Changes that are looked for one by one; the work grows with the square. Beyond, what differs is shown as replaced as a whole. */
const mostChanges = 1000;

/**
 * What has to be removed from one text and added to it so that it becomes the other, line by line, with as few changes as there can
 * be (E. Myers, "An O(ND) Difference Algorithm", 1986). A line break at the end of the text is no line of its own.
 */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const middle = shortest(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  const kinds: Array<DiffLine["kind"]> = [
    ...Array<"same">(head).fill("same"),
    ...middle,
    ...Array<"same">(tail).fill("same"),
  ];
  return numbered(kinds, a, b);
}

/** The changes with so many lines around them; what lies further apart is another part. */
export function diffParts(lines: readonly DiffLine[], around = 3): DiffLine[][] {
  const parts: DiffLine[][] = [];
  let from = 0;
  let until = -1;
  for (const [index, { kind }] of lines.entries()) {
    if (kind === "same") continue;
    if (index - around > until) {
      if (until >= 0) parts.push(lines.slice(from, until));
      from = Math.max(0, index - around);
    }
    until = index + around + 1;
  }
  if (until >= 0) parts.push(lines.slice(from, until));
  return parts;
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function numbered(kinds: ReadonlyArray<DiffLine["kind"]>, a: string[], b: string[]): DiffLine[] {
  let [x, y] = [0, 0];
  return kinds.map((kind) => {
    const text = (kind === "added" ? b[y] : a[x]) ?? "";
    if (kind !== "added") x += 1;
    if (kind !== "removed") y += 1;
    return { kind, text, before: kind === "added" ? null : x, after: kind === "removed" ? null : y };
  });
}

/** `reached[k]` is how far in `a` one gets on the diagonal `k = x - y` with so many changes; a copy of each round leads back. */
function shortest(a: string[], b: string[]): Array<DiffLine["kind"]> {
  const rounds: Array<Map<number, number>> = [];
  let reached = new Map([[1, 0]]);
  for (let changes = 0; changes <= Math.min(a.length + b.length, mostChanges); changes += 1) {
    rounds.push(reached);
    const next = new Map<number, number>();
    for (let k = -changes; k <= changes; k += 2) {
      let x = fromAbove(reached, k, changes) ? far(reached, k + 1) : far(reached, k - 1) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) return wayBack(rounds, a.length, b.length);
    }
    reached = next;
  }
  return [...a.map(() => "removed" as const), ...b.map(() => "added" as const)];
}

function far(reached: Map<number, number>, k: number): number {
  return reached.get(k) ?? -1;
}

/** Whether the diagonal is entered by an addition rather than by a removal. */
function fromAbove(reached: Map<number, number>, k: number, changes: number): boolean {
  return k === -changes || (k !== changes && far(reached, k - 1) < far(reached, k + 1));
}

function wayBack(rounds: Array<Map<number, number>>, toX: number, toY: number): Array<DiffLine["kind"]> {
  const kinds: Array<DiffLine["kind"]> = [];
  let [x, y] = [toX, toY];
  for (let changes = rounds.length - 1; changes >= 0; changes -= 1) {
    const reached = rounds[changes] ?? new Map<number, number>();
    const k = x - y;
    const above = fromAbove(reached, k, changes);
    const beforeX = changes === 0 ? 0 : far(reached, above ? k + 1 : k - 1);
    const beforeY = changes === 0 ? 0 : beforeX - (above ? k + 1 : k - 1);
    while (x > beforeX && y > beforeY) {
      kinds.push("same");
      [x, y] = [x - 1, y - 1];
    }
    if (changes > 0) kinds.push(above ? "added" : "removed");
    [x, y] = [beforeX, beforeY];
  }
  return kinds.reverse();
}
