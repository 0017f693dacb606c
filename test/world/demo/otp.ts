import { tokenState } from "../../../src/domain/token.ts";
import { askWarnings } from "../../../src/jobs/schedule.ts";
import type { Countersign } from "../../../src/start.ts";
import type { IssueState } from "../github/state.ts";
import { proof } from "./proof.ts";
import type { Stage } from "./stage.ts";
import type { Timeline } from "./timeline.ts";
import { announced, armed, asked, ended, headline, name, sealed } from "./watch.ts";

/** `mode: otp`: a release with a code, one with a passkey, and a token that ends. True only if all of it held. */
export async function playOtp(timeline: Timeline, stage: Stage): Promise<boolean> {
  const tokens = await codeStory(timeline, stage);
  tokens.push(...(await passkeyStory(timeline, stage)));
  const held = await proof(timeline, stage, { versions: ["1.2.0", "1.2.1"], tokens });
  return (await ledgerStory(timeline, stage)) && held;
}

/** alice has an authenticator app; bob approves in the thread. */
async function codeStory(timeline: Timeline, stage: Stage): Promise<string[]> {
  const { registry } = stage.world;
  const { alice, bob, issue, widget } = stage.cast;
  const { github } = stage.world;
  timeline.heading("A release with a code");
  const account = await registry.account("alice-npm", { tfa: "totp" });
  const token = registry.token("alice-npm", { packages: [name] });
  const hands = await sealed(timeline, stage, alice, token, "alice-npm");
  github.comment(widget, issue, alice, "/release 1.2.0");
  timeline.tell("alice", "comments /release 1.2.0");
  const release = await announced(stage, 1);
  timeline.tell("countersign", `checks, dispatches publish.yml, and waits: ${headline(stage)}`);
  github.comment(widget, issue, bob, "/approve");
  timeline.tell("bob", "comments /approve");
  await armed(timeline, stage);
  const challenge = await asked(stage, 1);
  timeline.tell("npm", "asks for a one-time password (EOTP); the step asks Countersign, proven by GitHub's OIDC token");
  await hands.answerCode(challenge, account.totp());
  timeline.tell("alice", "types the code on the challenge page; it is sealed to the runner's key");
  await ended(timeline, stage, release);
  await hands.close();
  return [token];
}

/** carol has a passkey; dave approves on the release page. */
async function passkeyStory(timeline: Timeline, stage: Stage): Promise<string[]> {
  const { registry, github } = stage.world;
  const { carol, dave, issue, widget } = stage.cast;
  timeline.heading("A release with a passkey");
  await registry.account("carol-npm", { tfa: "web" });
  const token = registry.token("carol-npm", { packages: [name] });
  const hands = await sealed(timeline, stage, carol, token, "carol-npm");
  github.comment(widget, issue, carol, "/release patch");
  timeline.tell("carol", "comments /release patch");
  const release = await announced(stage, 2);
  const approver = await stage.handsOf(dave);
  await approver.signIn();
  await approver.approve(release);
  timeline.tell(
    "dave",
    "approves on the release page; the environment is free once the first secret was read as absent twice",
  );
  await armed(timeline, stage);
  const challenge = await asked(stage, 2);
  timeline.tell("npm", "gives a link for the security key (authUrl)");
  await hands.openLink(challenge);
  timeline.tell("carol", "follows it from the challenge page and touches her key at npm");
  await ended(timeline, stage, release);
  await approver.close();
  await hands.close();
  return [token];
}

/** alice seals a token for the next release; the days pass, and she is warned in an issue of hers. */
async function ledgerStory(timeline: Timeline, stage: Stage): Promise<boolean> {
  const { registry, github } = stage.world;
  const { alice, widget } = stage.cast;
  timeline.heading("A token that ends");
  const token = registry.token("alice-npm", { packages: [name] });
  const hands = await sealed(timeline, stage, alice, token, "alice-npm");
  await hands.close();
  const mine = (): IssueState | undefined =>
    [...widget.issues.values()].find((one) => one.title.startsWith("npm token") && one.userId === stage.cast.app.botId);
  let ledger: string[] = [];
  await stage.daysLater(5, async (app) => {
    timeline.tell("calendar", "five days later: the token lived for seven");
    await askWarnings(app.parts);
    await github.until(() => mine() !== undefined, "the warning", 20_000);
    ledger = await ledgerOf(app, stage);
  });
  const issue = mine();
  if (issue === undefined) return false;
  timeline.tell("countersign", `opens issue #${issue.number}: ${issue.title}`);
  for (const line of issue.body.split("\n").filter((one) => one !== "" && !one.startsWith("<!--")))
    timeline.plain(`${" ".repeat(22)}${line}`);
  timeline.tell("ledger", "as the command line and the page have it:");
  for (const line of ledger) timeline.plain(`${" ".repeat(22)}${line}`);
  const { violations } = stage.world.judge;
  const good = !issue.body.includes(token) && !JSON.stringify(ledger).includes(token) && violations.length === 0;
  if (good) timeline.good("the token itself stands nowhere");
  else timeline.bad(`the token stands in a warning, or GitHub's document finds ${violations.length} faults`);
  return good && ledger.length > 0;
}

/** One line for each of alice's tokens, dead or alive. */
async function ledgerOf(app: Countersign, stage: Stage): Promise<string[]> {
  const now = app.parts.clock.now();
  const tokens = await app.parts.store.tokens.ofPerson(stage.cast.alice.id);
  return tokens.map((one) => {
    const seen = one.seen === null ? "not seen by a runner yet" : `seen as ${one.seen.npmUser ?? "unknown"}`;
    const ends = one.expiresAt.toISOString().slice(0, 10);
    return `${tokenState(one, now).padEnd(9)} ${one.packages.join(", ")} · ${one.environmentName} · ${one.npmUser} · ends ${ends} · ${seen}`;
  });
}
