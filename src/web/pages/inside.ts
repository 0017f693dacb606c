import { html } from "hono/html";
import type { Inside } from "../../desk/inside.ts";
import type { ReleaseView } from "../../desk/types.ts";
import { linesOf } from "../../domain/inside/diffs.ts";
import { sizeWords } from "../../domain/inside/size.ts";
import type { FileDiff, ManifestChange, ReadContents, Side } from "../../domain/inside/types.ts";
import { isEnd, releaseTitle } from "../../domain/release.ts";
import type { Html } from "../responses.ts";
import type { Visit } from "../visit.ts";
import { diffTable } from "./diff.ts";
import { fileTables } from "./inside-files.ts";
import { pointCount, pointList, short } from "./inside-points.ts";
import { layout } from "./layout.ts";
import { at, facts, flash } from "./pieces.ts";

/** On a release's page: what should be looked at, and the rest behind it; opened by script it takes the page of its own in. */
export function insidePart(releaseId: string, inside: Inside | null): Html | null {
  if (inside === null) return null;
  const path = `/releases/${releaseId}/contents`;
  return html`<details class="box part" id="inside" data-part="${path}">
    <summary>
      <h2>What is inside</h2>
      ${inside.otherBytes === null ? pointCount(inside.points) : html`<span class="label bad">Other bytes</span>`}
    </summary>
    <div class="pad">
      <p><a href="${path}">The files of the package, and how they differ from the version before</a></p>
    </div>
  </details>`;
}

/** On npm's question: what whoever answers is about to let out. Dangers in full, the rest behind a link: the answer has to stay in sight. */
export function insideBox(releaseId: string, inside: Inside | null, packageName?: string): Html {
  const dangers = inside?.points.filter(({ weight }) => weight === "danger") ?? [];
  return html`<section class="box" aria-labelledby="inside">
    <header>
      <h2 id="inside">What is inside</h2>
      ${inside === null ? null : pointCount(inside.points)}
    </header>
    ${dangers.length === 0 ? null : pointList(dangers)}
    <div class="pad stack-small">
      ${inside === null ? notTold : brief(contentsPath(releaseId, packageName), inside)}
    </div>
  </section>`;
}

const notTold = html`<p class="muted">
  The workflow step told nothing of it; its log says why. What is published has to be looked at elsewhere.
</p>`;

/** Of several packages each has its own page. */
function contentsPath(releaseId: string, packageName: string | undefined): string {
  return `/releases/${releaseId}/contents${packageName === undefined ? "" : `?package=${encodeURIComponent(packageName)}`}`;
}

function brief(path: string, inside: Inside): Html {
  const looks = inside.points.filter(({ weight }) => weight === "look").map(({ sentence }) => sentence);
  return html`${otherBytes(inside)}
    ${inside.contents?.state === "read" ? html`<p>${summary(inside.contents)}</p>` : null}
    ${looks.length === 0 ? null : html`<p>To look at: ${looks.join(" ")}</p>`}
    <p><a href="${path}">All files, and the lines that differ</a></p>`;
}

/** Everything that was told of a release's tarball. */
export function insidePage(
  visit: Visit,
  { release }: ReleaseView,
  inside: Inside | null,
  packageName: string = release.package,
): Html {
  const title = releaseTitle({ package: packageName, version: release.version });
  return layout(
    visit,
    { title: `What is inside ${title}` },
    html`<div>
        <h1>What is inside ${title}</h1>
        <p class="muted"><a href="/releases/${release.id}">Back to the release</a></p>
      </div>
      <div class="box">
        <div class="pad stack" data-content>${content(inside, isEnd(release.state))}</div>
      </div>`,
  );
}

function content(inside: Inside | null, over: boolean): Html {
  if (inside === null && over)
    return html`<p>
      <strong>Nothing is kept of it.</strong> The workflow step told nothing, or it is more than 180 days ago. Of a
      published version <code>npm diff</code> shows the same.
    </p>`;
  if (inside === null)
    return html`<p>
      <strong>Nothing is told yet.</strong> The workflow step packs the package, looks into it and tells it here, before
      npm is asked to take it.
    </p>`;
  const { contents } = inside;
  if (contents === null)
    return flash(
      "wait",
      "alert",
      "This was told by another version of Countersign, in a form that this one doesn't know.",
    );
  return html`${otherBytes(inside)}
    <section class="stack-small" aria-labelledby="notable">
      <h2 id="notable">Worth knowing</h2>
      ${
        inside.points.length === 0
          ? html`<p>Nothing stands out: no install script, no new dependency, no file that looks odd.</p>`
          : pointList(inside.points)
      }
    </section>
    ${contents.state === "read" ? whole(contents, inside.toldAt) : null}`;
}

/** A description of other bytes than those that are published tells nothing of them. */
function otherBytes({ otherBytes: other, contents }: Inside): Html | null {
  if (other === null) return null;
  return flash(
    "bad",
    "alert",
    html`Don't approve: this tells of the bytes <code>${contents?.shasum ?? "?"}</code>, and what is published is
      <code>${other}</code>. Stop the release, and look at what runs in the job.`,
  );
}

