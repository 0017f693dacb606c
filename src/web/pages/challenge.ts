import { html } from "hono/html";
import type { Inside } from "../../desk/inside.ts";
import type { ReleaseView } from "../../desk/types.ts";
import { releaseTitle, shortSha, versionTitle } from "../../domain/release.ts";
import type { Challenge, Release, RunnerSession } from "../../domain/release-types.ts";
import { toPublish } from "../../domain/several.ts";
import type { Html } from "../responses.ts";
import type { Visit } from "../visit.ts";
import { insideBox } from "./inside.ts";
import { layout } from "./layout.ts";
import type { Frame } from "./layout.ts";
import { countdown, facts, flash, icon } from "./pieces.ts";

/** npm's question, for the one person who can answer it. */
export function challengePage(
  visit: Visit,
  asked: { challenge: Challenge; session: RunnerSession; view: ReleaseView; inside: Inside | null },
  frame: Pick<Frame, "live" | "flash">,
): Html {
  const { challenge, session, view } = asked;
  const { release, repository } = view;
  const open = challenge.state === "open" && challenge.expiresAt > visit.now && !isOther(challenge, session, view);
  return layout(
    visit,
    {
      title: open ? `npm asks you about ${releaseTitle(release)}` : `npm asked about ${releaseTitle(release)}`,
      ...frame,
      ...(open && challenge.kind === "code" ? { script: "challenge" as const } : {}),
    },
    html`<div class="narrow stack">
      <div>
        <h1>npm asks for your second factor</h1>
        <p class="muted">${purposeWords(release)}</p>
        ${severalHint(release)}
      </div>
      <section class="box" aria-labelledby="what">
        <header>
          <h2 id="what">What you are about to allow</h2>
        </header>
        <div class="pad">
          ${facts([
            ["Package", html`<strong>${challenge.subject.name}</strong>`],
            ["Version", html`<strong>${challenge.subject.version}</strong>`],
            ["Dist-tag", challenge.subject.tag ?? release.distTag],
            release.purpose === "publish"
              ? ["Commit", html`<span class="mono">${shortSha(release.sha)}</span> on ${release.branch}`]
              : ["Staged by", html`<a href="/releases/${release.stageOf ?? ""}">its release</a>`],
            ["Repository", `${repository.owner}/${repository.name}`],
            [
              "Bytes",
              challenge.subject.shasum === undefined
                ? "not told"
                : html`<span class="mono">${challenge.subject.shasum}</span>`,
            ],
            release.purpose === "publish" ? ["Approved by", approvers(view)] : null,
            ["Release", html`<a href="/releases/${release.id}">#${release.number}</a>`],
          ])}
        </div>
      </section>
      ${
        session.step === "otp"
          ? null
          : insideBox(
              release.stageOf ?? release.id,
              asked.inside,
              release.packages === null ? undefined : packageOfChallenge(release, challenge),
            )
      }
      ${
        isOther(challenge, session, view)
          ? flash(
              "bad",
              "alert",
              `The job is about ${versionTitle({ package: challenge.subject.name, version: challenge.subject.version })}${challenge.subject.shasum === undefined ? "" : ` (${challenge.subject.shasum})`}, and what was approved is ${approvedTitle(release)}${release.shasum === null ? "" : ` (${release.shasum})`}. Don't answer: cancel the release, and look at the workflow.`,
            )
          : open
            ? answering(challenge, session, visit.now)
            : outcome(challenge)
      }
    </div>`,
  );
}

/** What is published, several packages too; or the version whose stage is decided about. */
function approvedTitle(release: Release): string {
  return release.purpose === "publish" ? releaseTitle(release) : versionTitle(release);
}

function purposeWords(release: Release): string {
  const title = approvedTitle(release);
  if (release.purpose === "publish") return `To publish ${title} with your token.`;
  return release.purpose === "approve-stage"
    ? `To make ${title} live: you approve what is staged at npm.`
    : `To take ${title} away: npm deletes for good what is staged.`;
}

function approvers({ approvals }: ReleaseView): string {
  const names = approvals.filter((word) => word.verdict === "approved").map((word) => word.personLogin);
  return names.length === 0 ? "nobody" : names.join(", ");
}

function answering(challenge: Challenge, session: RunnerSession, now: Date): Html {
  return challenge.kind === "code" ? codeForm(challenge, session, now) : linkButton(challenge, now);
}

function codeForm(challenge: Challenge, session: RunnerSession, now: Date): Html {
  const again =
    challenge.try > 1 ? flash("wait", "alert", `npm didn't take the code. This is try ${challenge.try} of 3.`) : null;
  return html`${again}
    <noscript
      >${flash("bad", "alert", "Sealing the code needs JavaScript: without it the code would leave your browser readable. Open this page in another browser, on a phone for instance, or cancel the release.")}</noscript
    >
    <form
      id="code-form"
      method="post"
      action="/challenges/${challenge.id}/answer"
      autocomplete="off"
      data-key="${session.publicKey}"
      novalidate
    >
      <input type="hidden" name="sealed" value="" />
      <div class="field">
        <label for="code">One-time code</label>
        <input
          id="code"
          class="code"
          type="text"
          inputmode="numeric"
          autocomplete="one-time-code"
          autofocus
          spellcheck="false"
          autocapitalize="off"
          maxlength="100"
          aria-describedby="code-hint code-problem"
        />
        <p class="hint" id="code-hint">
          6 digits of your authenticator, 8 digits from npm's mail, or a recovery code. It is sealed in this browser to
          the job that waits for it. ${countdown(challenge.expiresAt, now)} left.
        </p>
        <p class="problem" id="code-problem" role="alert" hidden></p>
      </div>
      <div class="act">
        <button class="button primary big" type="submit" id="send" disabled>
          ${icon("shield-lock")} Send the code
        </button>
        <button class="button big" type="button" id="recovery" hidden>Use a recovery code</button>
      </div>
    </form>`;
}

