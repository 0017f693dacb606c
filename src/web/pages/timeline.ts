import { html } from "hono/html";
import type { ReleaseView } from "../../desk/types.ts";
import type { Lease } from "../../domain/release-types.ts";
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

/** What happened, in order, with exact times; of one instant, in the order in which things are done. */
export function timeline(view: ReleaseView): Html {
  const entries = [...asking(view), ...words(view), ...opening(view), ...running(view), ...ending(view)]
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

function asking({ release }: ReleaseView): Entry[] {
  const asked =
    release.origin === "adopted"
      ? "started the run on GitHub"
      : release.purpose === "publish"
        ? "asked for this release"
        : "asked for this";
  return [
    { at: release.requestedAt, text: html`<strong>${release.releaserLogin}</strong> ${asked}`, icon: "package" },
    { at: release.dispatchedAt, text: "The run was started", icon: "play" },
    { at: release.gateAskedAt, text: "GitHub asks for our word on the environment", icon: "shield-lock" },
  ];
}

function words({ approvals }: ReleaseView): Entry[] {
  const places = { chat: "in the thread", github: "on GitHub", dashboard: "here" };
  return approvals.map((word): Entry => {
    const good = word.verdict === "approved";
    const comment = word.comment === null ? null : html`: “${word.comment}”`;
    return {
      at: word.givenAt,
      text: html`<strong>${word.personLogin}</strong> ${word.verdict} ${places[word.source]}${comment}`,
      icon: good ? "check" : "x",
      tone: good ? "good" : "bad",
    };
  });
}

function opening({ release, lease }: ReleaseView): Entry[] {
  return [
    { at: release.decidedAt, text: "Everything it waited for is there", icon: "verified", tone: "good" },
    { at: lease?.armedAt, text: html`The secret ${secret(lease)} was put in place`, icon: "key", tone: "wait" },
    { at: release.gateApprovedAt, text: "The gate was opened", icon: "unlock", tone: "good" },
  ];
}

function running({ release, challenge }: ReleaseView): Entry[] {
  const job = release.jobConclusion === null ? "The job is over" : `The job is over: ${release.jobConclusion}`;
  return [
    { at: release.jobStartedAt, text: "The job started", icon: "rocket" },
    { at: challenge?.openedAt, text: `npm asks ${release.releaserLogin} for the second factor`, icon: "shield-lock" },
    { at: challenge?.answeredAt, text: `${release.releaserLogin} answered npm`, icon: "passkey-fill" },
    { at: release.jobEndedAt, text: job, icon: release.jobConclusion === "success" ? "check" : "stop" },
  ];
}

function ending({ release, lease }: ReleaseView): Entry[] {
  const end = stateOf(release.state);
  return [
    { at: lease?.disarmedAt, text: html`The secret ${secret(lease)} was removed`, icon: "trash" },
    { at: release.stagedAt, text: "npm has it staged", icon: "package", tone: "wait" },
    { at: release.verifiedAt, text: seen[release.purpose], icon: "search", tone: "good" },
    { at: release.endedAt, text: end.word, icon: end.icon, tone: end.tone },
    { at: lease?.closedAt, text: "The secret was read as absent for the second time", icon: "lock", tone: "good" },
  ];
}

const seen: Record<ReleaseView["release"]["purpose"], string> = {
  publish: "The version was seen on the registry",
  "approve-stage": "npm took the approval",
  "reject-stage": "npm took the rejection",
};

function secret(lease: Lease | null): Html {
  return html`<code>${lease?.secretName ?? ""}</code>`;
}
