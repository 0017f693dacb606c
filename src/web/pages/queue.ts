import { html } from "hono/html";
import type { Release } from "../../domain/release-types.ts";
import { waitingCount } from "../own-queue.ts";
import type { OwnQueue } from "../own-queue.ts";
import { isNarrowed } from "../queue-query.ts";
import type { QueueTexts } from "../queue-query.ts";
import type { Html } from "../responses.ts";
import type { Visit } from "../visit.ts";
import { layout } from "./layout.ts";
import type { Frame } from "./layout.ts";
import { blank, flash } from "./pieces.ts";
import { stuckSecret } from "./stuck.ts";
import { queueForm, queueTurning } from "./queue-form.ts";
import { alarmFlashes } from "./sightings.ts";
import { endedRow, otherRow, ownRow, renewalRow, todoRow } from "./queue-rows.ts";

/** What the queue shows. */
export interface QueueContent {
  texts: QueueTexts;
  queue: OwnQueue;
}

/** The page a release team keeps open: what waits for me first, then the rest, then what ended. */
export function queuePage(visit: Visit, content: QueueContent, frame: Pick<Frame, "live" | "flash">): Html {
  const { texts, queue } = content;
  const waiting = waitingCount(queue);
  const others = queue.total - queue.mine;
  const rows = {
    mine: queue.items.flatMap(({ kind, view }) => (kind === null ? [] : [ownRow(kind, view, visit.now)])),
    others: queue.items.flatMap(({ kind, view }) => (kind === null ? [otherRow(view, visit.now)] : [])),
  };
  const first = queue.page === 1;
  return layout(
    visit,
    // What a filter leaves is not all that waits.
    { title: "Queue", current: "queue", ...(isNarrowed(texts) ? {} : { waiting }), ...frame },
    html`<h1>Queue</h1>
      ${queue.stuck.map((lease) => stuckSecret(lease, queue.repositories.get(lease.repositoryId), visit.now))}
      ${alarmFlashes(queue.alarms, queue.repositories)} ${queueForm(texts, queue.repositories.values())}
      ${first || rows.mine.length > 0 ? section("Waits for you", waiting, first ? [...rows.mine, ...business(queue, visit.now)] : rows.mine, nothingForYou(texts)) : null}
      ${first || rows.others.length > 0 ? section("Under way", others, rows.others, nothingElse(texts, queue)) : null}
      ${queueTurning(texts, queue.page, queue.pages)}
      ${queue.ended.length === 0 ? null : section("Ended", queue.ended.length, endedRows(queue, visit.now), html``)}`,
  );
}

/** The filter couldn't be read: it comes back as it was, with the sentence. */
export function queueProblemPage(visit: Visit, texts: QueueTexts, problem: string): Html {
  return layout(
    visit,
    { title: "Queue", current: "queue", flash: flash("bad", "alert", problem) },
    html`<h1>Queue</h1>
      ${queueForm(texts, [])}`,
  );
}

/** For a stranger: what this is, and the way in. */
export function welcomePage(visit: Visit, frame: Pick<Frame, "flash">): Html {
  return layout(
    visit,
    { title: "Welcome", ...frame },
    html`<div class="narrow stack">
      <h1>Nobody publishes alone</h1>
      <p>
        Countersign lets a team release npm packages together: one person asks for a release, another countersigns it,
        the releaser's own token is in place for seconds, and npm's second factor is answered by the person it belongs
        to.
      </p>
      <p><a class="button primary big" href="/sign-in">Sign in with GitHub</a></p>
      <p class="muted small">You see the repositories that GitHub shows you, and nothing else.</p>
    </div>`,
  );
}

function section(title: string, count: number, rows: Html[], empty: Html): Html {
  const id = title.toLowerCase().replaceAll(" ", "-");
  return html`<section class="box" aria-labelledby="${id}">
    <header>
      <h2 id="${id}">${title}</h2>
      <span class="count">${count}<span class="sr"> ${count === 1 ? "entry" : "entries"}</span></span>
    </header>
    ${
      rows.length === 0
        ? empty
        : html`<ul class="rows">
            ${rows}
          </ul>`
    }
  </section>`;
}

/** What is to be done about tokens comes after what others wait for. */
function business({ renewals, todos, repositories }: OwnQueue, now: Date): Html[] {
  return [...renewals.map((one) => renewalRow(one, repositories, now)), ...todos.map((one) => todoRow(one, now))];
}

function endedRows({ ended, repositories }: OwnQueue, now: Date): Html[] {
  return ended.map((release: Release) => endedRow(release, repositories.get(release.repositoryId) ?? null, now));
}

function nothingForYou(texts: QueueTexts): Html {
  if (isNarrowed(texts)) return blank("search", "Nothing of that waits for you", "Widen the filter, or clear it.");
  return blank(
    "inbox",
    "Nothing waits for you",
    "Releases to approve, npm's questions, runs to confirm, tokens to renew and to-dos at npm appear here.",
  );
}

function nothingElse(texts: QueueTexts, { mine }: OwnQueue): Html {
  if (isNarrowed(texts)) return blank("search", "No release like that is under way", "Widen the filter, or clear it.");
  return blank(
    "package",
    mine > 0 ? "No other release is under way" : "No release is under way",
    html`Comment <code>/release 1.2.0</code> on an issue or pull request to ask for one. It appears here for everybody
      whom GitHub shows the repository.`,
  );
}