function linkButton(challenge: Challenge, now: Date): Html {
  const address = challenge.authUrl !== null && /^https?:\/\//i.test(challenge.authUrl) ? challenge.authUrl : null;
  if (address === null)
    return flash("bad", "alert", "npm's page for this is missing. Cancel the release and ask for it again.");
  return html`<div class="stack-small">
    <p>
      <a class="button primary big" href="${address}" target="_blank" rel="noopener noreferrer">
        ${icon("passkey-fill")} Open npm's page <span class="sr">(in a new tab)</span>${icon("link-external")}
      </a>
    </p>
    <p class="hint">
      It opens <code>${new URL(address).host}</code>: use your passkey or security key there. This page notices when npm
      is satisfied. ${countdown(challenge.expiresAt, now)} left.
    </p>
  </div>`;
}

/** Our steps say what they publish, or decide about; where that isn't what was approved, nobody is helped to answer. */
function isOther({ subject }: Challenge, session: RunnerSession, { release }: ReleaseView): boolean {
  if (session.step === "otp") return false;
  if (release.purpose !== "publish" && subject.shasum !== release.shasum) return true;
  return !toPublish(release).includes(subject.name) || subject.version !== release.version;
}

/** The package that npm asks about, where it is one of the release's. */
export function packageOfChallenge(release: Release, { subject }: Challenge): string {
  return toPublish(release).includes(subject.name) ? subject.name : release.package;
}

/** Of several packages: whether one answer may do for all is npm's to say. */
function severalHint(release: Release): Html | null {
  const left = toPublish(release).length;
  if (left < 2) return null;
  return html`<p class="muted">
    The release publishes ${left} packages, one after the other. Where npm takes the same answer for the next one too,
    it doesn't ask again; otherwise the next question comes in a moment.
  </p>`;
}

/** Said plainly: what became of it, and what to do. */
function outcome(challenge: Challenge): Html {
  switch (challenge.state) {
    case "answered":
      return flash("busy", "hourglass", "Your answer is on its way to the job. You can leave this page.");
    case "taken":
      return flash("busy", "hourglass", "The job has your answer, and npm looks at it.");
    case "accepted":
      return flash("good", "check-circle-fill", "npm accepted it. There is nothing more for you to do.");
    case "refused":
      return flash(
        "bad",
        "x-circle-fill",
        "npm refused it. If the job asks again, the new question appears in the queue.",
      );
    case "open":
    case "expired":
      return flash("bad", "clock", "The time is over, and the job has stopped waiting. Ask for the release again.");
    case "ended":
      return flash("wait", "stop", "The job stopped asking before there was an answer. Nothing was published by it.");
  }
}
