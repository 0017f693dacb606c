import { oneLine } from "./one-line.ts";

/** Breaks what GitHub would make something of by itself, without being seen. */
const gap = "\u200b";

/**
 * Text of people or files as Markdown of GitHub's that shows it as it is, on one line: it notifies nobody and becomes no markup,
 * link, image, mathematics or reference (GitHub docs, "Basic writing and formatting syntax", "Autolinked references and URLs").
 * @param own the beginning of an address that may become a link: that of our own pages
 */
export function plain(text: string, own?: string): string {
  return oneLine(text, Infinity)
    .replace(/(?:https?|ftp):\/\/|www\./gi, (found, at: number, whole: string) =>
      own !== undefined && whole.startsWith(`${own}/`, at) ? found : `${found.slice(0, -1)}${gap}${found.slice(-1)}`,
    )
    .replace(/[\\`*_[\]<>#|~$&]/g, "\\$&")
    .replace(/(\\#|\bGH-)(?=\d)/gi, `$1${gap}`)
    .replace(/@/g, `@${gap}`);
}

/** The same at the beginning of a line, where even a dash or a number means something. */
function first(text: string, own?: string): string {
  return plain(text, own).replace(/^([-+=]|\d+(?=[.)]))/, `${gap}$1`);
}

/** A sentence of ours as Markdown: what stands between backticks is code, all else is plain, whoever wrote it. As `plain`. */
export function markdown(sentence: string, own?: string): string {
  const parts = oneLine(sentence, Infinity).split("`");
  // An odd number of backticks: they mean nothing, show them.
  if (parts.length % 2 === 0) return first(sentence, own);
  return parts
    .map((part, index) => (index % 2 === 1 ? codeOf(part) : between(part, index, parts.length, own)))
    .join("");
}

/** A sentence of ours of several lines, some of them points of a list: each as `markdown`. */
export function lines(text: string, own?: string): string {
  const each = text.split("\n").map((line) => {
    const point = line.startsWith("- ") ? "- " : "";
    return point + markdown(line.slice(point.length), own);
  });
  return each.join("\n");
}

/** A name as code of Markdown's, fit for a cell of a table with `cell`. */
export function code(text: string, where: "text" | "cell" = "text"): string {
  const span = codeOf(oneLine(text, Infinity).replaceAll("`", "'"));
  return where === "cell" ? span.replaceAll("|", "\\|") : span;
}

function codeOf(text: string): string {
  return text === "" ? "" : `\`${text}\``;
}

/** What stands around code keeps its spaces. Two codes that touch would become one: there is a space between. */
function between(part: string, index: number, count: number, own: string | undefined): string {
  if (part.trim() === "") return index > 0 && index < count - 1 ? " " : "";
  const [before = "", after = ""] = [/^\s*/.exec(part)?.[0], /\s*$/.exec(part)?.[0]];
  return `${before}${index === 0 ? first(part, own) : plain(part, own)}${after}`;
}
