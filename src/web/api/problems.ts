import { Refusal } from "../../domain/errors.ts";
import type { RefusalCode } from "../../domain/errors.ts";
import { GitHubError } from "../../github/types.ts";
import { SignedOut } from "../visible.ts";

/** An answer that is no success: a status, a code for programs, a sentence for people. */
export interface Problem {
  status: number;
  code: RefusalCode | "signed-out" | "too-large" | "unexpected";
  message: string;
}

const statuses: Partial<Record<RefusalCode, number>> = {
  "bad-input": 400,
  "version-invalid": 400,
  "proof-invalid": 401,
  "not-allowed": 403,
  "self-approval": 403,
  "not-found": 404,
  "no-release": 404,
  "github-unavailable": 503,
  "registry-unavailable": 503,
};

export const signedOut: Problem = {
  status: 401,
  code: "signed-out",
  message: "You are not signed in, or your session is over: sign in again.",
};

export const tooLarge = (limit: number): Problem => ({
  status: 413,
  code: "too-large",
  message: `The body is larger than ${limit / 1024} KB.`,
});

/** For what nobody foresaw. */
export const unforeseen: Problem = {
  status: 500,
  code: "unexpected",
  message: "Countersign couldn't do that; it was noted, without what was sent.",
};

/** What an error is for whoever asked; null for one that we know nothing about. */
export function problemOf(error: unknown): Problem | null {
  if (error instanceof SignedOut) return signedOut;
  if (error instanceof Refusal)
    return { status: statuses[error.code] ?? 409, code: error.code, message: error.message };
  if (error instanceof GitHubError)
    return {
      status: 503,
      code: "github-unavailable",
      message: "GitHub doesn't answer Countersign at the moment. Try again in a minute.",
    };
  return null;
}
