import type { Reason } from "../domain/reason.ts";
import { code, markdown, plain } from "../domain/markdown.ts";
import { bytesVerdict, heldWords, secondWords } from "../domain/bytes.ts";
import { exposureSeconds } from "../domain/lease.ts";
import { isTokenMode, modeWords } from "../domain/mode.ts";
import { isEnd, isGood, shortSha } from "../domain/release.ts";
import type { Release, ReleasePart } from "../domain/release-types.ts";
import { isLive, partWords, stagePageOf, toPublish } from "../domain/several.ts";
import { stageWaitsText } from "../domain/stage-waits.ts";
import { stageCommand } from "../domain/staged.ts";
import { seenText } from "../domain/token-seen.ts";
import { sealedFor, sealPath } from "../desk/tokens/for-release.ts";
import type { ReleaseView } from "../desk/types.ts";

const headlines: Record<Release["state"], string> = {
  requested: "⏳ Being started",
  dispatching: "⏳ Being started",
  unconfirmed: "✋ Waiting for its owner to confirm",
  waiting: "✋ Waiting",
  arming: "🔐 Being armed",
  running: "🚀 Running",
  verifying: "🔎 Being looked up on the registry",
  staged: "✋ Staged at npm",
  published: "✅ Published",
  done: "✅ Done",
  failed: "❌ Failed",
  rejected: "⛔ Rejected",
  cancelled: "⏹️ Cancelled",
  refused: "⛔ Refused",
  expired: "⌛ Expired",
};

const marks: Record<Reason["verdict"], string> = { satisfied: "✅", waiting: "⏳", refused: "⛔" };

/** The one comment that says where a release stands: edited in place, the same words for the same state. */
export function statusComment(view: ReleaseView, publicUrl: string): string {
  const { release, repository } = view;
  const page = `${publicUrl}/releases/${release.id}`;
  const web = release.runUrl === null ? null : release.runUrl.replace(/\/actions\/runs\/.*$/, "");
  const links = [release.runUrl === null ? null : `[run](${release.runUrl})`, `[release page](${page})`].filter(
    (link) => link !== null,
  );
  const lines = [
    `### ${headlines[release.state]}: ${subjects[release.purpose]}${code(release.package)} ${plain(release.version)}${more(release)}`,
    "",
    `${origin(release, web, publicUrl)}, asked for by ${plain(release.releaserLogin)} · ${links.join(" · ")}`,
    "",
    ...body(view, page),
    ...(isEnd(release.state) ? [] : packageLines(release)),
    "",
    `<!-- countersign ${repository.id} ${release.id} -->`,
  ];
  return lines.join("\n");
}

/** How many packages are published beside the first. */
function more(release: Release): string {
  const others = toPublish(release).length - 1;
  return others > 0 ? ` with ${others} more` : "";
}

/** Each package of several with how it stands. */
export function packageLines({ packages }: Release): string[] {
  if (packages === null) return [];
  return ["", ...packages.map((part) => `- ${code(part.name)}: ${partWords(part)}${alreadyText(part)}`)];
}

/** What is to be known of one that isn't published again: its dist-tag, where it isn't the one that was asked for. */
function alreadyText({ state, text }: ReleasePart): string {
  return state === "already" && text !== undefined ? `. ${markdown(text)}` : "";
}

const subjects: Record<Release["purpose"], string> = {
  publish: "",
  "approve-stage": "approval of ",
  "reject-stage": "rejection of ",
};

/** Where its bytes come from: a commit, or what another release has staged. */
function origin(release: Release, web: string | null, publicUrl: string): string {
  if (release.purpose !== "publish")
    return `Staged as ${code(release.stageId ?? "unknown")} by [its release](${publicUrl}/releases/${release.stageOf ?? ""}), with the shasum ${code(release.shasum ?? "unknown")}`;
  const commit = `\`${shortSha(release.sha)}\``;
  const linked = web === null ? commit : `[${commit}](${web}/commit/${release.sha})`;
  return `From ${linked} on ${code(release.branch)}, as ${code(release.distTag)}`;
}

