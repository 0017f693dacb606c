import { jsonIn, npm } from "./child.ts";
import { publish } from "./npm-publish.ts";
import type { Target } from "./npm-publish.ts";
import type { Packed } from "./pack.ts";
import type { Report, Session } from "./session.ts";
import { StepError } from "./step-error.ts";
import { say } from "./workflow.ts";

/**
 * Publishes or stages where npm asks for no second factor while the job runs: once, and what npm answers is the end of it. Gives the
 * stage's id; null: it is published. `told` gathers what npm has staged, and the bytes that it holds.
 * @throws StepError where npm refuses, or holds other bytes than were packed
 */
export async function publishOnce(
  session: Session,
  how: Omit<Target, "stage">,
  { packed, token, told }: { packed: Packed; token: string; told: Report },
): Promise<string | null> {
  const { mode } = session.release;
  say(
    token === ""
      ? "Proving this job to npm by trusted publishing; there is no token."
      : "Using the releaser's npm token; trusted publishing is not tried.",
  );
  const answer = await publish({ ...how, stage: mode !== "trusted" }, null);
  switch (answer.kind) {
    case "published":
      return null;
    case "staged":
      told.stageId = answer.stageId;
      await compare(how, answer.stageId, packed, told);
      return answer.stageId;
    case "otp":
      throw new StepError(
        token === ""
          ? `npm asks for a second factor, which trusted publishing doesn't: this workflow isn't a trusted publisher of ${packed.name}, or may not ${mode === "trusted" ? "publish" : "stage"}. See \`npm trust list ${packed.name}\`.`
          : "npm asks for a second factor, which staging doesn't: is the registry one that knows `npm stage`?",
      );
    case "limited":
      throw new StepError("npm takes no more requests for now (429): wait, then ask again with /release.");
    case "failed":
      throw new StepError(failure(answer.code, packed.name, mode, token));
  }
}

function failure(code: string, name: string, mode: string, token: string): string {
  if (code === "ENEEDAUTH" || (token === "" && (code === "E401" || code === "E403" || code === "E404")))
    return `npm didn't take this job for a trusted publisher of ${name} (${code}): compare \`npm trust list ${name}\` with repository, workflow file and environment, letter by letter, and see that the job has \`id-token: write\`. Nothing was published.`;
  if (code === "EUSAGE" || code === "no-stage-id")
    return `This npm can't stage (${code}): \`npm stage\` needs npm 11.15 or later. See in npm whether something was staged, and set up a newer Node.`;
  if (code === "E409")
    return `npm has ${name} in this version already, published or staged: reject what is staged, or choose another version.`;
  return `npm ${mode === "trusted" ? "publish" : "stage publish"} failed (${code}); npm's own words are above. See at npm whether it took the package.`;
}

/**
 * Reads back what npm holds, by npm's own `npm stage view`. A job's OIDC token may not: npm gives it no right but to hand in (its CLI's
 * document of `npm stage`), so there whoever approves compares the shasum.
 */
async function compare(how: Omit<Target, "stage">, stageId: string, packed: Packed, told: Report): Promise<void> {
  if (how.secrets.length === 0)
    return say(
      "npm lets a job without a token not read what it has staged: whoever approves it compares the shasum, which Countersign shows.",
    );
  const ran = await npm(["stage", "view", stageId, "--json", `--registry=${how.registry}`], {
    ...{ cwd: how.folder, env: how.env },
  });
  const held = ran.status === 0 ? (jsonIn(ran.stdout) as { shasum?: unknown } | null)?.shasum : undefined;
  if (typeof held !== "string" || !/^[0-9a-f]{40}$/.test(held))
    return say("npm doesn't say what it holds: compare the shasum before you approve.");
  told.heldShasum = held;
  if (held !== packed.shasum)
    throw new StepError(
      `npm holds other bytes than were packed (${held}, packed ${packed.shasum}): don't approve the stage ${stageId}, reject it, and look into it now.`,
    );
  say("npm holds the very bytes that were packed.");
}
