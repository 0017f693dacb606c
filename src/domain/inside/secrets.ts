/** How tokens look: npm's, and GitHub's of all kinds. */
const token = /npm_[A-Za-z0-9]{20,}|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}/;

export function carriesSecret(text: string): boolean {
  return token.test(text);
}

/** A text without its tokens: what is told of a package is read by many, and by a server that must never hold one. */
export function withoutSecrets(text: string): string {
  return text.replace(new RegExp(token, "g"), (found) => `${found.slice(0, found.indexOf("_") + 1)}(token)`);
}