function whole(contents: ReadContents, toldAt: Date): Html {
  return html`<section class="stack-small" aria-labelledby="numbers">
      <h2 id="numbers">In numbers</h2>
      ${numbers(contents, toldAt)}
    </section>
    <section class="stack-small" aria-labelledby="manifest">
      <h2 id="manifest">package.json</h2>
      ${manifest(contents)}
    </section>
    <section class="stack-small" aria-labelledby="files">
      <h2 id="files">Files</h2>
      ${fileTables(contents)}
    </section>
    ${
      contents.before.state === "compared" || contents.diffs.length > 0
        ? html`<section class="stack-small" aria-labelledby="lines">
            <h2 id="lines">Line by line</h2>
            ${lines(contents)}
          </section>`
        : null
    }`;
}

function summary({ now, before, counts }: ReadContents): string {
  const size = `${now.files} files, ${sizeWords(now.unpacked)} unpacked`;
  if (before.state !== "compared") return `${size}.`;
  return `${size}. Beside ${short(before.version, 100)}: ${counts.added} new, ${counts.changed} changed, ${counts.removed} gone.`;
}

function numbers({ now, before, counts, shasum }: ReadContents, toldAt: Date): Html {
  const was = before.state === "compared" ? before : null;
  const size = (side: keyof Side): string => {
    const words = (bytes: number): string => (side === "files" ? `${bytes}` : sizeWords(bytes));
    return was === null ? words(now[side]) : `${words(now[side])} (was ${words(was[side])})`;
  };
  return facts([
    ["Compared with", comparedWith(before)],
    ["Files", size("files")],
    was === null ? null : ["Of them", `${counts.added} new, ${counts.changed} changed, ${counts.same} as before`],
    was === null ? null : ["Gone", `${counts.removed}`],
    ["Unpacked", size("unpacked")],
    ["Tarball", size("bytes")],
    ["Bytes", html`<span class="mono">${shasum}</span>`],
    ["Told", html`by the workflow step, ${at(toldAt)}`],
  ]);
}

function comparedWith(before: ReadContents["before"]): string {
  if (before.state === "compared") return `${short(before.version, 100)}, as the registry has it`;
  return before.state === "first" ? "nothing: this is the first version" : `nothing: ${short(before.why)}`;
}

function manifest({ manifest: changes, leftOut, before }: ReadContents): Html {
  if (changes === null) return html`<p>It can't be read here, or in the version before.</p>`;
  if (changes.length === 0) return html`<p>Nothing in it differs.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="What differs in package.json">
      <table class="fits">
        <caption class="sr">
          What differs in package.json
        </caption>
        <thead>
          <tr>
            <th scope="col">Field</th>
            ${before.state === "compared" ? html`<th scope="col">Was</th>` : null}
            <th scope="col">Now</th>
          </tr>
        </thead>
        <tbody>
          ${changes.map((change) => field(change, before.state === "compared"))}
        </tbody>
      </table>
    </div>
    ${leftOut.manifest > 0 ? html`<p class="muted small">${leftOut.manifest} more values differ.</p>` : null}`;
}

function field({ at: path, was, now }: ManifestChange, compared: boolean): Html {
  const value = (text: string | null): Html =>
    text === null ? html`<span class="muted">none</span>` : html`<code>${short(text)}</code>`;
  return html`<tr>
    <td class="wrap">${short(path.join(" › "))}</td>
    ${compared ? html`<td class="wrap">${value(was)}</td>` : null}
    <td class="wrap">${value(now)}</td>
  </tr>`;
}

function lines({ diffs, leftOut }: ReadContents): Html {
  return html`${diffs.length === 0 ? html`<p>No text differs that could be shown line by line.</p>` : null}
  ${diffs.map(oneDiff)}
  ${
    leftOut.diffs > 0
      ? html`<p class="muted small">
          Of ${leftOut.diffs} more ${leftOut.diffs === 1 ? "file" : "files"} no lines are shown: they are large, or
          many.
          <code>npm diff</code> shows them once the version is published or staged.
        </p>`
      : null
  }`;
}

function oneDiff(diff: FileDiff): Html {
  const parts = linesOf(diff);
  const count = (kind: string): number => parts.flat().filter((line) => line.kind === kind).length;
  const path = short(diff.path, 300);
  return html`<details class="file">
    <summary>
      <span class="mono wrap">${path}</span>
      <span class="nowrap small">
        <span class="good">+${count("added")}</span> <span class="bad">−${count("removed")}</span>
      </span>
    </summary>
    ${
      parts.length === 0
        ? html`<p>Only the ends of its lines differ.</p>`
        : diffTable(parts, `${path}, before and now`, null)
    }
    ${diff.more > 0 ? html`<p class="muted small">${diff.more} more lines differ in this file.</p>` : null}
  </details>`;
}
