/** A text in lines of so many columns, broken at spaces; a longer word has its own line. `rest` begins all but the first line. */
export function wrapped(text: string, columns: number, rest = "", first = ""): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(" ")) {
    if (!empty && [...line].length + 1 + [...word].length > columns) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
