import { html } from "hono/html";
import type { ReleaseView } from "../../desk/types.ts";
import { bytesVerdict, heldWords, secondWords } from "../../domain/bytes.ts";
import { exposureSeconds } from "../../domain/lease.ts";
import { isTokenMode } from "../../domain/mode.ts";
import type { Lease, Release } from "../../domain/release-types.ts";
import { seenText } from "../../domain/token-seen.ts";
import type { Html } from "../responses.ts";
import { at, facts, icon } from "./pieces.ts";

/** What remains of a release: people, commit, bytes, how long the secret was exposed, whether the token was revoked. */
export function receiptBox(view: ReleaseView): Html {
  const { release, approvals, lease } = view;
  const verdict = bytesVerdict(release);
  const { second, stageId } = release.runnerReport ?? {};
  const approved = approvals.filter((word) => word.verdict === "approved").map((word) => word.personLogin);
  return html`<section class="box" aria-labelledby="receipt">
    <header class="spread">
      <h2 id="receipt">Receipt</h2>
      <button class="button" type="button" data-print hidden>Print</button>
    </header>
    <div class="pad">
      ${facts([
        ["Asked for by", release.releaserLogin],
        release.purpose === "publish" ? ["Approved by", approved.length > 0 ? approved.join(", ") : "nobody"] : null,
        [
          release.purpose === "publish" ? "Commit" : "Commit of its workflow",
          html`<span class="mono">${release.sha}</span>`,
        ],
        verdict === null
          ? null
          : ["Bytes", html`<strong class="bad">${icon("x-circle-fill", "bad")} ${verdict}</strong>`],
        release.shasum === null || release.packages !== null
          ? null
          : ["Shasum", html`<span class="mono">${release.shasum}</span>`],
        release.integrity === null || release.packages !== null
          ? null
          : ["Integrity", html`<span class="mono">${release.integrity}</span>`],
        release.verifiedAt === null ? null : ["On the registry", html`seen ${at(release.verifiedAt)}`],
        second === undefined ? null : ["Second build", html`<span class="wrap">${secondWords(second)}</span>`],
        release.stagedAt === null ? null : ["Staged at npm", at(release.stagedAt)],
        stageId === undefined ? null : ["What npm holds", heldWords(release)],
        release.runnerReport?.stageApprover === undefined
          ? null
          : ["Approved at npm by", release.runnerReport.stageApprover],
        ["Secret", exposure(release, lease)],
        lease === null ? null : ["Token as the runner saw it", seenText(release.runnerReport?.seen)],
        lease === null ? null : ["npm token", revocation(release)],
        release.endedAt === null ? null : ["Ended", at(release.endedAt)],
      ])}
    </div>
  </section>`;
}

const proofs: Partial<Record<Lease["state"], string>> = {
  closed: "its absence was read twice",
  absent: "its absence was read once and will be read again",
};

function exposure({ mode }: Release, lease: Lease | null): string {
  if (lease === null) return isTokenMode(mode) ? "never put in place" : "none: this mode has no token";
  if (lease.disarmedAt === null) return "still being removed";
  const seconds = exposureSeconds(lease, lease.disarmedAt).toFixed(1);
  return `in place for ${seconds} s, removed; ${proofs[lease.state] ?? "its absence is being confirmed"}`;
}

function revocation({ runnerReport }: Release): string {
  if (runnerReport?.revoked === "revoked") return "revoked (reported by the runner)";
  if (runnerReport?.revoked === "failed") return "revocation failed (reported by the runner): revoke it at npm";
  if (runnerReport?.revoked === "not-asked") return "kept (the policy doesn't ask for revocation)";
  return "revocation not confirmed";
}
