/**
 * A path on our own site to go to after signing in; `/` for everything else. Absolute addresses, `//host`, backslashes (browsers
 * read them as slashes), control characters and the sign-in pages themselves are not paths to go to.
 */
export function localPath(given: string | null | undefined): string {
  if (given === null || given === undefined || given.length > 500) return "/";
  if (!/^\/(?!\/)[\x21-\x7e]*$/.test(given) || given.includes("\\")) return "/";
  const url = new URL(given, "http://local.invalid");
  if (url.host !== "local.invalid" || url.username !== "" || /^\/sign-(in|out)\b/.test(url.pathname)) return "/";
  const path = `${url.pathname}${url.search}`;
  return path.startsWith("//") ? "/" : path;
}
