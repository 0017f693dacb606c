import { html } from "hono/html";
import { sightingsPath } from "../../desk/out-of-band/tell.ts";
import type { RepositoryWithPolicy } from "../../desk/repository-views.ts";
import type { Sighting, Watch } from "../../domain/out-of-band/types.ts";
import type { Repository } from "../../domain/release-types.ts";
import type { Html } from "../responses.ts";
import type { Visit } from "../visit.ts";
import { ago, blank, flash, icon, prose } from "./pieces.ts";

/** What happened at the registry without a release, and whether it is looked at at all. `writes`: the reader may write there. */
export function sightingsPart(visit: Visit, found: RepositoryWithPolicy, writes: boolean): Html {
  const { watches, sightings } = found;
  return html`<section class="box" aria-labelledby="without-a-release">
    <header>
      <h2 id="without-a-release">Without a release</h2>
      <span class="count">${sightings.length}<span class="sr"> sightings</span></span>
    </header>
    ${
      sightings.length === 0
        ? blank(
            "shield-lock",
            "Nothing was published past Countersign",
            watches.length === 0
              ? "No package is watched yet: what the policy names is, once it is on the default branch."
              : "A version that appears at the registry without a release of this repository is shown here, with what is odd about it.",
          )
        : html`<ul class="rows">
            ${sightings.map((one) => sightingRow(visit, found.repository, one, writes))}
          </ul>`
    }
    ${
      watches.length === 0
        ? null
        : html`<ul class="pad muted small">
            ${watches.map((one) => watchWords(one, visit.now))}
          </ul>`
    }
  </section>`;
}

function sightingRow(visit: Visit, repository: Repository, sighting: Sighting, writes: boolean): Html {
  const { facts, seenAt, oddities } = sighting;
  const open = isOpen(sighting);
  return html`<li id="sighting-${sighting.id}">
    <span class="mark">${open ? icon("alert", "bad") : icon("check", "muted")}</span>
    <div class="what stack-small">
      <div class="heading">
        <span class="title">${sighting.package}@${sighting.version}</span>
        ${label(sighting)}
      </div>
      <p>
        ${happened(sighting)}${facts.publisher === null ? null : html` by the npm user <code>${facts.publisher}</code>`}.
      </p>
      ${
        oddities.length === 0
          ? null
          : html`<ul class="points">
              ${oddities.map(({ text }) => html`<li>${prose(text)}</li>`)}
            </ul>`
      }
      ${sighting.expectedWhy === null ? null : html`<p class="muted">${prose(sighting.expectedWhy)}</p>`}
      <p class="muted small">noticed ${ago(seenAt, visit.now)}${acknowledged(sighting, visit.now)}</p>
    </div>
    ${open && writes ? html`<div class="act">${button(repository, sighting)}</div>` : null}
  </li>`;
}

function button(repository: Repository, { id, package: name, version }: Sighting): Html {
  return html`<form method="post" action="/repositories/${repository.id}/sightings/${id}/expected">
    <button class="button" type="submit">
      ${icon("check")} <span>It was one of us<span class="sr">: ${name}@${version}</span></span>
    </button>
  </form>`;
}

function isOpen({ verdict, acknowledgedAt }: Sighting): boolean {
  return verdict === "odd" && acknowledgedAt === null;
}

function label(sighting: Sighting): Html {
  if (isOpen(sighting)) return html`<span class="label bad">Nobody knows of it</span>`;
  if (sighting.verdict === "noticed") return html`<span class="label wait">Being looked into</span>`;
  return html`<span class="label muted">${sighting.verdict === "expected" ? "Expected" : "Acknowledged"}</span>`;
}

function happened({ what, facts }: Sighting): Html {
  if (what === "unpublished") return html`Taken from the registry`;
  if (what === "tag-moved") return html`Given the dist-tag <code>${facts.tags[0] ?? ""}</code>, without a release`;
  return html`Published without a release`;
}

function acknowledged({ acknowledgedAt, acknowledgedByLogin }: Sighting, now: Date): Html | null {
  if (acknowledgedAt === null) return null;
  return html` · ${acknowledgedByLogin ?? "somebody"} said that it was one of them, ${ago(acknowledgedAt, now)}`;
}

function watchWords({ package: name, lookedAt, lastError }: Watch, now: Date): Html {
  const when = lookedAt === null ? "not looked at yet" : html`looked at ${ago(lookedAt, now)}`;
  return html`<li>${name}: ${when}${lastError === null ? null : html`. ${prose(lastError)}`}</li>`;
}

/** The red line on the queue: what nobody knows of yet, one a package. */
export function alarmFlashes(alarms: readonly Sighting[], repositories: Map<number, Repository>): Html[] {
  const groups = Map.groupBy(alarms, ({ repositoryId, package: name }) => `${repositoryId} ${name}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const repository = first === undefined ? undefined : repositories.get(first.repositoryId);
    if (first === undefined || repository === undefined) return [];
    const versions = [...new Set(group.map(({ version }) => version))];
    const more = versions.length > 5 ? ` and ${versions.length - 5} more` : "";
    return [
      flash(
        "bad",
        "alert",
        html`<strong>Something happened at the registry without a release.</strong> <code>${first.package}</code>,
          ${versions.slice(0, 5).join(", ")}${more}, of ${repository.owner}/${repository.name}: see
          <a href="${sightingsPath(repository.id)}">what is odd about ${first.package}, or say that it was one of you</a
          >.`,
      ),
    ];
  });
}
