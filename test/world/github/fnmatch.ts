/**
 * Ruby's `File.fnmatch` with FNM_PATHNAME, by which GitHub compares branches and tags with an environment's patterns (docs,
 * "Deployment branches and tags"). Written apart from the app's own, as a regular expression, so that the two check each other.
 */
export function fnmatch(pattern: string, name: string): boolean {
  const source = sourceOf(pattern);
  return source !== null && new RegExp(`^${source}$`, "su").test(name);
}

const literal = (char: string): string => char.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

function sourceOf(pattern: string): string | null {
  let source = "";
  for (let at = 0; at < pattern.length;) {
    // Wildcards don't take a dot with which a part begins.
    const begins = at === 0 || pattern[at - 1] === "/";
    const rest = pattern.slice(at);
    const set = /^\[([!^]?)((?:\\.|[^\]\\])+)\]/su.exec(rest);
    if (begins && rest.startsWith("**/")) {
      source += "(?:(?!\\.)[^/]+/)*";
      at += 3;
    } else if (rest.startsWith("*")) {
      const stars = /^\*+/.exec(rest)?.[0].length ?? 1;
      source += `${begins ? "(?!\\.)" : ""}[^/]*`;
      at += stars;
    } else if (rest.startsWith("?")) {
      source += `${begins ? "(?!\\.)" : ""}[^/]`;
      at += 1;
    } else if (set !== null) {
      source += `${begins ? "(?!\\.)" : ""}(?!/)[${set[1] === "" ? "" : "^"}${membersOf(set[2] ?? "")}]`;
      at += set[0].length;
    } else if (rest.startsWith("[")) return null;
    else {
      const [whole = "", char = ""] = /^\\?(.)/su.exec(rest) ?? [rest];
      source += literal(char);
      at += Math.max(1, whole.length);
    }
  }
  return source;
}

/** Characters and ranges of a set, as a regular expression writes them. */
function membersOf(set: string): string {
  return set.replace(/\\(.)|([[\]^&~!#$%*+,.:;<=>?@`|/(){}])/gsu, (_, escaped?: string, special?: string) => {
    const char = escaped ?? special ?? "";
    return /[\\\]^[\-/(){}|]/.test(char) ? `\\${char}` : char;
  });
}
