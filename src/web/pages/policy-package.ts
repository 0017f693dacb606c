import { html } from "hono/html";
import type { KeyLine, PackageLines } from "../../domain/policy/lines.ts";
import type { PackagePolicy, Principal } from "../../domain/policy-types.ts";
import { principalName } from "../../domain/facts.ts";
import type { Html } from "../responses.ts";
import { lasting } from "../time-words.ts";
import { linkTo } from "./pieces.ts";

/** One package of a policy: each rule with the line that it stands in, or that it is the default; `more` below them. */
export function packageBox(
  policy: PackagePolicy,
  lines: PackageLines,
  place: { index: number; open: boolean },
  address: (line: number) => string,
  more: Html,
): Html {
  const id = `policy-${place.index}`;
  return html`<details class="box part" id="${id}" ${place.open ? html`open` : null}>
    <summary><h3>${policy.name}</h3></summary>
    <div class="pad stack-small">
      <p class="muted small">From ${linkTo(address(lines.line), `line ${lines.line}`)} on.</p>
      <dl class="facts">
        ${rules(policy).map(
          ([key, name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value} ${source(lines.keys[key], address)}</dd>`,
        )}
      </dl>
      ${more}
    </div>
  </details>`;
}

function source(line: KeyLine | undefined, address: (line: number) => string): Html {
  if (line === undefined) return html`<span class="muted small source">by default</span>`;
  const words = line.from === "defaults" ? `defaults, line ${line.line}` : `line ${line.line}`;
  return html`<span class="muted small source">${linkTo(address(line.line), words)}</span>`;
}

/** Key, name for people, value. */
function rules(policy: PackagePolicy): Array<readonly [string, string, Html | string]> {
  const { approvals, token } = policy;
  const code = (text: string): Html => html`<code>${text}</code>`;
  return [
    ["mode", "Mode", code(policy.mode)],
    ["releasers", "Releasers", people(policy.releasers)],
    [
      "approvals",
      "Approvals",
      html`${approvals.count} of ${people(approvals.from)}${approvals.self ? "; whoever asks may be one of them" : ""}`,
    ],
    ["environment", "Environment", code(policy.environment)],
    ["secret", "Secret", code(policy.secret)],
    ["workflow", "Workflow", code(policy.workflow)],
    ["branches", "Branches", policy.branches.length === 0 ? "the default branch" : policy.branches.join(", ")],
    [
      "remove",
      "Secret removed",
      policy.remove === "job-started" ? "as soon as the job has started" : "when the job is over",
    ],
    ["maxExposure", "In any case after", lasting(policy.maxExposureSeconds)],
    ["revoke", "npm token after the run", policy.revoke ? "revoked by the workflow" : "kept"],
    [
      "token",
      "npm tokens",
      `at most ${token.maxDays} ${token.maxDays === 1 ? "day" : "days"}, ${
        token.keep === "never" ? "a fresh one for each release" : "kept until they end"
      }, ${token.bypass2fa === null ? "none that bypasses 2FA" : `may bypass 2FA: ${token.bypass2fa}`}`,
    ],
    [
      "gate",
      "Gate",
      policy.gate === "rule" ? "Countersign's protection rule" : "none: approvals before the run starts",
    ],
    [
      "reviewers",
      "GitHub's own review",
      policy.reviewers === "allow" ? "may be given from here" : "only on GitHub itself",
    ],
    ["secondBuild", "Second build", policy.secondBuild ? "wanted: both have to make the same bytes" : "none"],
    ["dispatchAs", "Started by", policy.dispatchAs === "app" ? "the app" : "whoever asks"],
    ...(policy.stageApprovers === undefined
      ? []
      : [["stageApprovers", "Approve a stage at npm", policy.stageApprovers.join(", ")] as const]),
    ["localPublishing", "Versions without a release", localPublishing(policy)],
    ["registry", "Registry", policy.registry ?? "npm's"],
  ];
}

function localPublishing({ localPublishing: declared }: PackagePolicy): string {
  if (declared === undefined) return "raise the alarm";
  const by = declared.publishers === null ? "" : ` by ${declared.publishers.join(", ")}`;
  return `expected until ${declared.until}${by}, by the word of ${declared.by}: ${declared.reason}`;
}

function people(principals: Principal[]): string {
  return principals.map(principalName).join(", ");
}
