import { afterEach, describe, expect, test } from "vitest";
import { last } from "../world/github/index.ts";
import type { JobState } from "../world/github/state.ts";
import { setStage } from "../world/demo/stage.ts";
import type { Stage } from "../world/demo/stage.ts";
import type { PersonAtNpm } from "../world/registry/index.ts";
import { freshDatabase } from "../support/database.ts";
import { readPages } from "../support/pages.ts";

const name = "@acme/widget";
const unrevoked = "";

describe("what the runner saw of the token, with the real npm and a real runner", () => {
  let stage: Stage;
  let drop: () => Promise<void> = () => Promise.resolve();
  let account: PersonAtNpm;

  afterEach(async () => {
    const { judge } = stage.world;
    await stage.strike();
    await drop();
    judge.assertClean();
  });

  async function open(policyLines?: string): Promise<void> {
    const database = await freshDatabase();
    drop = database.drop;
    const lines = policyLines === undefined ? {} : { policyLines };
    stage = await setStage({ databaseUrl: database.url, withoutBrowser: true, ...lines });
    account = await stage.world.registry.account("alice-npm", { tfa: "totp" });
    await stage.world.registry.account("mallory-npm", { tfa: null });
  }

  const words = (): string[] =>
    stage.world.github
      .comments(stage.cast.widget, stage.cast.issue)
      .filter((one) => one.userId === stage.cast.app.botId)
      .map((one) => one.body);
  const status = (): string => words().find((body) => body.startsWith("###")) ?? "";
  const job = (): JobState | undefined => {
    const run = stage.world.github.runs(stage.cast.widget).at(-1);
    return run === undefined ? undefined : last(run).jobs[0];
  };
  const until = async (condition: () => boolean, what: string): Promise<void> =>
    await stage.world.github.until(condition, `${what}\n${words().join("\n")}\n${job()?.rawLog ?? ""}\n`, 40_000);
  const pages = async (...paths: string[]): Promise<string> => await readPages(stage, stage.cast.alice, paths);

  /** alice seals a token as one of alice-npm, asks for a release, and bob approves it. */
  async function releaseWith(token: string): Promise<void> {
    const { github } = stage.world;
    const hands = await stage.handsOf(stage.cast.alice);
    await hands.signIn();
    await hands.sealToken({ repositoryId: stage.cast.widget.id, package: name }, token, "alice-npm");
    github.comment(stage.cast.widget, stage.cast.issue, stage.cast.alice, "/release 1.2.0");
    await until(() => words().some((body) => body.includes("Waiting")), "the announcement");
    github.comment(stage.cast.widget, stage.cast.issue, stage.cast.bob, "/approve");
  }

  async function answerNpm(): Promise<void> {
    const asked = (): string | undefined => /\/challenges\/([a-z0-9]+)/.exec(words().join())?.[1];
    await until(() => asked() !== undefined, "npm's question");
    const hands = await stage.handsOf(stage.cast.alice);
    await hands.signIn();
    await hands.answerCode(asked() ?? "", account.totp());
  }

  const ended = async (): Promise<void> => {
    await until(() => /^### (?:✅|❌|⛔|⏹️)/u.test(status()), "the end");
    await until(() => stage.world.github.idle(), "quiet");
  };

  /** Nothing was published, nothing is left, and the next release isn't armed with it. */
  async function stopped(why: string): Promise<void> {
    await ended();
    expect(status()).toContain("Failed");
    expect(status()).toContain(why);
    expect(stage.world.registry.log.filter((line) => line.method === "PUT")).toEqual([]);
    expect((await stage.world.registry.published(name))?.versions["1.2.0"]).toBeUndefined();
    expect(stage.world.github.environmentSecrets()).toEqual([]);
    // The end cancels the run, which may be faster than the step's own words.
    expect(job()?.log).toMatch(/Countersign refused: alice's npm token was refused before|The operation was canceled/);
    expect(await pages("/tokens")).toContain("Refused at its last use");
    const { github } = stage.world;
    github.comment(stage.cast.widget, stage.cast.issue, stage.cast.alice, "/release 1.2.0");
    await until(() => words().some((body) => body.includes("was refused at its last use")), "the refusal");
    expect(github.environmentSecrets()).toEqual([]);
  }

  test("a token of another npm user stops the release before npm is asked for anything", async () => {
    await open(unrevoked);
    await releaseWith(stage.world.registry.token("mallory-npm", { packages: [name] }));
    await stopped("It belongs to npm user mallory-npm, and was sealed as one of alice-npm.");
    expect(status()).toContain("| Token as the runner saw it | npm user mallory-npm, may write the package: yes,");
    expect(await pages("/tokens")).toContain("To do at npm");
  });

  test("a token that bypasses 2FA stops it where nobody allowed that", async () => {
    await open(unrevoked);
    stage.world.registry.habits.listsTokens = true;
    await releaseWith(stage.world.registry.token("alice-npm", { packages: [name], bypass2fa: true }));
    await stopped("It bypasses 2FA, as npm says");
    expect(status()).toContain("bypasses 2FA: yes |");
  });

  test("a token that bypasses 2FA publishes where the policy gives a reason, and the receipt says that it does", async () => {
    await open("    token: { bypass2fa: the robot account has no second factor }\n");
    stage.world.registry.habits.listsTokens = true;
    await releaseWith(stage.world.registry.token("alice-npm", { packages: [name], bypass2fa: true }));
    await ended();
    expect(status()).toContain("Published");
    expect(status()).toContain("bypasses 2FA: yes |");
  });

  test("a token that npm doesn't know any more stops it", async () => {
    await open(unrevoked);
    const token = stage.world.registry.token("alice-npm", { packages: [name] });
    await fetch(new URL(`/-/user/token/${token}`, stage.world.registry.url), {
      method: "DELETE",
      headers: { authorization: `Bearer ${token}` },
    });
    await releaseWith(token);
    await stopped("npm doesn't know it any more (401)");
    // There is nothing left to revoke.
    expect(await pages("/tokens")).not.toContain("To do at npm");
  });

  test("a user who may only read the package stops it", async () => {
    await open(unrevoked);
    stage.world.registry.collaborator(name, "alice-npm", "read-only");
    await releaseWith(stage.world.registry.token("alice-npm", { packages: [name] }));
    await stopped("It may read @\u200bacme/widget but not write it, as npm says.");
  });

  test("what the registry refuses to tell is shown as unknown, on the receipt, the release's page and the ledger", async () => {
    await open(unrevoked);
    stage.world.registry.faults.status = (_, path) =>
      path === "/-/whoami" ? 403 : path.endsWith("/collaborators") ? 500 : null;
    await releaseWith(stage.world.registry.token("alice-npm", { packages: [name] }));
    await answerNpm();
    await ended();
    expect(status()).toContain("Published");
    const unknown = "npm user: unknown, may write the package: unknown, expires: unknown, bypasses 2FA: unknown";
    expect(status()).toContain(`| Token as the runner saw it | ${unknown} |`);
    const id = /\/releases\/([a-z0-9]+)/.exec(status())?.[1] ?? "";
    for (const path of [`/releases/${id}`, "/tokens"]) expect(await pages(path), path).toContain(unknown);
  });

  test("a token that the registry keeps alive in spite of its revocation is forgotten here, and its owner's to revoke", async () => {
    await open();
    stage.world.registry.habits.forgets = false;
    await releaseWith(stage.world.registry.token("alice-npm", { packages: [name] }));
    await answerNpm();
    await ended();
    await until(() => status().includes("revocation failed (reported by the runner)"), "the receipt");
    const page = await pages("/tokens");
    expect(page).toContain("The workflow couldn&#39;t revoke it after the run.");
    expect(page).toContain("npm token revoke");
    expect(page).toContain("No token on file");
  });
});
