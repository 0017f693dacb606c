import { openChallenge, timeIsUp, waitForCode } from "./challenge.ts";
import { readUrl, readWait } from "./inputs.ts";
import { readSecrets } from "./secrets-input.ts";
import { openSession } from "./session.ts";
import { tellSlack } from "./slack.ts";
import { input, runStep, say, setOutput } from "./workflow.ts";

// Takes the place of step-security/wait-for-secrets: asks for the code and hands it on as an output, masked before it is set.
await runStep(async () => {
  const [url, wait, wanted] = [readUrl(), readWait(), readSecrets(input("secrets"))];
  const session = await openSession(url, "otp");
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
