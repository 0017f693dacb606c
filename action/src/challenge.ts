import { setTimeout as sleep } from "node:timers/promises";
import { open } from "../../src/domain/sealed-box.ts";
import { call, patiently, ServerError } from "./server.ts";
import type { Session } from "./session.ts";
import { StepError } from "./step-error.ts";
import { mask, notice, say, summarise } from "./workflow.ts";

export interface Subject {
  name: string;
  version: string;
  tag?: string;
  shasum?: string;
  integrity?: string;
}

export interface Challenge {
  id: string;
  /** Countersign's page for it. */
  url: string;
}

/** Puts npm's question to the releaser, and says in log and summary where it is answered. */
export async function openChallenge(session: Session, subject: Subject, authUrl?: string): Promise<Challenge> {
  const kind = authUrl === undefined ? { kind: "code" } : { kind: "link", authUrl };
  const answer = await patiently(
    async () =>
      await call(session.url, {
        method: "POST",
        path: `/sessions/${session.id}/challenges`,
        bearer: session.bearer,
        body: { ...kind, subject },
      }),
  );
  const challenge = { id: String(answer["challenge"]), url: String(answer["url"]) };
  const what = `${subject.name} ${subject.version}`;
  const verb = session.release.stage?.verb ?? "publish";
  say(
    `npm asks ${session.release.releaser} for the second factor to ${verb} ${what}. Answer it here:\n${challenge.url}`,
  );
  notice(`npm asks ${session.release.releaser} for the second factor`, challenge.url);
  summarise(
    `npm asks **${session.release.releaser}** for the second factor to ${verb} \`${what}\`: [answer it](${challenge.url})`,
  );
  return challenge;
}

/** Tells Countersign what npm said to an answer, or that we stopped waiting, so that its page can say so. Nothing hangs on it. */
export async function tellResult(
  session: Session,
  challenge: Challenge,
  result: "accepted" | "refused" | "ended",
): Promise<void> {
  const path = `/challenges/${challenge.id}/result`;
  const send = async (): Promise<unknown> =>
    await call(session.url, { method: "POST", path, bearer: session.bearer, body: { result } });
  await patiently(send).catch(() => undefined);
}

/**
 * Waits for the sealed code and opens it; the runner is told to mask it before anybody else gets it. Null where the question's
 * own time was up: it may be asked again while `deadline` (milliseconds, as Date.now() counts) has not come.
 */
export async function waitForCode(session: Session, challenge: Challenge, deadline: number): Promise<string | null> {
  for (;;) {
    const { state, sealed } = await look(session, challenge, 20, deadline);
    if (sealed !== null) return await unseal(session, sealed);
    if (state === "expired") return null;
    if (state !== "open") throw over(state);
    if (Date.now() >= deadline) return await giveUp(session, challenge);
  }
}

/** Throws where Countersign ended the question; a server that can't be asked at the moment ends nothing. */
export async function refuseEnded(session: Session, challenge: Challenge): Promise<"open" | "expired"> {
  const { state } = await look(session, challenge, 0, Date.now()).catch((error: unknown) => {
    if (error instanceof ServerError && error.passing) return { state: "open" };
    throw error;
  });
  if (state === "open" || state === "expired") return state;
  throw over(state);
}

/** Our own time is up: the page is told, so that nobody answers a job that is gone. */
export async function giveUp(session: Session, challenge: Challenge): Promise<never> {
  await tellResult(session, challenge, "ended");
  throw timeIsUp();
}

/** Said where nobody answered. */
export function timeIsUp(): StepError {
  return new StepError("Nobody answered npm's question in time, so nothing was published: ask again with /release.");
}

async function look(
  session: Session,
  challenge: Challenge,
  wait: number,
  deadline: number,
): Promise<{ state: string; sealed: string | null }> {
  for (;;) {
    try {
      const path = `/challenges/${challenge.id}?wait=${Math.max(0, Math.min(wait, Math.ceil((deadline - Date.now()) / 1000)))}`;
      const answer = await call(session.url, { method: "GET", path, bearer: session.bearer });
      const sealed = typeof answer["sealed"] === "string" ? answer["sealed"] : null;
      return { state: String(answer["state"]), sealed };
    } catch (error) {
      if (!(error instanceof ServerError) || !error.passing || Date.now() >= deadline) throw error;
      await sleep(1000);
    }
  }
}

async function unseal(session: Session, sealed: string): Promise<string> {
  const code = await open(sealed, session.keys).catch(() => {
    throw new StepError("The answer was not sealed to this job, so it was not used: ask again with /release.");
  });
  mask(code);
  // What is no code would only cost a try at npm; it must not become several variables or lines either.
  if (!/^[0-9A-Za-z]{6,64}$/.test(code)) throw new StepError("The answer was not a code: ask again with /release.");
  return code;
}

function over(state: string): StepError {
  return state === "ended"
    ? new StepError("The question was ended: another step of this job asked too, or the release was stopped.")
    : new StepError("The answer got lost on its way to this job: ask again with /release.");
}
