/**
 * What a person or file said, safe to say back in a comment: one line of code markup, at most `most` characters, without control
 * or invisible characters, and with every `@` broken, so that nobody is notified and nothing becomes a link.
 */
export function shown(text: string, most = 40): string {
  const clean = text
    .replace(/[\p{C}\p{Z}\s]+/gu, " ")
    .replaceAll("`", "'")
    .trim();
  const letters = [...clean];
  const cut = letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : clean;
  return `\`${(cut === "" ? " " : cut).replaceAll("@", "@\u200b")}\``;
}

/** Words in a row: `a`, `b` or `c`. */
export function either(words: readonly string[], joint = "or"): string {
  const marked = words.map((word) => `\`${word}\``);
  return marked.length < 2 ? marked.join("") : `${marked.slice(0, -1).join(", ")} ${joint} ${marked.at(-1) ?? ""}`;
}
