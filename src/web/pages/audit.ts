import { html } from "hono/html";
import type { AuditEntry, AuditPage } from "../../desk/audit.ts";
import type { Repository } from "../../domain/release-types.ts";
import { releaseTitle } from "../../domain/release.ts";
import type { IconName } from "../assets/icon-paths.ts";
import type { AuditTexts } from "../audit-query.ts";
import type { Html } from "../responses.ts";
import type { Visit } from "../visit.ts";
import { auditForm, auditPath } from "./audit-form.ts";
import { layout } from "./layout.ts";
import { at, blank, facts, flash, icon, prose } from "./pieces.ts";

/** What the audit shows. */
export interface AuditContent {
  texts: AuditTexts;
  /** Those whose audit the person may read. */
  repositories: Repository[];
  /** null: the filter couldn't be read, and `problem` says why. */
  found: AuditPage | null;
  problem: string | null;
}

/** Who did what, the newest first. */
export function auditPage(visit: Visit, content: AuditContent): Html {
  const { texts, repositories, found, problem } = content;
  return layout(
    visit,
    {
      title: "Audit",
      current: "audit",
      flash: problem === null ? null : flash("bad", "alert", prose(problem)),
    },
    html`<div>
        <h1>Audit</h1>
        <p class="muted">
          Who did what, in the repositories that you may write to. Nothing here is ever changed or removed.
        </p>
      </div>
      ${repositories.length === 0 ? nothingToRead() : html`${auditForm(texts, repositories)} ${found === null ? null : events(texts, found)}`}`,
  );
}

function nothingToRead(): Html {
  return html`<section class="box" aria-labelledby="events">
    <header><h2 id="events">Events</h2></header>
    ${blank(
      "history",
      "No audit for you to read",
      "The audit of a repository is for people with write access to it. GitHub shows you none here that you may write to.",
    )}
  </section>`;
}

function events(texts: AuditTexts, { entries, next }: AuditPage): Html {
  return html`<section class="box" aria-labelledby="events">
      <header>
        <h2 id="events">${texts.before === "" ? "Newest events" : "Older events"}</h2>
        <span class="count"
          >${entries.length}<span class="sr"> ${entries.length === 1 ? "event" : "events"}</span></span
        >
      </header>
      ${
        entries.length === 0
          ? none(texts)
          : html`<ul class="rows">
              ${entries.map(row)}
            </ul>`
      }
    </section>
    ${turning(texts, next)}`;
}

function none(texts: AuditTexts): Html {
  return Object.values(texts).some((text) => text !== "")
    ? blank("search", "Nothing like that happened", "Widen the filter, or clear it.")
    : blank(
        "history",
        "Nothing has happened yet",
        "Requests, approvals, secrets put in place and removed, npm's questions and tokens appear here, each with who did it.",
      );
}

function turning(texts: AuditTexts, next: number | null): Html | null {
  if (next === null && texts.before === "") return null;
  return html`<nav class="act" aria-label="Pages of the audit">
    ${texts.before === "" ? null : html`<a class="button" href="${auditPath({ ...texts, before: "" })}">Newest</a>`}
    ${next === null ? null : html`<a class="button" href="${auditPath({ ...texts, before: String(next) })}" rel="next">Older</a>`}
  </nav>`;
}

const icons: Record<string, IconName> = {
  release: "package",
  approval: "check",
  run: "play",
  gate: "unlock",
  lease: "lock",
  challenge: "shield-lock",
  runner: "rocket",
  token: "key",
  todo: "inbox",
  comment: "history",
};

function row(entry: AuditEntry): Html {
  const { releaseId, publishes, repository } = entry;
  const kind = entry.what.split(".")[0] ?? "";
  const title = publishes === null ? releaseId : releaseTitle(publishes);
  return html`<li>
    <span class="mark">${icon(Object.hasOwn(icons, kind) ? (icons[kind] ?? "info") : "info", "muted")}</span>
    <div class="what stack-small">
      <p class="said">${prose(entry.said)}</p>
      <p class="muted small">
        ${at(entry.at)}${repository === null ? null : html` · ${repository.owner}/${repository.name}`}
        ${releaseId === undefined ? null : html`· <a href="/releases/${encodeURIComponent(releaseId)}">${title}</a>`} ·
        <code>${entry.what}</code>
      </p>
      ${details(entry)}
    </div>
  </li>`;
}

function details({ seq, actor, detail }: AuditEntry): Html {
  return html`<details class="small">
    <summary>Details<span class="sr"> of event ${seq}</span></summary>
    ${facts([
      ["number", String(seq)],
      ["actor", actor],
      ...Object.entries(detail).map(([name, value]) => [name, shown(value)] as const),
    ])}
  </details>`;
}

/** A value of any form as text. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  return typeof value === "string" ? value : JSON.stringify(value);
}
