import { openChallenge, timeIsUp, waitForCode } from "./challenge.ts";
import { bareEnvironment } from "./child.ts";
import { givenToken, readUrl, readWait } from "./inputs.ts";
import { readSecrets } from "./secrets-input.ts";
import { npmSettings } from "./registry.ts";
import { openSession } from "./session.ts";
import type { Session } from "./session.ts";
import { showToken } from "./token.ts";
import { tellSlack } from "./slack.ts";
import { input, runStep, say, setOutput } from "./workflow.ts";

// Takes the place of step-security/wait-for-secrets: asks for the code and hands it on as an output, masked before it is set.
await runStep(async () => {
  const [url, wait, wanted] = [readUrl(), readWait(), readSecrets(input("secrets"))];
  const session = await openSession(url, "otp");
  await showGivenToken(session);
  const { package: name, version, tag } = session.release;
  const deadline = Date.now() + Math.min(wait, session.longestWaitMs);
  for (;;) {
    const challenge = await openChallenge(session, { name, version, tag });
    await tellSlack(input("slack-webhook-url"), session, challenge.url);
    const code = await waitForCode(session, challenge, deadline);
    if (code !== null) {
      setOutput(wanted.output, code);
      return say(`Got ${wanted.name}. It is in the output ${wanted.output}, and masked.`);
    }
    if (Date.now() >= deadline) throw timeIsUp();
  }
});

/** This step needs no token. Where the job gives it one all the same, it is looked at before anybody is asked for a code. */
async function showGivenToken(session: Session): Promise<void> {
  const token = givenToken();
  if (token === "") return;
  const { package: name, registry: policy } = session.release;
  const folder = process.env["GITHUB_WORKSPACE"] ?? ".";
  const none = { scripts: {}, publishConfig: {} };
  const { registry } = await npmSettings({ input: "", policy, name }, none, folder, bareEnvironment(token));
  await showToken(session, registry, token);
}
