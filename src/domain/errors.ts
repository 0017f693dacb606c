/**
 * The closed list of what can go wrong in the words of the product. A `Refusal` is an answer for a person: its sentence says
 * what was wrong and what to do, and nothing was changed. The edge (chat, web, API) turns a code into a status or a reaction.
 */
export const refusalCodes = [
  "bad-command",
  "bad-input",
  "not-allowed",
  "not-found",
  "policy-missing",
  "policy-invalid",
  "version-invalid",
  "version-exists",
  "too-late",
  "version-lower",
  "tag-invalid",
  "environment-held",
  "environment-missing",
  "environment-unprotected",
  "secret-exists",
  "token-missing",
  "token-expired",
  "token-key-rotated",
  "token-refused",
  "build-differs",
  "workflow-missing",
  "workflow-unsuitable",
  "branch-not-allowed",
  "branch-moved",
  "issue-closed",
  "self-approval",
  "other-commit",
  "too-early",
  "no-release",
  "not-now",
  "stopped",
  "rerun",
  "foreign-run",
  "challenge-over",
  "proof-invalid",
  "github-unavailable",
  "registry-unavailable",
] as const;

/** One of the codes above; `docs/messages.md` explains each. */
export type RefusalCode = (typeof refusalCodes)[number];

/** An answer for a person: what was wrong and what to do. Carries no secret and no stack for the reader. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  constructor(code: RefusalCode, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = "Refusal";
    this.code = code;
  }
}
