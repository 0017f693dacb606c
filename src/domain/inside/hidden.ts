import { visible } from "../one-line.ts";
import { withoutSecrets } from "./secrets.ts";

/** Text as it is told: what can't be seen is named (`⟨U+202E⟩`), no token is in it, and what is too long ends with `…`. */
export function told(text: string, most: number): string {
  const plain = withoutSecrets(text);
  const letters = visible(plain.length > most * 2 ? plain.slice(0, most * 2) : plain);
  return letters.length > most ? `${cut(letters, most - 1)}…` : letters;
}

/** True where a text has characters that nobody sees or that turn the direction of writing. */
export function hasHidden(text: string): boolean {
  return visible(text) !== text;
}

/** The first characters, without half of a pair at the end. */
function cut(text: string, most: number): string {
  return /[\ud800-\udbff]/.test(text[most - 1] ?? "") ? text.slice(0, most - 1) : text.slice(0, most);
}
