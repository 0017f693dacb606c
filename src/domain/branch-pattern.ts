/**
 * GitHub's deployment branch policies match as Ruby's `File.fnmatch` with FNM_PATHNAME does (GitHub docs, "Deployment branches and
 * tags"): `*` and `?` don't match a slash, `**` followed by a slash matches any number of directories, `[a-z]` is one character.
 */
export function branchMatches(pattern: string, branch: string): boolean {
  return new RegExp(`^(?:${translate(pattern)})$`).test(branch);
}

/** Whether any branch pattern of an environment lets the branch deploy; tag patterns don't. */
export function branchAllowed(
  patterns: ReadonlyArray<{ name: string; type: "branch" | "tag" }>,
  branch: string,
): boolean {
  return patterns.some((pattern) => pattern.type === "branch" && branchMatches(pattern.name, branch));
}

function translate(pattern: string): string {
  let out = "";
  let rest = pattern;
  while (rest.length > 0) {
    const piece = next(rest);
    out += piece.regex;
    rest = rest.slice(piece.length);
  }
  return out;
}

function next(rest: string): { regex: string; length: number } {
  if (rest.startsWith("**/")) return { regex: "(?:[^/]+/)*", length: 3 };
  const char = rest[0] ?? "";
  if (char === "*") return { regex: "[^/]*", length: 1 };
  if (char === "?") return { regex: "[^/]", length: 1 };
  if (char === "\\" && rest.length > 1)
    return { regex: literal([...rest.slice(1)][0] ?? ""), length: 1 + ([...rest.slice(1)][0] ?? "").length };
  const set = /^\[([!^]?)([^\]/]+)\]/.exec(rest);
  if (set !== null) {
    const body = (set[2] ?? "").replace(/[\\[\]&~]/g, "\\$&");
    return { regex: `[${set[1] === "" ? "" : "^/"}${body}]`, length: set[0].length };
  }
  const whole = [...rest][0] ?? "";
  return { regex: literal(whole), length: whole.length };
}

function literal(text: string): string {
  return text.replace(/[$()*+./?[\\\]^{|}-]/g, "\\$&");
}
