import { html } from "hono/html";
import type { Release, ReleasePart } from "../../domain/release-types.ts";
import { isLive, partWords } from "../../domain/several.ts";
import type { Html } from "../responses.ts";
import type { IconName } from "../assets/icon-paths.ts";
import { icon, prose } from "./pieces.ts";
import type { Tone } from "./pieces.ts";

/** Of a release of several packages each with how it stands, in the order in which they are published; nothing for a release of one. */
export function packagesBox({ id, packages }: Release): Html | null {
  if (packages === null) return null;
  const live = packages.filter(isLive).length;
  return html`<section class="box" aria-labelledby="packages">
    <header>
      <h2 id="packages">Packages</h2>
      <span class="label muted">${live} of ${packages.length} live</span>
    </header>
    <ul class="rows">
      ${packages.map((part) => row(id, part))}
    </ul>
  </section>`;
}

function row(releaseId: string, part: ReleasePart): Html {
  const { name, text, shasum } = part;
  const [mark, tone] = look(part);
  return html`<li>
    <span class="mark">${icon(mark, tone)}</span>
    <div class="what stack-small">
      <span class="title">${name}</span>
      <p>${sentence(partWords(part))}${text === undefined ? null : html` ${prose(text)}`}</p>
      <p class="muted small">
        ${shasum === undefined ? "shasum not told" : html`shasum <span class="mono wrap">${shasum}</span>`} · inside:
        ${inside(releaseId, part)}
      </p>
    </div>
  </li>`;
}

function sentence(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;
}

function look(part: ReleasePart): [IconName, Tone] {
  if (isLive(part)) return ["check-circle-fill", "good"];
  if (part.state === "failed") return ["x-circle-fill", "bad"];
  return part.state === "staged" ? ["package", "wait"] : ["hourglass", "wait"];
}

function inside(releaseId: string, { name, inside: found }: ReleasePart): Html | string {
  if (found === undefined) return "not told";
  const { dangers, looks } = found;
  const words = dangers > 0 ? `${dangers} dangerous` : looks > 0 ? `${looks} to look at` : "nothing stands out";
  return html`<a
    class="${dangers > 0 ? "bad" : ""}"
    href="/releases/${releaseId}/contents?package=${encodeURIComponent(name)}"
    >${words}<span class="sr"> in ${name}</span></a
  >`;
}
