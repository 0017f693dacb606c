import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { tokenState } from "../../../src/domain/token.ts";
import { askWarnings } from "../../../src/jobs/schedule.ts";
import type { Countersign } from "../../../src/start.ts";
import type { IssueState, UserState } from "../github/state.ts";
import type { Hands } from "./hands.ts";
import { setStage } from "./stage.ts";
import type { Stage } from "./stage.ts";
import type { Timeline } from "./timeline.ts";

const name = "@acme/widget";
const npmCli = join(import.meta.dirname, "..", "..", "..", "node_modules", "npm", "bin", "npm-cli.js");

/** Plays the story; the status is 0 only if all of it held. */
export async function playDemo(timeline: Timeline, options: { once: boolean }): Promise<number> {
  const stage = await setStage();
  const end = async (): Promise<void> => await stage.strike();
  try {
    const { github, registry } = stage.world;
    timeline.tell("world", `GitHub ${github.url} · registry ${registry.url}`);
    timeline.tell("countersign", `${stage.url}, on its embedded PostgreSQL, as process ${stage.app.pid}`);
    timeline.tell(
      "browser",
      stage.browser ?? "no Chromium here: the pages are used over HTTP, and sealing is done in Node",
    );
    const tokens = await codeStory(timeline, stage);
    tokens.push(...(await passkeyStory(timeline, stage)));
    const held = await proof(timeline, stage, tokens);
    const warned = await ledgerStory(timeline, stage);
    if (options.once) return held && warned ? 0 : 1;
    await stayOpen(timeline, stage);
    return held && warned ? 0 : 1;
  } finally {
    await end();
  }
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

async function sealed(
  timeline: Timeline,
  stage: Stage,
  person: UserState,
  token: string,
  npmUser: string,
): Promise<Hands> {
  const hands = await stage.handsOf(person);
  await hands.signIn();
  timeline.tell(person.login, "signs in with GitHub");
  await hands.sealToken({ repositoryId: stage.cast.widget.id, package: name }, token, npmUser);
  timeline.tell(
    person.login,
    "pastes an npm token; the page seals it to the environment's key, the server gets ciphertext only",
  );
  return hands;
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

const ours = (stage: Stage): string[] =>
  stage.world.github
    .comments(stage.cast.widget, stage.cast.issue)
    .filter((one) => one.userId === stage.cast.app.botId)
    .map((one) => one.body);

const links = (stage: Stage, what: "releases" | "challenges"): string[] => [
  ...new Set(
    ours(stage).flatMap((body) =>
      [...body.matchAll(new RegExp(`/${what}/([a-z0-9]+)`, "g"))].map((match) => match[1] ?? ""),
    ),
  ),
];

const headline = (stage: Stage): string =>
  (ours(stage).findLast((body) => body.startsWith("###")) ?? "").split("\n")[0]?.replace(/^### /, "") ?? "";

async function announced(stage: Stage, count: number): Promise<string> {
  const { github } = stage.world;
  await github.until(
    () => links(stage, "releases").length >= count && headline(stage).includes("Waiting"),
    `announcement ${count}:\n${ours(stage).join("\n")}`,
  );
  return links(stage, "releases")[count - 1] ?? "";
}

async function armed(timeline: Timeline, stage: Stage): Promise<void> {
  const { github } = stage.world;
  const before = github.runs(stage.cast.widget).length;
  await github.until(() => github.environmentSecrets().length === 1, "the secret", 45_000);
  timeline.tell("countersign", "lease written, secret put (201), gate approved: in that order");
  await github.until(
    () => github.statusOf(github.runs(stage.cast.widget)[before - 1]!) === "in_progress",
    "the job to start",
    20_000,
  );
  timeline.tell("GitHub", "reads the environment's secret and starts the job");
}

async function asked(stage: Stage, count: number): Promise<string> {
  await stage.world.github.until(() => links(stage, "challenges").length >= count, `challenge ${count}`, 40_000);
  return links(stage, "challenges")[count - 1] ?? "";
}

async function ended(timeline: Timeline, stage: Stage, releaseId: string): Promise<void> {
  const { github } = stage.world;
  const words = (): string => ours(stage).find((body) => body.startsWith("###") && body.includes(releaseId)) ?? "";
  await github.until(() => github.environmentSecrets().length === 0, "the secret to go", 40_000);
  timeline.tell("countersign", "the job is over: secret deleted");
  await github.until(() => /^### (?!✋|🚀|🔐|🔎|⏳)/u.test(words()), "the end", 40_000);
  timeline.tell("countersign", headline(stage));
  for (const row of words()
    .split("\n")
    .filter((line) => /^\| (?!\||---)/.test(line)))
    timeline.plain(`${" ".repeat(22)}${row}`);
}

/** What must be true in the end, each seen with an outsider's eyes. */
async function proof(timeline: Timeline, stage: Stage, tokens: string[]): Promise<boolean> {
  const { github, registry, judge } = stage.world;
  timeline.heading("What is left");
  let held = true;
  const check = (good: boolean, text: string): void => {
    held &&= good;
    if (good) timeline.good(text);
    else timeline.bad(text);
  };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [npmCli, "view", name, "versions", "dist-tags", "--json", "--registry", registry.url],
    { cwd: import.meta.dirname },
  );
  const view = JSON.parse(stdout) as { versions: string[]; "dist-tags": Record<string, string> };
  timeline.plain(
    `$ npm view ${name} versions dist-tags\n  ${view.versions.join(", ")} · latest ${view["dist-tags"]["latest"] ?? ""}`,
  );
  check(view.versions.includes("1.2.0") && view.versions.includes("1.2.1"), "both versions are on the registry");
  check(
    github.environmentSecrets().length === 0,
    `secrets in GitHub's environments: ${github.environmentSecrets().length}`,
  );
  for (const token of tokens) {
    const { status } = await fetch(new URL("/-/whoami", registry.url), {
      headers: { authorization: `Bearer ${token}` },
    });
    check(status === 401, `an npm token that was used answers ${status}`);
  }
  const written = stage.app.output.join("");
  check(!tokens.some((token) => written.includes(token)), "no token stands in Countersign's log");
  check(!ours(stage).some((body) => tokens.some((token) => body.includes(token))), "no token stands in a comment");
  const calls = judge.log.reduce((sum, one) => sum + one.count, 0);
  const events = [...judge.webhooks.values()].reduce((sum, one) => sum + one, 0);
  check(
    judge.violations.length === 0,
    `GitHub's OpenAPI document judged ${calls} requests, their replies and ${events} webhooks: ${judge.violations.length} violations`,
  );
  for (const { kind, of, sentence } of judge.violations.slice(0, 10)) timeline.plain(`    ${kind} ${of}: ${sentence}`);
  timeline.plain(`The story took ${timeline.seconds()} s.`);
  timeline.plain(held ? "\nThe story held." : "\nThe story did not hold.");
  return held;
}

async function stayOpen(timeline: Timeline, stage: Stage): Promise<void> {
  timeline.heading("The dashboard is open; sign in as");
  const { alice, bob, carol, dave, mallory } = stage.cast;
  for (const person of [alice, bob, carol, dave, mallory])
    timeline.plain(
      `  ${person.login.padEnd(8)} ${stage.world.github.url}/as/${person.login}?to=${encodeURIComponent(`${stage.url}/sign-in`)}`,
    );
  timeline.plain("\nCtrl-C ends everything and removes its data.");
  await new Promise<void>((done) => {
    process.once("SIGINT", () => done());
    process.once("SIGTERM", () => done());
  });
}
