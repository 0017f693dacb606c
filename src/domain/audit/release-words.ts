import { commit, environment, meaning, text, value, who, withWords } from "./detail.ts";
import type { Told, Words } from "./detail.ts";

const places = { chat: "in the thread", github: "on GitHub", dashboard: "on the release's page" };

/** A release from the request to its end, its approvals, and the run. */
export const releaseWords: Readonly<Record<string, Words>> = {
  "release.requested": (event) =>
    `${who(event)} asked for the release of ${named(event)}${beside(event)}${commit(event, " from commit ")}${thread(event)}.`,
  "release.published": (event) =>
    `The registry shows the version: it is published${withWords(event, "publisher", ", by the npm user ")}.`,
  "release.package-published": (event) =>
    `The registry shows ${value(event, "package")}${withWords(event, "publisher", ", published by the npm user ")}.`,
  "release.staged": (event) =>
    `npm has the version staged${withWords(event, "stage", " as ")}; it waits there for somebody's second factor.`,
  "release.done": (event) =>
    `npm took it: ${meaning(event, "purpose", { "approve-stage": "the stage is approved", "reject-stage": "the stage is rejected" })}.`,
  "stage.approval-asked": (event) =>
    `${who(event)} asked for the approval of ${named(event)} at npm${withWords(event, "stage", ", staged as ")}.`,
  "stage.rejection-asked": (event) =>
    `${who(event)} asked for the rejection of ${named(event)} at npm${withWords(event, "stage", ", staged as ")}.`,
  "release.failed": (event) => `The release failed${code(event)}.`,
  "release.rejected": (event) => `The release ended: rejected${by(event)}.`,
  "release.cancelled": (event) => `The release ended: cancelled${by(event)}${code(event, "cancelled")}.`,
  "release.refused": (event) => `Countersign refused the release${code(event)}.`,
  "release.on-registry": () => "The version is on the registry all the same: see whether the run published it.",
  "panic.begun": (event) =>
    `${who(event)} stopped all releases of ${value(event, "account")}${withWords(event, "reason", ": ")}.`,
  "panic.lifted": (event) =>
    `${who(event)} lifted the stop of ${value(event, "account")}${withWords(event, "reason", ": ")}.`,
  "release.expired": () => "The release ended: nobody decided it in time.",
  "approval.approved": (event) => `${who(event)} approved${commit(event, " commit ")}${place(event)}.`,
  "approval.rejected": (event) => `${who(event)} rejected${commit(event, " commit ")}${place(event)}.`,
  "run.started": (event) =>
    `${who(event)} started the workflow${withWords(event, "run", " as run ")}${commit(event, " at commit ")}.`,
  "run.adopted": (event) =>
    `${who(event)} started${withWords(event, "run", " run ")} on GitHub${commit(event, " at commit ")}; it waits to be confirmed as a release.`,
  "run.confirmed": (event) => `${who(event)} confirmed the run as the release of ${value(event, "version")}.`,
  "run.refused": (event) =>
    `Countersign refused the gate to${withWords(event, "run", " run ")}, which ${who(event)} started on GitHub${code(event)}.`,
  "gate.approved": (event) =>
    `${who(event)} opened the gate of ${environment(event)}${withWords(event, "run", " for run ")}.`,
  "comment.edited": (event) => `${who(event)} edited a comment with a command${thread(event)}; edits change nothing.`,
  "comment.deleted": (event) =>
    `${who(event)} deleted a comment with a command${thread(event)}; what it asked for stays as it is.`,
};

/** The secret in the environment. */
export const leaseWords: Readonly<Record<string, Words>> = {
  "lease.taken": (event) =>
    `${who(event)} took the lease on ${environment(event)}: from here its secret may be in place.`,
  "lease.disarmed": (event) => `${who(event)} removed the secret from ${environment(event)}${seconds(event)}.`,
  "lease.absent": (event) => `The secret of ${environment(event)} was read as absent, for the first time.`,
  "lease.closed": (event) =>
    `The secret of ${environment(event)} was read as absent for the second time: the lease is closed.`,
  "lease.secret-came-back": (event) =>
    `The secret of ${environment(event)} was there again after it had been removed; ${who(event)} removes it once more.`,
};

function named(event: Told): string {
  const version = text(event, "version");
  return `\`${text(event, "package")}${version === "" ? "" : `@${version}`}\``;
}

function beside(event: Told): string {
  const packages = event.detail["packages"];
  return Array.isArray(packages) && packages.length > 1 ? ` with ${packages.length - 1} more` : "";
}

function thread(event: Told): string {
  const issue = text(event, "issue");
  return issue === "" ? "" : ` in #${issue}`;
}

function place(event: Told): string {
  const said = meaning(event, "source", places);
  return said === "" ? "" : ` ${said}`;
}

/** Why it ended, unless the sentence says so already. */
function code(event: Told, said = ""): string {
  return text(event, "code") === said ? "" : withWords(event, "code", " (", ")");
}

function by(event: Told): string {
  return event.actor === "countersign" ? "" : ` by ${who(event)}`;
}

function seconds(event: Told): string {
  const lasted = event.detail["seconds"];
  const why = withWords(event, "why", " (", ")");
  return typeof lasted === "number" ? `, ${Math.round(lasted * 10) / 10} seconds after it was put there${why}` : why;
}
