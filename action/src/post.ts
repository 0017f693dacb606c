import { givenToken, readUrl } from "./inputs.ts";
import { revoke } from "./registry.ts";
import { openSession, report } from "./session.ts";
import type { Report } from "./session.ts";
import { runStep, say, sentenceOf, state, warn } from "./workflow.ts";

// After the job, whatever became of it: where the policy wants it, the npm token is revoked, and what was seen is reported. The
// main step has noted what the policy wants, so that a token doesn't live on because Countersign can't be asked now.
await runStep(async () => {
  if (state("opened") !== "yes")
    return say("The step didn't get as far as using the token: there is nothing to clean up.");
  const seen = await cleanUp();
  try {
    const session = await openSession(readUrl(), "post");
    if (!(await report(session, seen)).told) warn("Countersign could not be told.");
  } catch (error) {
    warn(`Countersign could not be told. ${sentenceOf(error)}`);
  }
});

async function cleanUp(): Promise<Report> {
  if (state("revoke") !== "yes") {
    say("The policy doesn't ask for the npm token to be revoked.");
    return { revoked: "not-asked" };
  }
  const [token, registry] = [givenToken(), state("registry")];
  const seen =
    token === "" || registry === ""
      ? { revoked: false, why: "the step didn't get as far as knowing the registry" }
      : await revoke(registry, token);
  if (seen.revoked) {
    say("The npm token is revoked: the registry refuses it now.");
    return { revoked: "revoked" };
  }
  warn(`The npm token could not be revoked: ${seen.why}. ${state("releaser")}, revoke it at npm.`);
  return { revoked: "failed", message: seen.why };
}
