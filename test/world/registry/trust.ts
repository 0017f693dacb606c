import { createRemoteJWKSet, jwtVerify } from "jose";

/** A trusted publisher of a package: what a job's OIDC token has to say (npm docs, "Trusted publishing"). */
export interface Trust {
  /** `owner/name` */
  repository: string;
  /** File name of the workflow, `publish.yml`. */
  workflow: string;
  environment: string;
  issuer: string;
}

/** Whether a job's OIDC token is one that the package's publisher trusts: signed by the issuer, for this registry, by that workflow. */
export async function trusts(trust: Trust, token: string, audience: string): Promise<boolean> {
  try {
    const keys = createRemoteJWKSet(new URL("/.well-known/jwks", trust.issuer));
    const { payload } = await jwtVerify(token, keys, { audience, issuer: trust.issuer });
    const file = /\/\.github\/workflows\/([^@]*)@/.exec(String(payload["workflow_ref"]))?.[1];
    return (
      payload["repository"] === trust.repository &&
      payload["environment"] === trust.environment &&
      file === trust.workflow
    );
  } catch {
    return false;
  }
}
