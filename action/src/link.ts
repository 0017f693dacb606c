import { setTimeout as sleep } from "node:timers/promises";
import { giveUp, refuseEnded } from "./challenge.ts";
import type { Challenge } from "./challenge.ts";
import type { Session } from "./session.ts";
import { StepError } from "./step-error.ts";
import { mask } from "./workflow.ts";

export interface Link {
  doneUrl: string;
  registry: string;
  token: string;
}

/** npm is asked for its answer where it said; that must be the registry itself, since the token goes along, as npm does it. */
export function checkDoneUrl(doneUrl: string, registry: string): void {
  if (URL.canParse(doneUrl) && new URL(doneUrl).origin === new URL(registry).origin) return;
  throw new StepError(
    "npm wants to be asked for its answer at another address than the registry's: nothing was sent there.",
  );
}

/**
 * Asks npm until the person has proven who they are on npm's page (npm CLI, npm-profile `webAuthCheckLogin`: 202 with
 * `retry-after` means not yet, 200 brings the token that stands for a code). Null where the question's own time was up.
 */
export async function waitForProof(
  session: Session,
  challenge: Challenge,
  link: Link,
  deadline: number,
): Promise<string | null> {
  for (;;) {
    const answer = await ask(link);
    if ("proof" in answer) return answer.proof;
    if (Date.now() >= deadline) return await giveUp(session, challenge);
    await sleep(answer.waitMs);
    if ((await refuseEnded(session, challenge)) === "expired") return null;
  }
}

async function ask({ doneUrl, token }: Link): Promise<{ proof: string } | { waitMs: number }> {
  const response = await fetch(doneUrl, {
    redirect: "error",
    headers: { authorization: `Bearer ${token}`, accept: "application/json" },
    signal: AbortSignal.timeout(30_000),
  }).catch(() => null);
  if (response === null || response.status >= 500) return { waitMs: 3000 };
  const body = (await response.json().catch(() => null)) as { token?: unknown } | null;
  if (response.status === 202) return { waitMs: pauseOf(response.headers.get("retry-after")) };
  if (response.status === 429)
    throw new StepError("npm wants no more questions for now (429): wait some minutes, then ask again with /release.");
  if (response.status !== 200 || typeof body?.token !== "string" || !/^\S{1,2000}$/.test(body.token))
    throw new StepError(`npm didn't answer its own question (${response.status}): ask again with /release.`);
  mask(body.token);
  return { proof: body.token };
}

/** Milliseconds; npm's word in seconds, within reason. */
function pauseOf(retryAfter: string | null): number {
  const seconds = Number(retryAfter ?? "");
  return retryAfter === null || !Number.isFinite(seconds) ? 3000 : Math.min(Math.max(seconds, 0.2), 30) * 1000;
}
