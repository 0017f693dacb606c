/** What a person or file said, as one line: without control, invisible and direction-changing characters. */
export function line(text: string, most = 500): string {
  const clean = text.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  const letters = [...clean];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : clean;
}

const slackEntities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const htmlEntities: Record<string, string> = { ...slackEntities, '"': "&quot;", "'": "&#39;" };

/**
 * Text for Slack: `&`, `<` and `>` are all that it wants escaped (Slack's documents, "Formatting text for app surfaces"); without
 * them nobody is mentioned and nothing is a link. At most `most` characters, entities counted as they are sent, and none cut.
 */
export function forSlack(text: string, most: number): string {
  const whole = text.replace(/[&<>]/g, (letter) => slackEntities[letter] ?? letter);
  if (whole.length <= most) return whole;
  let escaped = "";
  for (const letter of text) {
    const next = slackEntities[letter] ?? letter;
    if (escaped.length + next.length > most - 1) return `${escaped}…`;
    escaped += next;
  }
  return escaped;
}

/** Text for HTML, in content and in quoted attributes. */
export function forHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => htmlEntities[letter] ?? letter);
}

/** `23 Nov 2026` */
export function day(at: Date): string {
  const month = at.toLocaleString("en", { month: "short", timeZone: "UTC" });
  return `${at.getUTCDate()} ${month} ${at.getUTCFullYear()}`;
}

/** `23 Nov 2026, 09:05 UTC` */
export function minute(at: Date): string {
  return `${day(at)}, ${at.toISOString().slice(11, 16)} UTC`;
}