function body(view: ReleaseView, page: string): string[] {
  const { release, challenge } = view;
  if (isEnd(release.state)) return [...ending(view), ...receipt(view)];
  if (release.state === "running" && challenge !== null)
    return [
      `npm asks ${release.releaserLogin} for the second factor: **[answer it](${page.replace(/\/releases\/.*$/, "")}/challenges/${challenge.id})**.`,
    ];
  if (release.state === "running")
    return [
      isTokenMode(release.mode)
        ? `The gate is open and the job runs with ${release.purpose === "publish" ? "the releaser's token" : `the token of ${release.releaserLogin}`}. The token is removed when the job ends.`
        : "The gate is open and the job runs, without any token: it publishes by trusted publishing.",
    ];
  if (release.state === "verifying") return ["The run is over; the registry is being asked what it has."];
  if (release.state === "staged") return staged(release, page);
  if (release.state === "arming")
    return [
      isTokenMode(release.mode)
        ? "Everything is there. The token is being put into the environment, then the gate is opened."
        : "Everything is there. The gate is being opened.",
    ];
  if (release.state === "waiting") return [...reasonLines(view.decision), "", ...nextStep(view, page)];
  return ["The run is being started."];
}

/** What is to be done at npm, by whoever may publish the package there, or from here where the policy has a job for it. */
function staged(release: Release, releasePage: string): string[] {
  if (release.packages !== null) return stagedParts(release);
  const { stagePage } = release.runnerReport ?? {};
  const page = stagePage === undefined ? "npm's page of the package" : `[npm's page of the package](${stagePage})`;
  return [
    ...stageWaits(release),
    `npm has it staged, and it isn't live yet. **Next:** whoever may publish it approves it at npm with their second factor, on ${page} or by \`${stageCommand("approve", release)}\` on their own machine; \`${stageCommand("reject", release)}\` takes it away for good. npm doesn't tell others of that, so say \`/cancel\` here then.`,
    "",
    `Where the policy has a job for it (\`stageApproval\`), \`/approve-stage\` and \`/reject-stage\` do the same from here, as does [the release page](${releasePage}).`,
    "",
    `Before that compare the shasum: \`${stageCommand("view", release)}\` has to show \`${release.shasum ?? ""}\`.`,
  ];
}

function stageWaits({ runnerReport }: Release): string[] {
  const waitsFor = runnerReport?.stageWaitsFor;
  return waitsFor === undefined ? [] : [plain(stageWaitsText(waitsFor)), ""];
}

function stagedParts(release: Release): string[] {
  const waiting = (release.packages ?? []).filter((part) => part.state === "staged" && !isLive(part));
  return [
    ...stageWaits(release),
    "npm has them staged, and they aren't live yet. **Next:** whoever may publish them approves each at npm with their second factor. Compare the shasum before; npm doesn't tell others of a rejection, so say `/cancel` here then.",
    "",
    ...waiting.map((part) => {
      const page = stagePageOf(release, part.name);
      const id = part.stageId ?? "<stage-id>";
      const where = page === undefined ? "" : ` or on [its page](${page})`;
      return `- ${code(part.name)}: \`npm stage view ${id}\` has to show \`${part.shasum ?? ""}\`; approve it by \`npm stage approve ${id}\`${where}`;
    }),
  ];
}

/** A decision as a list, one line a reason, what waits first. */
export function reasonLines(decision: Reason): string[] {
  const children = decision.children ?? [decision];
  const order = ["refused", "waiting", "satisfied"];
  return [...children]
    .sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
    .flatMap((reason) => [
      `- ${marks[reason.verdict]} ${markdown(reason.text)}`,
      ...(reason.verdict === "satisfied"
        ? []
        : (reason.children ?? []).map((child) => `  - ${marks[child.verdict]} ${markdown(child.text)}`)),
    ]);
}

function nextStep({ release, repository, decision }: ReleaseView, page: string): string[] {
  const waiting = (decision.children ?? []).filter((reason) => reason.verdict === "waiting");
  const of = (rule: string): string[] =>
    waiting
      .filter((reason) => reason.rule === rule)
      .flatMap((reason) => reason.waitsFor ?? (reason.children ?? []).flatMap((child) => child.waitsFor ?? []));
  const mention = (names: string[]): string =>
    list([...new Set(names)].map((name) => (name.startsWith("@") ? name : `@${name}`)));
  const lines: string[] = [];
  const approvers = of("approvals");
  if (approvers.length > 0)
    lines.push(
      `**Next:** ${mention(approvers)} can approve with \`/approve ${shortSha(release.sha)}\`, or stop it with \`/reject\` and a reason.`,
    );
  const owners = of("token");
  const place = { repositoryId: repository.id, ...sealedFor(release), releaseId: release.id };
  const sealing = page.replace(/\/releases\/.*$/, sealPath(place));
  if (owners.length > 0) lines.push(`${mention(owners)} can [seal a fresh npm token](${sealing}) for this release.`);
  const reviewers = of("github-reviewers");
  if (reviewers.length > 0) lines.push(`GitHub asks ${mention(reviewers)} for a review: on the release page.`);
  return lines;
}

