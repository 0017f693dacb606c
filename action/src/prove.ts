import { openChallenge, tellResult, timeIsUp, waitForCode } from "./challenge.ts";
import type { Challenge, Subject } from "./challenge.ts";
import { checkDoneUrl, waitForProof } from "./link.ts";
import { publish } from "./npm-publish.ts";
import type { Published, Target } from "./npm-publish.ts";
import { holds } from "./registry.ts";
import type { Session } from "./session.ts";
import { StepError } from "./step-error.ts";
import { say } from "./workflow.ts";

/** Answers that npm may refuse before we stop: it locks accounts that answer wrongly more often. */
const maxTries = 3;

interface Answer {
  otp: string;
  challenge: Challenge;
  /** A link's answer came from npm itself, so Countersign knows already that it is right. */
  told: boolean;
}

/** Something that npm does only with a second factor. */
export interface Wish {
  subject: Subject;
  registry: string;
  /** Asks npm for it, with the answer or without one; `published` stands for whatever it is that npm has done then. */
  attempt: (otp: string | null) => Promise<Published>;
  /** npm's answer got lost: whether npm did it all the same. */
  wasDone: () => Promise<boolean>;
  /** What npm was asked, as people type it. */
  said: string;
}

/** The token owner's last answer, kept in this process's memory alone while npm may take it for the next package too. */
export interface Remembered {
  last: { otp: string; link: boolean; at: number; uses: number } | null;
  /** How often npm didn't take one again. */
  refused: number;
}

/** npm takes an authenticator's code for some thirty seconds and a little; its web page offers not to ask again for five minutes. In milliseconds. */
const goodFor = { code: 60_000, link: 5 * 60_000 };
/** npm counts what it refuses, and locks accounts that answer wrongly more often: after this many no answer is tried again. */
const mostRefused = 2;
/** Publishes that one answer is given for: npm was seen to answer 429 after four or five (lerna/lerna 2459). */
const mostUses = 4;

/**
 * The answer that may be tried again, once; null: none. Whether it is good for one package only is npm's to say, and differs between
 * registries. Recovery codes never are.
 */
function again({ last, refused }: Remembered): string | null {
  if (last === null || last.uses >= mostUses || refused >= mostRefused) return null;
  if (!last.link && !/^\d{6,8}$/.test(last.otp)) return null;
  return Date.now() - last.at < (last.link ? goodFor.link : goodFor.code) ? last.otp : null;
}

/**
 * The first try: with the answer that was given for the package before, where there is one, and without any otherwise or where npm doesn't
 * take it. Nobody is told of that: the person hasn't answered wrongly.
 */
async function first(wish: Wish, remembered: Remembered | null): Promise<Published> {
  const otp = remembered === null ? null : again(remembered);
  if (remembered === null || otp === null) return await wish.attempt(null);
  const outcome = await attemptWith(otp, wish);
  if (outcome.kind === "published") {
    if (remembered.last !== null) remembered.last.uses += 1;
    say("npm took the answer that was given before.");
  }
  if (!mayAskAgain(outcome)) return outcome;
  remembered.last = null;
  remembered.refused += 1;
  say("npm wants a new answer for this package.");
  return await wish.attempt(null);
}

/**
 * Publishes, and asks the releaser each time npm asks us. Returns when npm has taken the package; every other end throws.
 * @param deadline milliseconds, as Date.now() counts
 * @param remembered where more packages follow or came before: the last answer
 */
export async function publishWithProof(
  session: Session,
  target: Target,
  token: string,
  deadline: number,
  remembered: Remembered | null = null,
): Promise<void> {
  const subject: Subject = {
    ...{ name: target.packed.name, version: target.packed.version, tag: target.tag },
    ...{ shasum: target.packed.shasum, integrity: target.packed.integrity },
  };
  const wish: Wish = {
    ...{ subject, registry: target.registry, said: "npm publish" },
    attempt: async (otp) => await publish(target, otp),
    wasDone: async () => await holds(target.registry, token, target.packed),
  };
  await withProof(session, wish, token, deadline, remembered);
}

/**
 * Has npm do something, and asks the token's owner each time npm asks us. Returns when it is done; every other end throws.
 * @param remembered the answer to the question before, where npm may take it again; kept up to date
 */
export async function withProof(
  session: Session,
  wish: Wish,
  token: string,
  deadline: number,
  remembered: Remembered | null = null,
): Promise<void> {
  let outcome = await first(wish, remembered);
  for (let tries = 1; outcome.kind === "otp";) {
    if (Date.now() >= deadline) throw timeIsUp();
    const answer = await ask(session, wish, token, outcome.link, deadline);
    if (answer === null) {
      // The question's time is up, ours is not: npm is asked for a fresh one.
      outcome = await wish.attempt(null);
      continue;
    }
    const answered = await attemptWith(answer.otp, wish);
    if (!answer.told)
      await tellResult(session, answer.challenge, answered.kind === "published" ? "accepted" : "refused");
    if (answered.kind === "published" && remembered !== null)
      remembered.last = { otp: answer.otp, link: answer.told, at: Date.now(), uses: 1 };
    if (!mayAskAgain(answered)) return refuseFailure(answered, wish);
    if (tries >= maxTries) {
      refuseFailure(answered, wish);
      throw new StepError(`npm refused ${maxTries} answers, so the step stopped: ask again with /release.`);
    }
    say(`npm didn't take the answer (${tries} of ${maxTries}).`);
    tries += 1;
    // With a code npm doesn't offer a link any more; without one it does.
    outcome = outcome.link !== null || answered.kind !== "otp" ? await wish.attempt(null) : answered;
  }
  refuseFailure(outcome, wish);
}

/** Asks npm with an answer. Where npm's own got lost, the registry tells whether it did what was wished. */
async function attemptWith(otp: string, { attempt, wasDone }: Wish): Promise<Published> {
  const outcome = await attempt(otp);
  const lost = outcome.kind === "failed" && outcome.passing;
  return lost && (await wasDone()) ? { kind: "published" } : outcome;
}

function mayAskAgain(outcome: Published): boolean {
  return outcome.kind === "otp" || (outcome.kind === "failed" && outcome.passing);
}

async function ask(
  session: Session,
  { subject, registry }: Wish,
  token: string,
  link: { authUrl: string; doneUrl: string } | null,
  deadline: number,
): Promise<Answer | null> {
  if (link === null) {
    const challenge = await openChallenge(session, subject);
    const otp = await waitForCode(session, challenge, deadline);
    return otp === null ? null : { otp, challenge, told: false };
  }
  checkDoneUrl(link.doneUrl, registry);
  const challenge = await openChallenge(session, subject, link.authUrl);
  const otp = await waitForProof(session, challenge, { doneUrl: link.doneUrl, registry, token }, deadline);
  if (otp === null) return null;
  await tellResult(session, challenge, "accepted");
  return { otp, challenge, told: true };
}

function refuseFailure(outcome: Published, { said }: Wish): void {
  if (outcome.kind === "limited")
    throw new StepError("npm takes no more answers for now (429): wait some minutes, then ask again with /release.");
  if (outcome.kind === "failed") throw new StepError(`${said} failed (${outcome.code}); its own words are above.`);
}
