import { html } from "hono/html";
import { policyPath } from "../../desk/policy-at.ts";
import { suspendedWords } from "../../desk/suspended.ts";
import type { Access, PolicyStanding, RepositoryWithPolicy } from "../../desk/repository-views.ts";
import type { Policy, PolicyProblem } from "../../domain/policy-types.ts";
import { shortSha } from "../../domain/release.ts";
import type { Repository } from "../../domain/release-types.ts";
import { fileAt, repositoryAt } from "../github-links.ts";
import type { Html } from "../responses.ts";
import type { Visit } from "../visit.ts";
import { coachPart } from "./coach.ts";
import { layout } from "./layout.ts";
import type { Frame } from "./layout.ts";
import { blank, flash, icon, linkTo, prose } from "./pieces.ts";
import { packageBox } from "./policy-package.ts";
import { endedRow } from "./queue-rows.ts";
import { sightingsPart } from "./sightings.ts";

/** Packages whose rules are written out; of more only the names. */
const mostPackages = 100;

/** A repository: its policy as Countersign understands it, line by line, and its last releases. `writes`: the reader may write there. */
export function repositoryPage(
  visit: Visit,
  found: RepositoryWithPolicy,
  writes: boolean,
  frame: Pick<Frame, "flash"> = {},
): Html {
  const { repository, policy, active } = found;
  const name = `${repository.owner}/${repository.name}`;
  return layout(
    visit,
    { title: name, current: "repositories", ...frame },
    html`<div>
        <div class="heading">
          <h1>${name}</h1>
          ${repository.private ? html`<span class="label">${icon("lock")} Private</span>` : null}
        </div>
        <p class="muted">
          ${linkTo(repositoryAt(visit.parts, repository), "On GitHub")} ·
          <a href="/repositories/${repository.id}/doctor">Doctor</a> ·
          ${
            writes
              ? html`<a href="/repositories/${repository.id}/set-up">Set-up</a> ·
                  <a href="/repositories/${repository.id}/tokens">Tokens</a> ·
                  <a href="/audit?repository=${repository.id}">Audit</a> · `
              : null
          }<a href="/repositories/${repository.id}/notifications">Notifications</a> ·
          <a href="/?repository=${repository.id}">${active} under way</a>
        </p>
      </div>
      ${accessPart(found.access)} ${sightingsPart(visit, found, writes)}
      ${policyPart(visit, repository, policy, writes)} ${lastReleases(visit, found)}`,
  );
}

/** What keeps Countersign from working here, where something does. */
function accessPart(access: Access): Html | null {
  switch (access.state) {
    case "fine":
    case "unread":
      return null;
    case "suspended":
      return flash("bad", "alert", suspendedWords);
    case "removed":
      return flash("bad", "alert", "The app is not installed on this account any more: an owner can install it again.");
    case "lacking":
      return flash(
        "bad",
        "alert",
        html`Countersign lacks ${access.permissions.length === 1 ? "a permission" : "permissions"} here:
        ${access.permissions.map((one, index) => html`${index > 0 ? ", " : ""}<code>${one}</code>`)}. Nothing can be
        released until an owner grants ${access.permissions.length === 1 ? "it" : "them"} in the account's settings,
        under GitHub Apps.`,
      );
  }
}

function policyPart(visit: Visit, repository: Repository, policy: PolicyStanding, writes: boolean): Html {
  const address = (sha: string, line?: number): string => fileAt(visit.parts, repository, sha, policyPath, line);
  switch (policy.state) {
    case "unread":
      return flash("bad", "alert", "GitHub doesn't answer Countersign at the moment, so the policy can't be shown.");
    case "missing":
      return html`<section class="box" aria-labelledby="policy">
        <header><h2 id="policy">Policy</h2></header>
        ${blank(
          "package",
          "No policy yet",
          html`Add <code>${policyPath}</code> to <code>${repository.defaultBranch}</code>: it names the packages, who
            releases them and who approves.
            ${
              writes
                ? html`<a href="/repositories/${repository.id}/set-up">Set this repository up</a>: the page makes the
                    file and the workflow, and says what else is missing.`
                : null
            }`,
        )}
      </section>`;
    case "broken":
      return brokenPolicy(policy.problems, policy.sha, (line) => address(policy.sha, line));
    case "fine":
      return html`<section class="stack-small" aria-labelledby="policy">
        <h2 id="policy">Policy</h2>
        <p class="muted">
          As Countersign understands ${linkTo(address(policy.sha), html`<code>${policyPath}</code>`)} at
          <code>${repository.defaultBranch}</code>, commit <span class="mono">${shortSha(policy.sha)}</span>.
        </p>
        ${environments(policy.policy)}
        ${policy.policy.packages.slice(0, mostPackages).map((one, index) => {
          const lines = policy.lines[index] ?? { line: 1, keys: {} };
          const place = { index, open: policy.policy.packages.length <= 3 };
          const more = coachPart(one, repository, visit.now, writes);
          return packageBox(one, lines, place, (line) => address(policy.sha, line), more);
        })}
        ${rest(policy.policy)}
      </section>`;
  }
}

function brokenPolicy(problems: PolicyProblem[], sha: string, address: (line: number) => string): Html {
  return html`<section class="box" aria-labelledby="policy">
    <header>
      <h2 id="policy">Policy</h2>
      <span class="label bad">${icon("x-circle-fill")} Can't be used</span>
    </header>
    <div class="pad stack-small">
      <p>
        <code>${policyPath}</code> at <span class="mono">${shortSha(sha)}</span> has
        ${problems.length === 1 ? "a problem" : `${problems.length} problems`}. Nothing can be released until it is
        mended.
      </p>
      <ul class="points">
        ${problems.map(
          ({ line, key, text }) =>
            html`<li>
              ${linkTo(address(line), `Line ${line}`)}${key === "" ? null : html`, <code>${key}</code>`}: ${prose(text)}
            </li>`,
        )}
      </ul>
    </div>
  </section>`;
}

/** Which packages share an environment, since one release holds it. */
function environments({ packages }: Policy): Html {
  const groups = [...Map.groupBy(packages, ({ environment }) => environment.toLowerCase()).values()];
  return html`<p class="muted">
    ${groups.length === 1 ? "Environment" : "Environments"}:
    ${groups
      .slice(0, 20)
      .map(
        (group, index) =>
          html`${index > 0 ? ", " : ""}<code>${group[0]?.environment ?? ""}</code>${
            group.length > 1 ? html` (${group.length} packages, one release at a time)` : null
          }`,
      )}${groups.length > 20 ? ` and ${groups.length - 20} more` : ""}.
  </p>`;
}

function rest({ packages }: Policy): Html | null {
  const names = packages.slice(mostPackages).map(({ name }) => name);
  return names.length === 0 ? null : html`<p>And ${names.length} more: ${names.join(", ")}.</p>`;
}

function lastReleases(visit: Visit, { repository, releases }: RepositoryWithPolicy): Html {
  return html`<section class="box" aria-labelledby="releases">
    <header>
      <h2 id="releases">Last releases</h2>
      <span class="count">${releases.length}<span class="sr"> releases</span></span>
    </header>
    ${
      releases.length === 0
        ? blank(
            "package",
            "No release yet",
            html`Comment <code>/release 1.2.0</code> on an issue or pull request there to ask for one.`,
          )
        : html`<ul class="rows">
            ${releases.map((one) => endedRow(one, repository, visit.now))}
          </ul>`
    }
  </section>`;
}
