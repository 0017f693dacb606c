/** Columns side by side; where the lines would be wider than `columns`, each row becomes a few lines of its own. */
export function table(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number | null,
  paint: (cell: string, column: number) => string = (cell) => cell,
): string[] {
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => [...(row[at] ?? "")].length)));
  const gap = 2;
  const total = widths.reduce((sum, width) => sum + width + gap, -gap);
  if (columns !== null && total > columns) return rows.flatMap((row, index) => block(heads, row, index, paint));
  const line = (cells: readonly string[], coloured: boolean): string =>
    cells
      .map((cell, at) => {
        const space = " ".repeat((widths[at] ?? 0) - [...cell].length + (at === cells.length - 1 ? 0 : gap));
        return (coloured ? paint(cell, at) : cell) + space;
      })
      .join("")
      .trimEnd();
  return [line(heads, false), ...rows.map((row) => line(row, true))];
}

function block(
  heads: readonly string[],
  row: readonly string[],
  index: number,
  paint: (cell: string, column: number) => string,
): string[] {
  const width = Math.max(...heads.map((head) => head.length)) + 2;
  const lines = heads.map((head, at) => `${head.padEnd(width)}${paint(row[at] ?? "", at)}`.trimEnd());
  return index === 0 ? lines : ["", ...lines];
}
