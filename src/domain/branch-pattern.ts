/**
 * GitHub's deployment branch policies match as Ruby's `File.fnmatch` with FNM_PATHNAME does (GitHub docs, "Deployment branches and
 * tags"; Ruby's `dir.c`): `*` and `?` don't match a slash, `**` followed by a slash at the beginning of a part matches any number
 * of parts, `[a-z]` and `[^a-z]` match one character, a backslash takes the next character as it is. A pattern that can't be read
 * (an open bracket) matches nothing.
 */
export function branchMatches(pattern: string, branch: string): boolean {
  const p = [...pattern];
  const s = [...branch];
  let at: Place = { p: 0, s: 0 };
  let again: Place | null = null;
  for (;;) {
    if (isDeep(p, at.p)) {
      while (isDeep(p, at.p)) at = { p: at.p + 3, s: at.s };
      again = at;
    }
    const end = matchPart(p, s, at);
    if (end !== null) {
      if (end.p === p.length && end.s === s.length) return true;
      if (end.p < p.length && end.s < s.length) {
        at = { p: end.p + 1, s: end.s + 1 };
        continue;
      }
    }
    // `**/` takes one part more and tries again.
    if (again === null || s[again.s] === ".") return false;
    const slash = s.indexOf("/", again.s);
    if (slash === -1) return false;
    at = again = { p: again.p, s: slash + 1 };
  }
}

/** Whether any branch pattern of an environment lets the branch deploy; tag patterns don't. */
export function branchAllowed(
  patterns: ReadonlyArray<{ name: string; type: "branch" | "tag" }>,
  branch: string,
): boolean {
  return patterns.some((pattern) => pattern.type === "branch" && branchMatches(pattern.name, branch));
}

/** How far pattern and branch have been read. */
interface Place {
  p: number;
  s: number;
}

function isDeep(p: string[], at: number): boolean {
  return p[at] === "*" && p[at + 1] === "*" && p[at + 2] === "/";
}

/** Whether a part (between slashes) ends here. */
function ends(text: string[], at: number): boolean {
  return at >= text.length || text[at] === "/";
}

/** Matches one part; where it ended in both, or null. */
function matchPart(p: string[], s: string[], from: Place): Place | null {
  let { p: i, s: j } = from;
  let star: Place | null = null;
  // A wildcard doesn't match a leading dot.
  if (s[j] === "." && p[unescaped(p, i)] !== ".") return null;
  for (;;) {
    const char = p[i];
    if (char === "*") {
      while (p[i] === "*") i += 1;
      if (ends(p, unescaped(p, i))) return { p: unescaped(p, i), s: partEnd(s, j) };
      if (ends(s, j)) return null;
      star = { p: i, s: j };
      continue;
    }
    if ((char === "?" || char === "[") && ends(s, j)) return null;
    let next: number | null;
    if (char === "?") next = i + 1;
    else if (char === "[") next = matchBracket(p, i + 1, s[j] ?? "");
    else {
      i = unescaped(p, i);
      if (ends(s, j)) return ends(p, i) ? { p: i, s: j } : null;
      next = !ends(p, i) && p[i] === s[j] ? i + 1 : null;
    }
    if (next !== null) [i, j] = [next, j + 1];
    else if (star === null) return null;
    else {
      star = { p: star.p, s: star.s + 1 };
      ({ p: i, s: j } = star);
    }
  }
}

function partEnd(s: string[], from: number): number {
  const slash = s.indexOf("/", from);
  return slash === -1 ? s.length : slash;
}

function unescaped(p: string[], at: number): number {
  return p[at] === "\\" && at + 1 < p.length ? at + 1 : at;
}

/** Position after the closing bracket where the set has the character, else null. */
function matchBracket(p: string[], from: number, char: string): number | null {
  let at = from;
  let found = false;
  const not = p[at] === "!" || p[at] === "^";
  if (not) at += 1;
  while (p[at] !== "]") {
    const low = p[unescaped(p, at)];
    if (low === undefined) return null;
    at = unescaped(p, at) + 1;
    let high = low;
    if (p[at] === "-" && p[at + 1] !== "]") {
      const end = p[unescaped(p, at + 1)];
      if (end === undefined) return null;
      high = end;
      at = unescaped(p, at + 1) + 1;
    }
    if (between(low, char, high)) found = true;
    if (at >= p.length) return null;
  }
  return found === not ? null : at + 1;
}

function between(low: string, char: string, high: string): boolean {
  if (char === low || char === high) return true;
  const [from, code, to] = [low, char, high].map((one) => one.codePointAt(0) ?? 0);
  return (from ?? 0) <= (code ?? 0) && (code ?? 0) <= (to ?? 0);
}
