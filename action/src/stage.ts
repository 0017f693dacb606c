import { setTimeout as sleep } from "node:timers/promises";
import { credentialFor, emptySecret } from "./credential.ts";
import { givenToken, readUrl, readWait } from "./inputs.ts";
import { decideStage, viewStage } from "./npm-stage.ts";
import type { StageAt } from "./npm-stage.ts";
import { withProof } from "./prove.ts";
import { npmSettings, tokenEnvironment } from "./registry.ts";
import { ServerError } from "./server.ts";
import { openSession, refuseOver, report } from "./session.ts";
import type { Approved, Decision, Report, Session } from "./session.ts";
import { StepError } from "./step-error.ts";
import { showToken } from "./token.ts";
import { forReport, input, runStep, saveState, say, sentenceOf, setOutput, warn } from "./workflow.ts";

// Approves or rejects at npm what another run has staged, with the approver's own token: what to do, Countersign says, and npm has to
// hold the very bytes that were countersigned.
await runStep(async () => {
  const [url, wait] = [readUrl(), readWait()];
  const session = await openSession(url, "stage").catch((error: unknown) => {
    // Most often the gate was opened by somebody else, so nobody put a token there: that says more than the refusal.
    if (error instanceof ServerError && !error.passing && givenToken() === "") throw inOurWords(emptySecret, null);
    throw error;
  });
  const { stage } = session.release;
  const told: Report = {};
  try {
    if (stage === null) throw new StepError("Countersign names no stage for this job: use the step of its version.");
    await decide(session, stage, wait, told);
  } catch (error) {
    const sentence = sentenceOf(error);
    await report(session, { ...told, outcome: "failed", message: forReport(sentence) });
    throw error instanceof StepError ? inOurWords(sentence, stage) : error;
  }
});

/** Other steps say how to ask again for a release; this one is asked for in another way. */
function inOurWords(sentence: string, stage: Decision | null): StepError {
  return new StepError(sentence.replaceAll("with /release", `with /${stage?.verb ?? "approve"}-stage`));
}

async function decide(session: Session, stage: Decision, wait: number, told: Report): Promise<void> {
  const approved = session.release;
  const { token, bare } = credentialFor(approved.mode);
  saveState("opened", "yes");
  saveState("revoke", session.revoke ? "yes" : "no");
  saveState("releaser", approved.releaser);
  const folder = process.env["GITHUB_WORKSPACE"] ?? ".";
  const asked = { input: input("registry"), policy: approved.registry, name: approved.package };
  const { registry } = await npmSettings(asked, { scripts: {}, publishConfig: {} }, folder, bare);
  saveState("registry", registry);
  const { npmUser } = await showToken(session, registry, token);
  if (npmUser !== null) told.npmUser = npmUser;
  const env = { ...bare, ...tokenEnvironment(registry, token) };
  const at = { id: stage.id, registry, folder, env, secrets: [token] };
  await compare(at, approved, stage);
  Object.assign(told, { shasum: stage.shasum, stageId: stage.id });
  const subject = { name: approved.package, version: approved.version, tag: approved.tag, shasum: stage.shasum };
  const wish = {
    ...{ subject, registry, said: `npm stage ${stage.verb}` },
    attempt: async (otp: string | null) => await decideStage(at, stage.verb, otp),
    wasDone: async () => await isGone(at),
  };
  await refuseOver(session, "Nothing was done.");
  await withProof(session, wish, token, Date.now() + Math.min(wait, session.longestWaitMs));
  await done(session, stage, told);
}

/** What npm holds is what was countersigned, byte for byte; anything else stops here, before npm is asked to do anything. */
async function compare(at: StageAt, approved: Approved, stage: Decision): Promise<void> {
  const seen = await viewStage(at);
  if (seen === null)
    throw new StepError(
      `npm has nothing staged as ${stage.id} that this token may see: somebody decided about it already, or the token isn't for ${approved.package}. Nothing was done.`,
    );
  const expected = { id: stage.id, name: approved.package, version: approved.version, shasum: stage.shasum };
  const names = ["id", "name", "version", "shasum"] as const;
  const [other] = names.filter((name) => seen[name].toLowerCase() !== expected[name].toLowerCase());
  if (other !== undefined)
    throw new StepError(
      `npm holds something else than what was countersigned: its ${other} is ${seen[other].slice(0, 100)}, and was to be ${expected[other]}. Nothing was done: look into it now, and reject it at npm if it isn't yours.`,
    );
  if (stage.verb === "approve" && seen.status !== null && seen.status !== "staged")
    throw new StepError(
      `npm says of ${approved.package}@${approved.version} that it is ${seen.status}, so it can't be approved now: wait, then ask again with /release.`,
    );
  say(`npm holds the very bytes that were countersigned (${seen.shasum}).`);
}

/** npm's answer got lost. A stage that isn't there any more right after was decided, and nobody else was asked. */
async function isGone(at: StageAt): Promise<boolean> {
  for (const pause of [1000, 4000]) {
    await sleep(pause);
    const seen = await viewStage(at).catch(() => undefined);
    if (seen === null) return true;
  }
  return false;
}

async function done(session: Session, stage: Decision, told: Report): Promise<void> {
  const { package: name, version } = session.release;
  const outcome = stage.verb === "approve" ? "approved" : "rejected";
  say(`npm ${outcome} ${name}@${version} (${stage.shasum}).`);
  setOutput("version", version);
  setOutput("shasum", stage.shasum);
  setOutput("outcome", outcome);
  if (!(await report(session, { ...told, outcome })).told)
    warn(
      `npm ${outcome} it, but Countersign could not be told${outcome === "rejected" ? ": say `/cancel` there" : ""}.`,
    );
}
