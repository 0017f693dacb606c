import type { StoredTask } from "../store/types.ts";
import type { TaskKind } from "./after.ts";
import { cleanUp } from "./clean-up.ts";
import { confirmAbsent, disarm } from "./disarm.ts";
import { checkPushed } from "./doctor/push-check.ts";
import { evaluate } from "./evaluate.ts";
import { fetchMissed } from "./missed-deliveries.ts";
import { judge } from "./out-of-band/judge.ts";
import { keepWatches } from "./out-of-band/keep.ts";
import { watchPass } from "./out-of-band/pass.ts";
import { learnAnew } from "./repositories.ts";
import { expireLease } from "./progress.ts";
import { carryOut } from "./panic/carry-out.ts";
import { checkPolicy } from "./policy-check.ts";
import { reconcile, syncRelease } from "./reconcile.ts";
import { lookAtOwners } from "./tokens/owners.ts";
import { settleRevocation } from "./tokens/revocation.ts";
import type { DeskParts } from "./types.ts";
import { lookForSecrets } from "./standing.ts";
import { sweep } from "./sweep.ts";
import { verify } from "./verify.ts";
import { warnAll } from "./warnings/pass.ts";
import { warn } from "./warnings/warn.ts";

/** Work that the desk does itself; words for people (`status`, `tell-challenge`, `warning-issue`, `alarm-issue`) are done by the chat room. */
export type DeskTask = Exclude<TaskKind, "status" | "tell-challenge" | "warning-issue" | "alarm-issue">;

const verbs: Record<DeskTask, (parts: DeskParts, subject: string) => Promise<unknown>> = {
  evaluate: async (parts, releaseId) => await evaluate(parts, releaseId),
  "clean-up": cleanUp,
  disarm: async (parts, leaseId) => await disarm(parts, leaseId, "asked"),
  "confirm-absent": confirmAbsent,
  expire: expireLease,
  sync: syncRelease,
  verify,
  repositories: async (parts, installationId) => await learnAnew(parts, Number(installationId)),
  owners: async (parts, repositoryId) => await lookAtOwners(parts, Number(repositoryId)),
  revocation: settleRevocation,
  warnings: async (parts) => await warnAll(parts),
  warn,
  watch: async (parts) => await watchPass(parts),
  watches: async (parts, repositoryId) => await keepWatches(parts, Number(repositoryId)),
  sighting: judge,
  secrets: async (parts, repositoryId) => await lookForSecrets(parts, Number(repositoryId)),
  deliveries: async (parts) => await fetchMissed(parts),
  "policy-check": checkPolicy,
  "doctor-check": checkPushed,
  panic: carryOut,
  sweep: async (parts) => await sweep(parts),
  reconcile: async (parts) => await reconcile(parts),
};

/** What a task is about, as `after` wrote it. */
export function taskSubject(task: Pick<StoredTask, "payload">): string {
  const { payload } = task;
  if (typeof payload === "object" && payload !== null && "subject" in payload && typeof payload.subject === "string")
    return payload.subject;
  throw new Error("a task without a subject");
}

/** Does one task of the desk. Throws where it has to be tried again. */
export async function doTask(parts: DeskParts, kind: DeskTask, subject: string): Promise<void> {
  await verbs[kind](parts, subject);
}

/** True for a kind that `doTask` knows. */
export function isDeskTask(kind: string): kind is DeskTask {
  return Object.hasOwn(verbs, kind);
}
