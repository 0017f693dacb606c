import type { Logger } from "pino";
import type { Probot } from "probot";
import { writeAlarmIssue } from "./chat/alarm-issue.ts";
import { tellChallenge, writeStatus } from "./chat/status.ts";
import { writeWarningIssue } from "./chat/warning-issue.ts";
import { after } from "./desk/after.ts";
import { deliver } from "./desk/channels/deliver.ts";
import type { ChannelParts } from "./desk/channels/index.ts";
import { resealAll } from "./desk/channels/seal.ts";
import { notifyKind } from "./desk/channels/tell.ts";
import { keyTaken } from "./desk/key-taken.ts";
import { reconcile } from "./desk/reconcile.ts";
import { learnAllRepositories } from "./desk/repositories.ts";
import { askAllSecrets } from "./desk/standing.ts";
import { doTask, isDeskTask, taskSubject } from "./desk/tasks.ts";
import type { DeskParts } from "./desk/types.ts";
import type { WorkerParts } from "./inbox/worker.ts";
import type { StoredDelivery, StoredTask } from "./store/types.ts";

/** What work needs: the use cases' parts, and what messages are sent with. */
export type WorkParts = DeskParts & ChannelParts;

/** What a worker does with a delivery and with a task. */
export function handlersOf(probot: Probot, parts: WorkParts): Pick<WorkerParts, "handle" | "handleTask"> {
  return {
    handle: async (delivery) => await receive(probot, delivery),
    handleTask: async (task) => await handleTask(parts, task),
  };
}

/**
 * What an instance does before its worker begins: work that dead workers held is taken over, what a crash left is settled as far
 * as GitHub lets us, and what was missed meanwhile is asked for. Nothing is armed before this is through.
 */
export async function takeOver(parts: WorkParts, log: Pick<Logger, "info" | "warn">): Promise<void> {
  const { store } = parts;
  const abandoned = await store.freeAbandoned();
  if (abandoned > 0) log.info({ abandoned }, "Work that a dead worker held is taken over.");
  const pass = await reconcile(parts);
  if (pass.leases + pass.releases > 0) log.info({ ...pass }, "Looked at what was open.");
  await learnAllRepositories(parts).catch((error: unknown) => {
    log.warn(
      { error: error instanceof Error ? error.message : "unknown" },
      "Could not read the installations yet; events will tell.",
    );
  });
  const resealed = await resealAll(parts);
  if (resealed > 0) log.info({ resealed }, "Addresses of channels are sealed with the present key now.");
  await keyTaken(parts);
  await after(parts, "deliveries", "all", "start");
  await askAllSecrets(parts);
}

async function receive(probot: Probot, delivery: StoredDelivery): Promise<void> {
  const payload: unknown = JSON.parse(new TextDecoder().decode(delivery.body));
  try {
    await probot.receive({ id: delivery.guid, name: delivery.event, payload } as never);
  } catch (error) {
    // Probot gathers what its handlers threw, and the event with it: only the first error goes on, so that it is known by its class.
    if (error instanceof AggregateError && error.errors.length > 0) throw error.errors[0];
    throw error;
  }
}

async function handleTask(parts: WorkParts, task: StoredTask): Promise<void> {
  if (task.kind === notifyKind) return await deliver(parts, task);
  const subject = taskSubject(task);
  if (task.kind === "status") return await writeStatus(parts, subject);
  if (task.kind === "tell-challenge") return await tellChallenge(parts, subject);
  if (task.kind === "warning-issue") return await writeWarningIssue(parts, subject);
  if (task.kind === "alarm-issue") return await writeAlarmIssue(parts, subject);
  if (!isDeskTask(task.kind)) throw new Error(`there is no task of the kind ${task.kind}`);
  await doTask(parts, task.kind, subject);
}
