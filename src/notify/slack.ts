import { noticeOf } from "./notice.ts";
import type { Notice } from "./notice.ts";
import { forSlack } from "./text.ts";
import type { Letter } from "./types.ts";

/** Slack's limits (reference of Block Kit): characters of a header, a section's text, one of its fields; fields of a section. */
const limits = { header: 150, text: 3000, field: 2000, fields: 10, fallback: 3000 } as const;

type Block = Record<string, unknown>;

/**
 * A message as Slack's incoming webhooks take it: blocks, and `text` for notifications and screen readers. Nobody is mentioned:
 * what people wrote is escaped, and `verbatim` keeps Slack from making links and mentions of it.
 */
export function slackBody(letter: Letter): { text: string; blocks: Block[] } {
  const notice = noticeOf(letter);
  const { title, sentence, facts, list, link, foot } = notice;
  const blocks: Block[] = [
    { type: "header", text: { type: "plain_text", text: forSlack(title, limits.header), emoji: false } },
    // Slack takes no empty text.
    ...(sentence === "" ? [] : [section(forSlack(sentence, limits.text))]),
    ...(facts.length === 0 ? [] : [{ type: "section", fields: facts.slice(0, limits.fields).map(field) }]),
    ...packed(list).map(section),
    section(`*<${forSlack(link.url, 2000)}|${forSlack(link.text, 200)}>*`),
    { type: "context", elements: [words(forSlack(foot, limits.text))] },
  ];
  return { text: forSlack(`${title}. ${sentence}`, limits.fallback), blocks };
}

function words(text: string): Block {
  return { type: "mrkdwn", text, verbatim: true };
}

function section(text: string): Block {
  return { type: "section", text: words(text) };
}

function field([name, value]: Notice["facts"][number]): Block {
  return words(`*${forSlack(name, 100)}*\n${forSlack(value, limits.field - 110)}`);
}

/** Lines with bullets, in as few sections as they fit in; no line is cut in two. */
function packed(list: readonly string[]): string[] {
  const sections: string[] = [];
  for (const one of list) {
    const bullet = `• ${forSlack(one, limits.text - 2)}`;
    const last = sections.at(-1);
    if (last !== undefined && last.length + 1 + bullet.length <= limits.text)
      sections[sections.length - 1] = `${last}\n${bullet}`;
    else sections.push(bullet);
  }
  return sections;
}
