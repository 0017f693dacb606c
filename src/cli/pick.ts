import type { Token } from "./answers.ts";
import { Failure, usage } from "./failure.ts";

/** An id's beginning has to have this many characters at least, so that it isn't taken for anything else. */
const least = 6;

/** Tokens that a word means: one whose id begins so, or all of a package. @throws Failure where there is none, or more than one id */
export function pickTokens(tokens: Token[], word: string): Token[] {
  const ofPackage = tokens.filter((token) => token.packages.includes(word));
  if (ofPackage.length > 0) return ofPackage;
  const byId = word.length < least ? [] : tokens.filter((token) => token.id.startsWith(word));
  if (byId.length > 1) throw usage(`More than one token's id begins with ${word}: give more of it.`);
  if (byId.length === 1) return byId;
  throw new Failure("not-found", `You have no token on file for ${word}, and none whose id begins so.`);
}

/** The shortest beginnings that tell these ids apart, as lists show them. */
export function shortIds(ids: readonly string[]): Map<string, string> {
  const length = (id: string): number => {
    let size = least;
    while (size < id.length && ids.some((other) => other !== id && other.startsWith(id.slice(0, size)))) size += 1;
    return size;
  };
  const longest = Math.max(least, ...ids.map(length));
  return new Map(ids.map((id) => [id, id.slice(0, longest)]));
}
