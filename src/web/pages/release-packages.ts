import { html } from "hono/html";
import type { Release, ReleasePart } from "../../domain/release-types.ts";
import { isLive, partWords } from "../../domain/several.ts";
import type { Html } from "../responses.ts";
import { prose } from "./pieces.ts";

/** Of a release of several packages each with how it stands; nothing for a release of one. */
export function packagesBox({ id, packages }: Release): Html | null {
  if (packages === null) return null;
  const live = packages.filter(isLive).length;
  return html`<section class="box" aria-labelledby="packages">
    <header>
      <h2 id="packages">Packages</h2>
      <span class="label muted">${live} of ${packages.length} live</span>
    </header>
    <div class="pad">
      <div class="scroll" tabindex="0" role="region" aria-label="Packages of this release">
        <table class="fits">
          <caption class="sr">
            How each package stands, in the order in which they are published
          </caption>
          <thead>
            <tr>
              <th scope="col">Package</th>
              <th scope="col">State</th>
              <th scope="col">Shasum</th>
              <th scope="col">Inside</th>
            </tr>
          </thead>
          <tbody>
            ${packages.map((part) => row(id, part))}
          </tbody>
        </table>
      </div>
    </div>
  </section>`;
}

function row(releaseId: string, part: ReleasePart): Html {
  return html`<tr>
    <td class="wrap">${part.name}</td>
    <td class="wrap">
      ${partWords(part)}${part.text === undefined ? null : html`<br /><span class="small">${prose(part.text)}</span>`}
    </td>
    <td class="mono small wrap">${part.shasum ?? html`<span class="muted">not told</span>`}</td>
    <td>
      ${part.inside === undefined ? html`<span class="muted">not told</span>` : inside(releaseId, part, part.inside)}
    </td>
  </tr>`;
}

function inside(
  releaseId: string,
  { name }: ReleasePart,
  { dangers, looks }: { dangers: number; looks: number },
): Html {
  const words = dangers > 0 ? `${dangers} dangerous` : looks > 0 ? `${looks} to look at` : "nothing stands out";
  return html`<a
    class="${dangers > 0 ? "bad" : ""}"
    href="/releases/${releaseId}/contents?package=${encodeURIComponent(name)}"
    >${words}<span class="sr"> in ${name}</span></a
  >`;
}
