import { givenToken, readUrl } from "./inputs.ts";
import { revoke } from "./registry.ts";
import { openSession, report } from "./session.ts";
import { runStep, say, state, warn } from "./workflow.ts";

// After the job, whatever became of it: where the policy wants it, the npm token is revoked, and what was seen is reported.
await runStep(async () => {
  if (state("opened") !== "yes")
    return say("The step didn't get as far as using the token: there is nothing to clean up.");
  const session = await openSession(readUrl(), "post");
  if (!session.revoke) {
    await report(session, { revoked: "not-asked" });
    return say("The policy doesn't ask for the npm token to be revoked.");
  }
  const [token, registry] = [givenToken(), state("registry")];
  const seen =
    token === "" || registry === ""
      ? { revoked: false, why: "the step didn't get as far as knowing the registry" }
      : await revoke(registry, token);
  if (seen.revoked) say("The npm token is revoked: the registry refuses it now.");
  else warn(`The npm token could not be revoked: ${seen.why}. ${session.release.releaser}, revoke it at npm.`);
  await report(session, seen.revoked ? { revoked: "revoked" } : { revoked: "failed", message: seen.why });
});
