const words = new Set(["true", "false", "null", "yes", "no", "on", "off", "y", "n"]);

/** A text as it stands in a YAML file, in quotes where it could be read as anything else. One line only. */
export function yamlText(text: string): string {
  const plain = /^[A-Za-z][\w./-]*$/.test(text) && !words.has(text.toLowerCase());
  return plain ? text : JSON.stringify(text);
}

/** A list on one line. */
export function yamlList(texts: readonly string[]): string {
  return `[${texts.map(yamlText).join(", ")}]`;
}
