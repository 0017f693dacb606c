/**
 * Staged publishing, as npm's CLI asks for it (`lib/commands/stage/`, libnpmpublish) and npm's API description answers (`stage.yaml`).
 * Not verified: the statuses of what the description doesn't list, and each sentence that no source is named for.
 */
import type { Account, Token } from "./accounts.ts";
import { itemOf } from "./candidates.ts";
import type { Candidate } from "./candidates.ts";
import { uploadOf } from "./document.ts";
import { mayWrite } from "./front.ts";
import type { Ask, Front } from "./front.ts";
import { answer, refuse } from "./http.ts";
import { attach, goLive, personOf, publisherOf } from "./publish.ts";
import { secondFactor } from "./second-factor.ts";

const unknown = "Staged package version not found";

/** `npm stage publish`: never a second factor, with any token (npm CLI's own document, `npm-stage.md`). */
export async function stage(front: Front, ask: Ask, name: string): Promise<void> {
  const { response, token } = ask;
  if (token === null) return refuse(response, 401, "Unauthorized");
  if (token.readOnly) return refuse(response, 403, "Insufficient permissions to access this resource");
  if (!token.packages.includes(name)) return refuse(response, 404, "Package not found");
  if (token.job !== null && !token.job.config.permissions.includes("createStagedPackage"))
    return refuse(response, 403, "OIDC permission denied for this action");
  const upload = uploadOf(ask.body);
  if (upload === null || upload.name !== name)
    return refuse(response, 400, "Bad Request - Missing required fields: name, version, _attachments");
  if (!front.habits.stagesNew && (await front.store.packument(name)) === null)
    return refuse(response, 404, "Package not found");
  const { version } = upload;
  // npm says "published" for a staged one too (npm/cli 9519).
  if (front.candidates.of(name, version) !== null || front.everPublic.has(`${name}@${version}`))
    return refuse(response, 409, `Cannot stage previously published version "${version}".`);
  attach(front, token, upload);
  const { id } = front.candidates.add(upload, publisherOf(token), front.now(), false);
  answer(response, 201, { message: "Package version staged successfully.", stageId: id });
}

/** Those of the token's packages, a page at a time; ten where nothing is said, a hundred at most. */
export function listStages(front: Front, { response, token, url }: Ask): void {
  if (token === null) return refuse(response, 401, "Unauthorized");
  if (token.job !== null) return refuse(response, 403, "OIDC permission denied for this action");
  const wanted = url.searchParams.get("package");
  const number = (name: string, otherwise: number): number => Number(url.searchParams.get(name) ?? otherwise);
  const [page, perPage] = [number("page", 0), Math.min(number("perPage", 10), 100)];
  const all = front.candidates
    .stages()
    .filter(({ upload: { name } }) => token.packages.includes(name) && (wanted === null || wanted === name));
  const items = all.slice(page * perPage, (page + 1) * perPage).map(itemOf);
  answer(response, 200, { items, page, perPage, total: all.length });
}

export function readStage(front: Front, ask: Ask, id: string): void {
  const found = visible(front, ask, id);
  if (found !== null) answer(ask.response, 200, itemOf(found));
}

export function downloadStage(front: Front, ask: Ask, id: string): void {
  const found = visible(front, ask, id);
  if (found === null) return;
  ask.response.writeHead(200, { "content-type": "application/octet-stream" });
  ask.response.end(found.upload.tarball);
}

/** `npm stage approve`: a second factor each time, also for a token that bypasses it (vendurehq/vendure 4966). */
export async function approveStage(front: Front, ask: Ask, id: string): Promise<void> {
  const decided = decide(front, ask, id, "approves");
  if (decided === null) return;
  const { candidate, account } = decided;
  await goLive(front, candidate, personOf(account.name));
  answer(ask.response, 201, { message: "Package version approved and published successfully." });
}

/** `npm stage reject`: for good, and the version is free again. */
export function rejectStage(front: Front, ask: Ask, id: string): void {
  const decided = decide(front, ask, id, "rejects");
  if (decided === null) return;
  front.candidates.remove(decided.candidate);
  ask.response.writeHead(204);
  ask.response.end();
}

/** The stage, for a token that may read it; null: the answer has been sent. A job's token may not (npm CLI, `npm-stage.md`). */
function visible(front: Front, { response, token }: Ask, id: string): Candidate | null {
  if (token === null) refuse(response, 401, "Unauthorized");
  else if (token.job !== null) refuse(response, 403, "OIDC permission denied for this action");
  else {
    const found = front.candidates.stage(id);
    if (found !== null && token.packages.includes(found.upload.name)) return found;
    refuse(response, 404, unknown);
  }
  return null;
}

/** Who decides about which stage, with everything that npm wants for it; null: the answer has been sent. */
function decide(
  front: Front,
  ask: Ask,
  id: string,
  verb: "approves" | "rejects",
): { candidate: Candidate; account: Account } | null {
  const candidate = visible(front, ask, id);
  if (candidate === null || ask.token === null) return null;
  const { upload, status } = candidate;
  const account = front.accounts.accounts.get(ask.token.owner);
  const refused = (code: number, sentence: string): null => {
    refuse(ask.response, code, sentence);
    return null;
  };
  if (!mayDecide(front, ask.token, upload.name) || account === undefined)
    return refused(403, "Insufficient permissions to access this resource");
  if (account.tfa === null) return refused(403, "Please enable 2fa for your account");
  if (!secondFactor(front, ask, account, `${verb} ${upload.name}@${upload.version}`, "stage")) return null;
  // A version whose checks aren't through can't be approved (npm/cli 9898), nor one that failed them; the status is a guess.
  if (verb === "approves" && status !== "staged")
    return refused(409, `This version is ${status}, and can't be approved.`);
  return { candidate, account };
}

const mayDecide = (front: Front, token: Token, name: string): boolean =>
  mayWrite(token, name) && (!token.stageOnly || front.habits.stageOnlyApproves);
