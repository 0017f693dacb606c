import type { Token } from "./accounts.ts";
import type { Candidate } from "./candidates.ts";
import { documentOf, uploadOf } from "./document.ts";
import type { Upload } from "./document.ts";
import { mayWrite } from "./front.ts";
import type { Ask, Front } from "./front.ts";
import { answer, refuse } from "./http.ts";
import { proxy } from "./packages.ts";
import { provenanceOf, unsignedBundle } from "./provenance.ts";
import { secondFactor } from "./second-factor.ts";
import type { Person, Publisher } from "./types.ts";

/** Everything that changes a package by the old ways: a version, dist-tags, deprecation, removal. */
export async function write(front: Front, ask: Ask, path: string): Promise<void> {
  const { response, token, request } = ask;
  const name = /^\/(?:-\/package\/)?((?:@[^/]+\/)?[^-@/][^/]*)(?:\/|$)/.exec(path)?.[1];
  if (name === undefined) return answer(response, 404, { error: "not found" });
  if (token === null) return answer(response, 401, { error: "You must be logged in to publish packages." });
  if (!mayWrite(token, name))
    return answer(response, 403, { error: `You do not have permission to publish "${name}".` });
  const upload = request.method === "PUT" && path === `/${name}` ? uploadOf(ask.body) : null;
  if (upload !== null && forbidden(front, ask, token, upload)) return;
  const account = front.accounts.accounts.get(token.owner);
  const asks = account !== undefined && account.tfa !== null && !token.bypass2fa;
  if (asks && !secondFactor(front, ask, account, name)) return;
  if (upload === null) await proxy(front, ask);
  else if (!taken(front, ask, upload)) await publish(front, ask, token, upload);
}

/** Whether this token can't publish, whoever proves what; the answer has been sent then. */
function forbidden(front: Front, ask: Ask, token: Token, { name }: Upload): boolean {
  const { response } = ask;
  if (token.job !== null) {
    // Seen where a publisher that may only stage published (software-mansion/pulsar 288).
    if (token.job.config.permissions.includes("createPackage")) return false;
    refuse(response, 403, "OIDC permission denied for this action");
  } else if (token.stageOnly) {
    // The code is npm's (npm/documentation 2036), status and sentence are not known.
    const sentence =
      "E_STAGE_REQUIRED: this token can't publish directly. Run npm stage publish, and have the version approved.";
    refuse(response, 403, sentence, { code: "E_STAGE_REQUIRED" });
  } else if (!token.session && front.settings.get(name)?.disallowTokens === true) {
    if (front.habits.disallowedAsOtp) {
      const error = "You must provide a one-time pass. Upgrade your client to npm@latest in order to use 2FA.";
      answer(response, 401, { error }, { "www-authenticate": "OTP" });
    } else {
      const sentence =
        "Two-factor authentication is required to publish this package but an automation token was specified";
      refuse(response, 403, sentence);
    }
  } else return false;
  return true;
}

/** A version is published or staged once; the sentences are npm's (npm/cli 9889). */
function taken(front: Front, { response }: Ask, { name, version }: Upload): boolean {
  if (front.candidates.of(name, version) !== null)
    refuse(response, 409, `Cannot publish over previously staged version "${version}".`);
  else if (front.everPublic.has(`${name}@${version}`))
    refuse(response, 403, `You cannot publish over the previously published versions: ${version}.`);
  else return false;
  return true;
}

async function publish(front: Front, { response }: Ask, token: Token, upload: Upload): Promise<void> {
  attach(front, token, upload);
  await goLive(front, front.candidates.add(upload, publisherOf(token), front.now(), true));
  answer(response, 201, { success: true });
}

/** What npm's CLI would have signed in this job, were there a Sigstore. */
export function attach(front: Front, token: Token, upload: Upload): void {
  const claims = token.job?.claims;
  if (upload.bundle !== null || claims?.["repository_visibility"] !== "public" || !front.habits.attaches) return;
  upload.bundle = unsignedBundle(provenanceOf(upload, claims, front.server));
}

/** The version becomes public, at once or when npm's checks are through. */
export async function goLive(front: Front, candidate: Candidate, approver?: Person): Promise<void> {
  const { upload } = candidate;
  candidate.live = true;
  if (approver !== undefined) candidate.publisher = { ...candidate.publisher, approver };
  const key = `${upload.name}@${upload.version}`;
  if (front.held.has(key)) {
    candidate.status = "validating";
    return;
  }
  await front.store.put(documentOf(upload, candidate.publisher));
  front.everPublic.add(key);
  if (upload.bundle !== null) front.attestations.add(upload, upload.bundle);
  front.candidates.remove(candidate);
}

export const personOf = (name: string): Person => ({ name, email: `${name}@example.com` });

/** As npm names a version's publisher: a job's is the same for all, with its configuration (versions of axios, 2026). */
export function publisherOf({ owner, job }: Token): Publisher {
  if (job === null) return personOf(owner);
  const trustedPublisher = { id: job.config.type, oidcConfigId: `oidc:${job.config.id}` };
  return { name: "GitHub Actions", email: "npm-oidc-no-reply@github.com", trustedPublisher };
}