function list(names: string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1) ?? ""}`;
}

function ending({ release }: ReleaseView): string[] {
  if (release.endText !== null) return [markdown(release.endText), ""];
  return isGood(release.state) ? [] : ["It ended without a reason on record.", ""];
}

/** What remains of a release: who, which commit, which bytes, how long exposed, how revoked. */
export function receiptRows({ release, approvals, lease }: ReleaseView): Array<[string, string]> {
  const approved = approvals.filter((word) => word.verdict === "approved").map((word) => word.personLogin);
  const publishes = release.purpose === "publish";
  const rows: Array<[string, string]> = [
    ["Asked for by", release.releaserLogin],
    ...(publishes ? [["Approved by", approved.length > 0 ? approved.join(", ") : "nobody"] as [string, string]] : []),
    [publishes ? "Commit" : "Commit of its workflow", release.sha],
  ];
  const verdict = bytesVerdict(release);
  if (verdict !== null) rows.push(["⛔ Bytes", `**${verdict}**`]);
  for (const part of release.packages ?? [])
    rows.push([
      code(part.name, "cell"),
      `${partWords(part)}${part.shasum === undefined ? "" : `, ${part.shasum}`}${alreadyText(part)}`,
    ]);
  if (release.packages === null && release.shasum !== null) rows.push(["Bytes (shasum)", release.shasum]);
  const { second, stageId } = release.runnerReport ?? {};
  if (second !== undefined) rows.push(["Second build", secondWords(second)]);
  if (publishes) rows.push(["Published", modeWords[release.mode]]);
  else
    rows.push([
      release.purpose === "approve-stage" ? "Approves the stage" : "Rejects the stage",
      release.stageId ?? "unknown",
    ]);
  if (release.stagedAt !== null && release.packages === null)
    rows.push(["Staged at npm", `${release.runnerReport?.stageId ?? "unknown"}`]);
  if (stageId !== undefined) rows.push(["What npm holds", heldWords(release)]);
  const approver = release.runnerReport?.stageApprover;
  if (approver !== undefined) rows.push(["Approved at npm by", plain(approver)]);
  if (lease === null) rows.push(["Secret", isTokenMode(release.mode) ? "never armed" : "none: this mode has no token"]);
  else if (lease.disarmedAt === null) rows.push(["Secret", "still being removed"]);
  else {
    const seconds = exposureSeconds(lease, lease.disarmedAt).toFixed(1);
    // The page tells of the first reading; here it would be one more edit for each release.
    const proof = lease.state === "closed" ? "absence read twice" : "absence being confirmed";
    rows.push(["Secret", `armed for ${seconds} s, removed, ${proof}`]);
  }
  if (lease !== null && release.runId !== null && release.gateAskedAt === null && release.gateApprovedAt === null)
    rows.push(["Gate", "none: the secret was there before the run was started, protected by the branch policy only"]);
  if (lease !== null) {
    rows.push(["Token as the runner saw it", plain(seenText(release.runnerReport?.seen))]);
    rows.push(["npm token", revocation(release)]);
  }
  return rows;
}

function revocation(release: Release): string {
  const { runnerReport } = release;
  if (runnerReport?.revoked === "revoked") return "revoked (reported by the runner)";
  if (runnerReport?.revoked === "failed") return "revocation failed (reported by the runner): revoke it at npm";
  if (runnerReport?.revoked === "not-asked") return "kept (the policy doesn't ask for revocation)";
  return "revocation not confirmed";
}

function receipt(view: ReleaseView): string[] {
  return ["| | |", "| --- | --- |", ...receiptRows(view).map(([name, value]) => `| ${name} | ${value} |`)];
}
