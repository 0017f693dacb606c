import { html } from "hono/html";
import { sizeWords } from "../../domain/inside/size.ts";
import type { FileChange, FileState, Mark, ReadContents } from "../../domain/inside/types.ts";
import type { Html } from "../responses.ts";
import { short } from "./inside-points.ts";

const states: Record<FileState, { word: string; tone: string }> = {
  added: { word: "New", tone: "good" },
  changed: { word: "Changed", tone: "wait" },
  removed: { word: "Gone", tone: "bad" },
  same: { word: "As before", tone: "muted" },
};

const marks: Record<Mark, string> = {
  link: "a link",
  outside: "leads out of the package",
  odd: "no file",
  twice: "twice in the tarball",
  secret: "has a token",
  "hidden-name": "unseen characters in its name",
  hidden: "unseen characters",
  encoded: "made unreadable",
  program: "a program",
  bundled: "of another package",
  minified: "minified",
  executable: "can be run",
  unusual: "unusual place or name",
};

/** What differs, and behind it what doesn't. Of a first version everything is shown. */
export function fileTables({ files, counts, leftOut, before }: ReadContents): Html {
  const columns = before.state === "compared" ? "compared" : "alone";
  const different = files.filter(({ state, marks: found }) => state !== "same" || found.length > 0);
  const same = files.filter((one) => !different.includes(one));
  return html`${different.length === 0 ? html`<p>No file differs.</p>` : table(different, columns, "Files that differ")}
  ${leftOut.files > 0 ? html`<p class="muted small">${leftOut.files} more files are not in this list.</p>` : null}
  ${
    same.length === 0
      ? null
      : html`<details class="file">
          <summary>${counts.same} as before</summary>
          ${table(same, "alone", "Files as before")}
        </details>`
  }`;
}

function table(files: readonly FileChange[], columns: "compared" | "alone", caption: string): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table class="fits">
      <caption class="sr">
        ${caption}
      </caption>
      <thead>
        <tr>
          <th scope="col">File</th>
          ${columns === "compared" ? html`<th scope="col">Change</th>` : null}
          <th scope="col" class="number">Size</th>
          ${columns === "compared" ? html`<th scope="col" class="number">Was</th>` : null}
        </tr>
      </thead>
      <tbody>
        ${files.map((file) => row(file, columns))}
      </tbody>
    </table>
  </div>`;
}

function row({ path, state, bytes, was, marks: found }: FileChange, columns: "compared" | "alone"): Html {
  const { word, tone } = states[state];
  const odd = found.map((mark) => marks[mark]).join(", ");
  return html`<tr>
    <td class="wrap">
      <span class="mono">${short(path, 300)}</span>
      ${odd === "" ? null : html`<p class="small wait">${odd}</p>`}
    </td>
    ${columns === "compared" ? html`<td class="nowrap ${tone}">${word}</td>` : null}
    <td class="nowrap number">${bytes === null ? "" : sizeWords(bytes)}</td>
    ${columns === "compared" ? html`<td class="nowrap number">${was === null ? "" : sizeWords(was)}</td>` : null}
  </tr>`;
}
