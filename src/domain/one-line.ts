/**
 * Text of strangers as one line: without control characters, line ends and marks that turn the direction of writing, at most `most`
 * characters. What is cut off ends with `…`.
 */
export function oneLine(text: string, most = 200): string {
  const clean = text
    .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, " ")
    .replace(/ {2,}/g, " ")
    .trim();
  const letters = [...clean];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : clean;
}

/** The first line of a commit's message, which names it; null where it is empty. */
export function commitTitle(message: string): string | null {
  return orNull(oneLine(message.trimStart().split(/\r\n|[\n\r]/, 1)[0] ?? ""));
}

/** A commit's author by login; by name where there is none; null where neither is known. */
export function commitAuthor(login: string | null | undefined, name: string | null | undefined): string | null {
  return orNull(oneLine(login ?? name ?? "", 100));
}

function orNull(text: string): string | null {
  return text === "" ? null : text;
}

/**
 * A line of a file as a reviewer has to see it: control characters, marks that turn the direction of writing and characters that
 * nobody sees are named (`⟨U+202E⟩`), since they can make a line look like another, or carry something. Tabs and joined emoji stay.
 */
export function visible(line: string): string {
  return line.replace(hidden, (one) => `⟨U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
}

/** `action/src/inside/scan.ts` knows the same ones in UTF-8. */
const hidden =
  /[\p{Cs}\p{Zl}\p{Zp}\u0000-\u0008\u000a-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180b-\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;
