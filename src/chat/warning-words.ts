import { renewedFor, sealPath } from "../desk/tokens/for-release.ts";
import { dayWords, ownersForecast } from "../domain/forecast.ts";
import { code, plain } from "../domain/markdown.ts";
import type { SealedToken } from "../domain/release-types.ts";
import { daysLeft } from "../domain/warning.ts";

/** A person's tokens for one repository, as their issue tells of them. */
export interface WarningView {
  repositoryId: number;
  owner: { id: number; login: string };
  /** Their tokens that end, the first to end in front. */
  ending: SealedToken[];
  /** All tokens that can release from this repository. Of other people's only what they mean for the owner's is told. */
  all: SealedToken[];
  publicUrl: string;
}

export interface IssueWords {
  title: string;
  body: string;
}

/** By this line we know our issue again. It is the last of the body. */
export function issueMarker(repositoryId: number, personId: number): string {
  return `<!-- countersign tokens ${repositoryId} ${personId} -->`;
}

/** The issue while tokens end: what ends when, what stops working then, and the link that renews each. */
export function endingIssue(view: WarningView, now: Date): IssueWords {
  const { owner, ending } = view;
  const many = ending.length > 1;
  const lines = [
    `${many ? `${ending.length} npm tokens` : "An npm token"} of ${owner.login} for releases from this repository ${many ? "need" : "needs"} to be renewed.`,
    "",
    "| Environment | Packages | Ends (UTC) | Left | |",
    "| --- | --- | --- | --- | --- |",
    ...ending.map((token) => row(view, token, now)),
    "",
    ...whatStops(view, now),
    `Make a new token at npm, then seal it behind the link. This issue is kept up to date, and closed when ${many ? "all of them are" : "it is"} renewed or forgotten.`,
    "",
    issueMarker(view.repositoryId, owner.id),
  ];
  return { title: titleOf(owner), body: lines.join("\n") };
}

/** The same with the one mention that lets its owner know: an edit notifies nobody. */
export function withMention(body: string, login: string): string {
  return `@${login}: ${body}`;
}

/** The issue when all is well. */
export function wellIssue(view: Pick<WarningView, "repositoryId" | "owner">): IssueWords {
  const { repositoryId, owner } = view;
  const body = [
    `No npm token of ${owner.login} for releases from this repository needs to be renewed. This issue is opened again when one does.`,
    "",
    issueMarker(repositoryId, owner.id),
  ];
  return { title: titleOf(owner), body: body.join("\n") };
}

/** By this line we know that a warning was said in the issue. */
export function saidMarker(at: Date): string {
  return `<!-- countersign warned ${at.toISOString()} -->`;
}

/** A further warning in an issue that is there already: a comment, since an edit notifies nobody. */
export function warningComment(view: WarningView, warned: SealedToken[], at: Date, now: Date): string {
  const lines = warned.map((token) => `- ${endWords(token, now)} [Renew it](${renewalLink(view, token)}).`);
  return [...lines, "", saidMarker(at)].join("\n");
}

/** Where a token is renewed. */
export function renewalLink({ publicUrl }: Pick<WarningView, "publicUrl">, token: SealedToken): string {
  return `${publicUrl}${sealPath(renewedFor(token))}`;
}

function titleOf(owner: WarningView["owner"]): string {
  return `npm tokens of @${owner.login} need renewal`;
}

function row(view: WarningView, token: SealedToken, now: Date): string {
  const packages = token.packages.map((name) => code(name)).join(", ");
  const cells = [plain(token.environmentName), packages, dayWords(token.expiresAt), leftWords(token, now)];
  return `| ${cells.join(" | ")} | [renew](${renewalLink(view, token)}) |`;
}

function leftWords(token: SealedToken, now: Date): string {
  if (token.expiresAt <= now) return "ended";
  const days = daysLeft(token, now);
  return days === 0 ? "less than a day" : days === 1 ? "1 day" : `${days} days`;
}

function endWords(token: SealedToken, now: Date): string {
  const what = `npm token for ${token.packages.map((name) => code(name)).join(", ")} in the environment ${plain(token.environmentName)}`;
  if (token.expiresAt <= now) return `The ${what} has ended: no release can use it any more.`;
  return `The ${what} ends on ${dayWords(token.expiresAt)}, in ${leftWords(token, now)}.`;
}

function whatStops(view: WarningView, now: Date): string[] {
  const sentences = ownersForecast(view.owner, view.ending, view.all, now, code);
  if (sentences.length === 0) return [];
  return ["**What stops working**", "", ...sentences.map((sentence) => `- ${sentence}`), ""];
}
