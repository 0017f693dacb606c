import { createHash } from "node:crypto";
import { createRemoteJWKSet, customFetch, errors, jwtVerify } from "jose";
import type { Clock } from "../../domain/clock.ts";
import { Refusal } from "../../domain/errors.ts";

/** Verifies GitHub's OIDC token of a job that shows this public key. @throws Refusal where it doesn't hold */
export type IdTokenVerifier = (token: string, publicKey: string) => Promise<Record<string, unknown>>;

export interface IdTokenOptions {
  /** GitHub's token issuer; its keys are at `/.well-known/jwks` below it. */
  issuer: string;
  /** `PUBLIC_URL` without a slash at the end. */
  publicUrl: string;
  /** Tokens bear real times: in the app this is the system's clock. */
  clock: Clock;
  fetch?: typeof fetch;
}

/** Who a token is for: us, and the holder of one key pair. A token made for one runner's key is good for no other. */
export function audienceOf(publicUrl: string, publicKey: string): string {
  const digest = createHash("sha256").update(Buffer.from(publicKey, "base64")).digest("base64url");
  return `${publicUrl}/runner/${digest}`;
}

/** Checks signature (RS256, keys fetched from the issuer and kept), issuer, audience and times; 30 s of clock skew are allowed. */
export function createIdTokenVerifier(options: IdTokenOptions): IdTokenVerifier {
  const keys = createRemoteJWKSet(new URL(`${options.issuer}/.well-known/jwks`), {
    timeoutDuration: 10_000,
    ...(options.fetch === undefined ? {} : { [customFetch]: options.fetch }),
  });
  return async (token, publicKey) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ["RS256"],
        issuer: options.issuer,
        audience: audienceOf(options.publicUrl, publicKey),
        clockTolerance: 30,
        maxTokenAge: 3600,
        requiredClaims: ["exp", "iat", "jti"],
        currentDate: options.clock.now(),
      });
      return payload;
    } catch (error) {
      throw refusalOf(error);
    }
  };
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof errors.JWTExpired)
    return new Refusal("proof-invalid", "The OIDC token has expired: get a new one.");
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === "aud")
    return new Refusal(
      "proof-invalid",
      "The OIDC token was made for another address or key. Give the step the `url` that Countersign runs under (its PUBLIC_URL).",
    );
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === "iss")
    return new Refusal(
      "proof-invalid",
      "The OIDC token comes from another GitHub than the one Countersign works with.",
    );
  const known =
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWKSNoMatchingKey;
  if (known) return new Refusal("proof-invalid", "The OIDC token is not one that GitHub made for this.");
  return new Refusal("github-unavailable", "GitHub's keys can't be read at the moment. Try again in a minute.");
}
