import type { Stage } from "./stage.ts";

/** The next webhook is sent, or lost, or sent twice. */
export function sendWebhook({ random, lot, calm, chronicle, world }: Stage): void {
  const { hooks } = world.github;
  // Mostly in order, as GitHub does, and not always, as GitHub says.
  const one = random.chance(0.7) ? hooks.held[0] : random.pick(hooks.held);
  if (one === undefined) return;
  const lost = !calm && lot.lost > 0 && random.chance(0.15);
  if (lost) lot.lost -= 1;
  chronicle.note(`${one.event}.${one.action ?? ""} is ${lost ? "lost" : "sent"}`);
  if (lost) lot.fates.count("webhook lost");
  const again = !lost && !calm && random.chance(0.05);
  void hooks.sendHeld(one, lost ? "lose" : "send");
  if (!again) return;
  lot.fates.count("webhook doubled");
  hooks.held.push(one);
}

/** A job that runs comes to its end, and has published or not. */
export function finishJob({ random, chronicle, world }: Stage): void {
  const { runner } = world;
  const job = runner.jobs.splice(random.below(runner.jobs.length), 1)[0];
  if (job === undefined) return;
  const token = job.order.secrets["NPM_TOKEN"];
  const version = job.order.event.inputs["version"] ?? "";
  // npm's second factor is answered for the first attempt only; a token that passes without it needs no answer.
  const able = token !== undefined && random.chance(job.order.runAttempt === 1 ? 0.8 : 0.4);
  const good = able && world.publish(version, job.order.runId, token);
  chronicle.note(`the job of run ${job.order.runId} ends: ${good ? `published ${version}` : "failed"}`);
  job.finish(good ? "success" : "failure");
}

/** A runner takes jobs that stayed queued. */
export function freeRunner({ chronicle, world }: Stage): void {
  chronicle.note("a runner is free");
  world.github.engine.releaseQueue();
}
