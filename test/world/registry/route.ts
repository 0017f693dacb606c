import type { Ask, Front } from "./front.ts";
import { answer } from "./http.ts";
import type { Operation, OperationName } from "./operations.ts";
import {
  collaborators,
  proxy,
  readAttestations,
  readPackage,
  setAccess,
  versionStatus,
  visibility,
} from "./packages.ts";
import { write } from "./publish.ts";
import { confirmPage, done } from "./second-factor.ts";
import { approveStage, downloadStage, listStages, readStage, rejectStage, stage } from "./stages.ts";
import { exchange, listTokens, revoke, whoami } from "./tokens.ts";
import { createTrust, listTrust, revokeTrust } from "./trust-routes.ts";

type Handler = (front: Front, ask: Ask, about: string, more: string) => void | Promise<void>;

/** Asked without a token of npm's: a link is known by its id, and a job brings another issuer's token. */
const open: ReadonlySet<OperationName> = new Set(["confirm a challenge", "poll a challenge", "exchange an id token"]);

const handlers: Record<Exclude<OperationName, "publish">, Handler> = {
  "confirm a challenge": confirmPage,
  "poll a challenge": done,
  "exchange an id token": exchange,
  "who am I": whoami,
  "revoke a token": revoke,
  "list tokens": listTokens,
  "read attestations": readAttestations,
  "list collaborators": collaborators,
  "read visibility": visibility,
  "set access": setAccess,
  "read a version's status": versionStatus,
  "list trust": listTrust,
  "create trust": createTrust,
  "revoke trust": revokeTrust,
  stage,
  "list stages": listStages,
  "read a stage": readStage,
  "download a stage": downloadStage,
  "approve a stage": approveStage,
  "reject a stage": rejectStage,
  "read a package": readPackage,
};

export async function route(front: Front, ask: Ask, operation: Operation | null): Promise<void> {
  const { request, response, url } = ask;
  const path = decodeURIComponent(url.pathname);
  const dead = ask.bearer !== "" && ask.token === null;
  if (dead && (operation === null || !open.has(operation.name)))
    return answer(response, 401, { error: "Invalid or expired token" });
  if (operation !== null && operation.name !== "publish")
    return await handlers[operation.name](front, ask, ...operation.about);
  // The account's own pages take a session, which no publishing token is (npm's documents, "tokens").
  if (path.startsWith("/-/npm/v1/"))
    return answer(response, ask.token === null ? 401 : 403, { error: "This needs a session token." });
  if (request.method === "GET" || request.method === "HEAD") await proxy(front, ask);
  else await write(front, ask, path);
}
