import { html } from "hono/html";
import { docsFile, spans } from "../../domain/doctor/words.ts";
import type { Html } from "../responses.ts";
import type { Visit } from "../visit.ts";
import { linkTo } from "./pieces.ts";

/** Pages of ours for what the docs have as files. */
const pages: Readonly<Record<string, string>> = { "docs/local-publishing.md": "/local-publishing" };

/**
 * A sentence of a rule's or finding's. Links lead to pages of ours and to GitHub; those to docs without a page here name the file,
 * and others are text, whoever wrote them.
 */
export function words(visit: Pick<Visit, "parts">, sentence: string): Html {
  return html`${spans(sentence).map((span) => {
    if (span.kind === "code") return html`<code>${span.text}</code>`;
    if (span.kind === "emphasis") return html`<em>${span.text}</em>`;
    return span.kind === "link" ? link(visit, span) : html`${span.text}`;
  })}`;
}

function link({ parts }: Pick<Visit, "parts">, { text, href }: { text: string; href: string }): Html {
  const file = docsFile(href);
  const page = file === null ? undefined : pages[file];
  if (page !== undefined) return html`<a href="${page}">${text}</a>`;
  if (file !== null) return html`${text} (<code>${file}</code>)`;
  const known = [parts.about.githubUrl, "https://docs.github.com"].some((one) => href.startsWith(`${one}/`));
  return known ? linkTo(href, text) : html`${text}`;
}
