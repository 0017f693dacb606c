/** A piece of a sentence that a rule or a finding says. */
export type Span = { kind: "text" | "code" | "emphasis"; text: string } | { kind: "link"; text: string; href: string };

/** As much of Markdown as the rules use: a sign that is escaped, code, emphasis, a link. */
const markup = /\\([!-/:-@[-`{-~])|`([^`]+)`|\*([^*\s](?:[^*]*[^*\s])?)\*|\[([^[\]]+)\]\(([^()\s]+)\)/g;

/** Reads a sentence's Markdown; what is none of the above is text as it stands. Never throws. */
export function spans(sentence: string): Span[] {
  const found: Span[] = [];
  const add = (text: string): void => {
    const last = found.at(-1);
    if (last?.kind === "text") last.text += text;
    else if (text !== "") found.push({ kind: "text", text });
  };
  let at = 0;
  for (const match of sentence.matchAll(markup)) {
    const [whole, escaped, code, emphasis, text, href] = match;
    add(sentence.slice(at, match.index));
    at = match.index + whole.length;
    if (escaped !== undefined) add(escaped);
    else if (code !== undefined) found.push({ kind: "code", text: code });
    else if (emphasis !== undefined) found.push({ kind: "emphasis", text: emphasis });
    else found.push({ kind: "link", text: text ?? "", href: href ?? "" });
  }
  add(sentence.slice(at));
  return found;
}

/** The same as the house's sentences are: plain, with code between backquotes; a link to our docs names the file. */
export function plainWords(sentence: string): string {
  return spans(sentence)
    .map((span) => {
      if (span.kind === "code") return `\`${span.text}\``;
      const text = span.text.replaceAll("`", "'");
      const file = span.kind === "link" ? docsFile(span.href) : null;
      return file === null ? text : `${text} (\`${file}\`)`;
    })
    .join("");
}

/** The file of ours that a link of a rule leads to, from the repository's root; null: it leads elsewhere. */
export function docsFile(href: string): string | null {
  const name = /^\.\.\/([\w-]+\.md)(?:#.*)?$/.exec(href)?.[1];
  return name === undefined ? null : `docs/${name}`;
}
