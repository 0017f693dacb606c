import { html } from "hono/html";
import type { DiffLine } from "../../domain/line-diff.ts";
import { visible } from "../../domain/one-line.ts";
import type { Html } from "../responses.ts";

/** Lines that are shown at most, and characters of one of them. */
const most = { lines: 600, letters: 500 };

/** Said for who doesn't see the table; the page tells the rest in words above it. */
const columns = ["Line before", "Line now", "Change", "Text"];

const signs: Record<DiffLine["kind"], string> = { same: " ", added: "+", removed: "-" };

/**
 * A comparison as a table: numbers of both sides, a sign, the line, with what can't be seen made visible. `elsewhere` is where the lines
 * are that are too many for a page; null: nothing is left out.
 */
export function diffTable(
  parts: DiffLine[][],
  caption: string,
  elsewhere: string | null = "look at them on GitHub",
): Html {
  let left = elsewhere === null ? Infinity : most.lines;
  const shown = parts.map((part) => {
    const some = part.slice(0, Math.max(0, left));
    left -= part.length;
    return some;
  });
  return html`<div class="scroll diff" tabindex="0" role="region" aria-label="${caption}">
      <table>
        <caption class="sr">
          ${caption}
        </caption>
        <thead>
          <tr>
            ${columns.map((name) => html`<th scope="col"><span class="sr">${name}</span></th>`)}
          </tr>
        </thead>
        ${shown
          .filter((part) => part.length > 0)
          .map(
            (part) =>
              html`<tbody>
                ${part.map(line)}
              </tbody>`,
          )}
      </table>
    </div>
    ${left < 0 ? html`<p class="muted small">${-left} more lines differ; ${elsewhere}.</p>` : null}`;
}

function line({ kind, text, before, after }: DiffLine): Html {
  const letters = visible(text);
  const cut = letters.length > most.letters ? `${letters.slice(0, most.letters)}…` : letters;
  return html`<tr class="${kind}">
    <td class="number">${before ?? ""}</td>
    <td class="number">${after ?? ""}</td>
    <td class="sign">${signs[kind]}</td>
    <td>${cut}</td>
  </tr>`;
}
