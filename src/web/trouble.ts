import { Refusal } from "../domain/errors.ts";
import type { RefusalCode } from "../domain/errors.ts";
import { GitHubError } from "../github/types.ts";
import type { Trouble } from "./pages/error-page.ts";

const notFound: Trouble = {
  status: 404,
  title: "Not found",
  text: "There is nothing here, or GitHub doesn't show it to you.",
  next: "Look at the address. If it is right, ask for access to the repository on GitHub, or sign in as somebody else.",
};

const statuses: Partial<Record<RefusalCode, Trouble["status"]>> = {
  "bad-input": 400,
  "version-invalid": 400,
  "proof-invalid": 400,
  "not-allowed": 403,
  "self-approval": 403,
  "github-unavailable": 503,
  "registry-unavailable": 503,
};

/** What an error is for the person who meets it; null for one that we know nothing about. */
export function troubleOf(error: unknown): Trouble | null {
  if (error instanceof Refusal) return refusalTrouble(error);
  if (error instanceof GitHubError) return gitHubTrouble(error);
  return null;
}

/** For a form that was sent after the session had ended. */
export const signedOut: Trouble = {
  status: 401,
  title: "You are signed out",
  text: "Your session was over when the form arrived.",
  next: "Sign in, look at the page again, and send it once more.",
};

/** For what nobody foresaw. */
export const unforeseen: Trouble = {
  status: 500,
  title: "Something went wrong",
  text: "Countersign couldn't do that. It was noted, without what you sent.",
  next: "Look at the release before you try again: part of it may be done. If it stays like this, tell the people who run Countersign.",
};

function refusalTrouble(error: Refusal): Trouble {
  if (error.code === "not-found" || error.code === "no-release") return notFound;
  const status = statuses[error.code] ?? 409;
  if (status === 403) return { status, title: "Not allowed", text: error.message, next: null };
  if (status === 503) return { status, title: "Not now", text: error.message, next: "Try again in a minute." };
  return { status, title: "That didn't work", text: error.message, next: null };
}

function gitHubTrouble(error: GitHubError): Trouble {
  const limited = error.code === "limited" && error.retryAt !== null;
  return {
    status: 503,
    title: "GitHub doesn't answer",
    text: limited
      ? "GitHub asks Countersign to wait before it asks again."
      : "Countersign couldn't get what it needs from GitHub, and shows nothing without it.",
    next: limited
      ? `Try again after ${error.retryAt?.toISOString().slice(11, 16)} UTC.`
      : "Try again in a minute. If you sent something, look first whether it was done. GitHub's own state: its status page.",
  };
}
