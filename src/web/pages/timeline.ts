import { html } from "hono/html";
import type { ReleaseView } from "../../desk/types.ts";
import type { IconName } from "../assets/icon-paths.ts";
import type { Html } from "../responses.ts";
import { at, icon, stateOf } from "./pieces.ts";
import type { Tone } from "./pieces.ts";

interface Entry {
  at: Date | null | undefined;
  text: Html | string;
  icon: IconName;
  tone?: Tone;
}

/** What happened, in order, with exact times. */
export function timeline(view: ReleaseView): Html {
  const entries = [...runEntries(view), ...wordEntries(view), ...secretEntries(view)]
    .filter((entry): entry is Entry & { at: Date } => entry.at instanceof Date)
    .toSorted((one, other) => one.at.getTime() - other.at.getTime());
  return html`<ol class="timeline">
    ${entries.map(
      (entry) =>
        html`<li>
          ${icon(entry.icon, entry.tone ?? "muted")}
          <div>${entry.text}<span class="muted small">${at(entry.at)}</span></div>
        </li>`,
    )}
  </ol>`;
}

function runEntries({ release }: ReleaseView): Entry[] {
  const asked = release.origin === "chat" ? "asked for this release" : "started the run on GitHub";
  const job = release.jobConclusion === null ? "The job is over" : `The job is over: ${release.jobConclusion}`;
  const end = stateOf(release.state);
  return [
    { at: release.requestedAt, text: html`<strong>${release.releaserLogin}</strong> ${asked}`, icon: "package" },
    { at: release.dispatchedAt, text: "The run was started", icon: "play" },
    { at: release.gateAskedAt, text: "GitHub asks for our word on the environment", icon: "shield-lock" },
    { at: release.decidedAt, text: "Everything it waited for is there", icon: "verified", tone: "good" },
    { at: release.gateApprovedAt, text: "The gate was opened", icon: "unlock", tone: "good" },
    { at: release.jobStartedAt, text: "The job started", icon: "rocket" },
    { at: release.jobEndedAt, text: job, icon: release.jobConclusion === "success" ? "check" : "stop" },
    { at: release.verifiedAt, text: "The version was seen on the registry", icon: "search", tone: "good" },
    { at: release.endedAt, text: end.word, icon: end.icon, tone: end.tone },
  ];
}

function wordEntries({ approvals, challenge, release }: ReleaseView): Entry[] {
  const places = { chat: "in the thread", github: "on GitHub", dashboard: "here" };
  const given = approvals.map((word): Entry => {
    const good = word.verdict === "approved";
    return {
      at: word.givenAt,
      text: html`<strong>${word.personLogin}</strong> ${word.verdict}
        ${places[word.source]}${word.comment === null ? null : html`: “${word.comment}”`}`,
      icon: good ? "check" : "x",
      tone: good ? "good" : "bad",
    };
  });
  return [
    ...given,
    { at: challenge?.openedAt, text: `npm asks ${release.releaserLogin} for the second factor`, icon: "shield-lock" },
    { at: challenge?.answeredAt, text: `${release.releaserLogin} answered npm`, icon: "passkey-fill" },
  ];
}

function secretEntries({ lease }: ReleaseView): Entry[] {
  if (lease === null) return [];
  const name = html`<code>${lease.secretName}</code>`;
  return [
    { at: lease.armedAt, text: html`The secret ${name} was put in place`, icon: "key", tone: "wait" },
    { at: lease.disarmedAt, text: html`The secret ${name} was removed`, icon: "trash" },
    { at: lease.closedAt, text: html`The secret was read as absent for the second time`, icon: "lock", tone: "good" },
  ];
}
