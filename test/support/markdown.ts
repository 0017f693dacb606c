/**
 * What CommonMark reads neither as code nor as an escaped sign: from left to right, codes stand between runs of backticks of one
 * length.
 */
export function outsideOfCode(text: string): string {
  let outside = "";
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at);
    const run = /^`+/.exec(rest)?.[0];
    const end = run === undefined ? null : new RegExp(`^${run}(?!\`)[^]*?[^\`]${run}(?!\`)`).exec(rest);
    const taken = end?.[0] ?? /^\\[!-/:-@[-`{-~]/.exec(rest)?.[0];
    if (taken === undefined) outside += run ?? rest.charAt(0);
    at += taken?.length ?? run?.length ?? 1;
  }
  return outside;
}
