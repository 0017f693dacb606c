import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { generateKeyPair } from "../../src/domain/sealed-box.ts";
import { idToken } from "./id-token.ts";
import { readUrl } from "./inputs.ts";
import { call, patiently } from "./server.ts";
import { StepError } from "./step-error.ts";
import { input, runStep, say, setOutput } from "./workflow.ts";

/** Between two questions, in milliseconds. */
const pauseMs = 10_000;

// Waits for Countersign's word that the version is live, so that a tag and a GitHub release never name one that nobody can install.
await runStep(async () => {
  const [url, wait] = [readUrl(), readPatience()];
  const deadline = Date.now() + wait;
  for (let said = ""; ;) {
    const word = await ask(url);
    if (word.state === "live") {
      for (const name of ["package", "version", "sha"] as const) setOutput(name, word[name]);
      setOutput("packages", word.packages.join("\n"));
      return say(`${word.packages.join(", ")} ${word.packages.length > 1 ? "are" : "is"} live at ${word.version}.`);
    }
    if (word.state === "never") throw new StepError(`It is not live, and won't be: ${word.why}`);
    if (word.why !== said) say(`Waiting: ${word.why}`);
    said = word.why;
    if (Date.now() + pauseMs > deadline)
      throw new StepError(
        `It is not live yet. ${word.why} Once it is, run this job alone again (“Re-run failed jobs”): it publishes nothing.`,
      );
    await sleep(pauseMs);
  }
});

interface Word {
  state: string;
  package: string;
  packages: string[];
  version: string;
  sha: string;
  why: string;
}

/** A token of GitHub's lives minutes: each question has its own, made for a key that only this process has. */
async function ask(url: string): Promise<Word> {
  const { publicKey } = await generateKeyPair();
  const digest = createHash("sha256").update(Buffer.from(publicKey, "base64")).digest("base64url");
  const answer = await patiently(async () => {
    const bearer = await idToken(`${url}/runner/${digest}`);
    return await call(url, { method: "POST", path: "/live", bearer, body: { publicKey } });
  });
  const text = (name: keyof Word): string => (typeof answer[name] === "string" ? answer[name] : "");
  const several = answer["packages"];
  const packages = Array.isArray(several) ? several.map(String) : [text("package")];
  return {
    packages,
    ...{ state: text("state"), package: text("package"), version: text("version") },
    ...{ sha: text("sha"), why: text("why") },
  };
}

/** In milliseconds. A staged version waits for a person: more than an hour of a runner is better spent by running the job again. */
function readPatience(): number {
  const text = input("wait-timeout") || "30";
  const minutes = Number(text);
  if (!/^\d+$/.test(text) || minutes < 1 || minutes > 60)
    throw new StepError("The input `wait-timeout` is a number of minutes from 1 to 60.");
  return minutes * 60_000;
}
