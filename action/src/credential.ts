import { bareEnvironment } from "./child.ts";
import { givenToken } from "./inputs.ts";
import type { Mode } from "./session.ts";
import { StepError } from "./step-error.ts";

/** The job has no token where the mode wants one: what that mostly means. */
export const emptySecret =
  "The secret is empty: this job was approved without Countersign, or the secret was removed; ask again with /release.";

/** How this job proves itself to npm. `token`: empty where there is none. */
export interface Credential {
  token: string;
  /** Variables for whatever runs beside the publish itself: no proof, no token. */
  bare: Record<string, string>;
  /** Variables that only the publish itself gets besides. */
  proof: Record<string, string>;
}

/** GitHub's proof of the job, and what npm is told about provenance: npm needs both for trusted publishing. */
const trusted = /^(ACTIONS_ID_TOKEN_REQUEST_(URL|TOKEN)|npm_config_provenance)$/i;

/**
 * What the mode wants, and nothing else: npm tries trusted publishing wherever it finds GitHub's id-token variables, and leaves a token
 * aside without a word. So in token modes it never sees them, and in trusted modes a job that was given a token is stopped.
 * @throws StepError where the job has what the mode doesn't want, or lacks what it wants
 */
export function credentialFor(mode: Mode): Credential {
  const token = givenToken();
  const bare = bareEnvironment(token);
  if (mode === "otp" || mode === "stage") {
    if (token === "") throw new StepError(emptySecret);
    return { token, bare, proof: {} };
  }
  if (token !== "")
    throw new StepError(
      `The policy publishes this package by trusted publishing (\`mode: ${mode}\`), and the job was given an npm token: take \`npm-token\` and NODE_AUTH_TOKEN out of the job, and revoke that token at npm.`,
    );
  const proof = Object.entries(process.env).filter(([name]) => trusted.test(name));
  return { token: "", bare, proof: Object.fromEntries(proof) as Record<string, string> };
}
