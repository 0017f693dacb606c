/** A word of a command line as every POSIX shell reads it, whatever is in it but NUL. */
export function shellWord(text: string): string {
  if (/^[\w%+=:,./@-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A part of an address's path: slashes, spaces and signs of any kind are part of the name. */
export function pathPart(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
