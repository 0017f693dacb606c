/** Whether an expression anywhere in a value reads the secret, by its name in any case, or takes all secrets at once. */
export function usesSecret(value: unknown, secret: string): boolean {
  const name = secret.replace(/[^\w]/g, "");
  const use = new RegExp(
    String.raw`\bsecrets\s*(?:\.\s*${name}\b|\[\s*(?:'${name}'|[^'\]\s])|\.\s*\*)|\btojson\s*\(\s*secrets\s*\)`,
    "i",
  );
  return texts(value).some((text) => expressions(text).some((expression) => use.test(expression)));
}

/** Every text in a value. `if:` is an expression without its braces too. */
function texts(value: unknown, key = ""): string[] {
  if (typeof value === "string") return [key === "if" ? `\${{ ${value} }}` : value];
  if (Array.isArray(value)) return value.flatMap((one) => texts(one));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => [name, ...texts(one, name)]);
}

function expressions(text: string): string[] {
  return text.split("${{").slice(1);
}
