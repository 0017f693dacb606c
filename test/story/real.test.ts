import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterEach, describe, expect, test } from "vitest";
import { last } from "../world/github/index.ts";
import type { JobState } from "../world/github/state.ts";
import { help, readOptions } from "../world/demo/options.ts";
import { setStage } from "../world/demo/stage.ts";
import type { Stage, StageOptions } from "../world/demo/stage.ts";
import type { PersonAtNpm } from "../world/registry/index.ts";
import { freshDatabase } from "../support/database.ts";
import { readPages } from "../support/pages.ts";

const name = "@acme/widget";

describe("the main job with the real npm, a real runner and the app as a process of its own", () => {
  let stage: Stage;
  let databaseUrl = "";
  let drop: () => Promise<void> = () => Promise.resolve();

  async function open(options: StageOptions = {}): Promise<void> {
    const database = await freshDatabase();
    databaseUrl = database.url;
    drop = database.drop;
    stage = await setStage({ databaseUrl, withoutBrowser: true, logLevel: "debug", ...options });
  }

  afterEach(async () => {
    const { judge } = stage.world;
    await stage.strike();
    await drop();
    judge.assertClean();
  });

  const words = (): string[] =>
    stage.world.github
      .comments(stage.cast.widget, stage.cast.issue)
      .filter((one) => one.userId === stage.cast.app.botId)
      .map((one) => one.body);
  /** In the order of their announcement: the status comment, which is edited, comes last. */
  const linked = (what: string): string[] => [
    ...new Set(
      words()
        .toSorted((a, b) => Number(a.startsWith("###")) - Number(b.startsWith("###")))
        .flatMap((body) => [...body.matchAll(new RegExp(`/${what}/([a-z0-9]+)`, "g"))].map((match) => match[1] ?? "")),
    ),
  ];
  const until = async (condition: () => boolean, what: string): Promise<void> =>
    await stage.world.github.until(condition, `${what}\n${words().join("\n")}\n${job()?.rawLog ?? ""}\n`, 40_000);
  const job = (): JobState | undefined => {
    const run = stage.world.github.runs(stage.cast.widget).at(-1);
    return run === undefined ? undefined : last(run).jobs[0];
  };

  /** alice's token sealed, the release asked for and approved, npm's first question open. */
  async function untilAsked(
    tfa: "totp" | "web" = "totp",
  ): Promise<{ account: PersonAtNpm; token: string; challenge: string }> {
    const { github, registry } = stage.world;
    const account = await registry.account("alice-npm", { tfa });
    const token = registry.token("alice-npm", { packages: [name] });
    const hands = await stage.handsOf(stage.cast.alice);
    await hands.signIn();
    await hands.sealToken({ repositoryId: stage.cast.widget.id, package: name }, token, "alice-npm");
    github.comment(stage.cast.widget, stage.cast.issue, stage.cast.alice, "/release 1.2.0");
    await until(() => words().some((body) => body.includes("Waiting")), "the announcement");
    github.comment(stage.cast.widget, stage.cast.issue, stage.cast.bob, "/approve");
    await until(() => linked("challenges").length === 1, "npm's question");
    return { account, token, challenge: linked("challenges")[0] ?? "" };
  }

  const ended = async (): Promise<void> => {
    await until(() => words().some((body) => /^### (?:✅|❌|⛔|⏹️)/u.test(body)), "the end");
    await until(() => stage.world.github.idle(), "quiet");
  };

  async function answer(challenge: string, code: string): Promise<void> {
    const hands = await stage.handsOf(stage.cast.alice);
    await hands.signIn();
    await hands.answerCode(challenge, code);
  }

  /** Every text of every table. */
  async function database(): Promise<string> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    const { rows: tables } = await client.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public'",
    );
    let text = "";
    for (const table of tables) {
      const { rows } = await client.query<{ row: string }>(`select row_to_json(t)::text as row from "${table.name}" t`);
      // Delivery bodies are bytea, shown in hexadecimal: looked at as what they are too.
      text += rows
        .map(
          ({ row }) => row + row.replace(/\\\\x([0-9a-f]+)/g, (_, hex: string) => Buffer.from(hex, "hex").toString()),
        )
        .join("\n");
    }
    await client.end();
    return text;
  }

  async function pages(releaseId: string, challengeId: string): Promise<string> {
    const paths = ["/", `/releases/${releaseId}`, "/tokens", `/challenges/${challengeId}`, "/nowhere"];
    return await readPages(stage, stage.cast.alice, paths);
  }

  test("neither the token nor the code is ever in a log, table, comment, page, argument or in the app's memory", async () => {
    await open();
    // The list of the account's tokens goes through the runner, too.
    stage.world.registry.habits.listsTokens = true;
    const { token, account, challenge } = await untilAsked();
    // A recovery code: long enough not to turn up by chance.
    const [code = ""] = account.recovery;
    const heapWhileArmed = await stage.app.heap();
    const seen: string[] = [];
    const watch = setInterval(() => seen.push(...commandLines()), 20);
    await answer(challenge, code);
    await ended();
    clearInterval(watch);
    expect(words().find((body) => body.startsWith("###"))).toContain("Published");
    const places: Record<string, string> = {
      log: stage.app.output.join(""),
      database: await database(),
      comments: words().join("\n"),
      pages: await pages(linked("releases")[0] ?? "", challenge),
      "the job's log": (job()?.log ?? "") + (job()?.rawLog ?? ""),
      arguments: seen.join("\n"),
      "memory while armed": heapWhileArmed,
      "memory in the end": await stage.app.heap(),
      "the registry's log": JSON.stringify(stage.world.registry.log),
      deliveries: stage.world.github.core.state.deliveries.map((one) => one.payload).join("\n"),
    };
    for (const [place, text] of Object.entries(places)) {
      expect(text.length, place).toBeGreaterThan(20);
      expect(text.includes(token), `the token in ${place}`).toBe(false);
      expect(text.includes(code), `the code in ${place}`).toBe(false);
    }
    // The search itself works: what must be there is found.
    expect(places["database"]).toContain("alice-npm");
    const end = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    for (const place of ["the job's log", "comments", "pages"])
      expect(places[place], place).toContain(
        `npm user alice-npm, may write the package: yes, expires: ${end}, bypasses 2FA: no`,
      );
    // Revoked, so there is nothing left of it and nothing to do.
    expect(places["pages"]).not.toContain("To do at npm");
    expect(places["memory in the end"]).toContain("alice");
    expect(stage.world.registry.isAlive(token)).toBe(false);
    expect(stage.world.github.environmentSecrets()).toEqual([]);
  });

  test("a wrong code is asked for again, and the right one publishes", async () => {
    await open();
    const { account, challenge } = await untilAsked();
    await answer(challenge, account.wrongCode());
    await until(() => linked("challenges").length === 2, "a second question");
    await answer(linked("challenges")[1] ?? "", account.totp());
    await ended();
    expect((await stage.world.registry.published(name))?.versions["1.2.0"]?._npmUser?.name).toBe("alice-npm");
  });

  test("three wrong codes fail the step with a sentence, and nothing is published or left", async () => {
    await open();
    const { account } = await untilAsked();
    for (let tries = 1; tries <= 3; tries += 1) {
      await until(() => linked("challenges").length === tries, `question ${tries}`);
      await answer(linked("challenges")[tries - 1] ?? "", account.wrongCode());
    }
    await ended();
    expect((await stage.world.registry.published(name))?.versions["1.2.0"]).toBeUndefined();
    expect(job()?.log).toMatch(/##\[error\]|::error/);
    expect(stage.world.github.environmentSecrets()).toEqual([]);
  });

  test("a passkey account is led to npm's own page, and publishes from CI", async () => {
    await open();
    const { challenge } = await untilAsked("web");
    const hands = await stage.handsOf(stage.cast.alice);
    await hands.signIn();
    await hands.openLink(challenge);
    await ended();
    expect((await stage.world.registry.published(name))?.versions["1.2.0"]).toBeDefined();
  });

  test("the guide's own step, with ours dropped in, publishes too", async () => {
    await open({ workflow: "publish-guide.yml" });
    const { account, challenge } = await untilAsked();
    await answer(challenge, account.totp());
    await ended();
    expect((await stage.world.registry.published(name))?.versions["1.2.0"]).toBeDefined();
    expect(words().find((body) => body.startsWith("###"))).toContain("Published");
  });

  test("where a trusted publisher is configured too, the releaser's token and second factor are used all the same", async () => {
    await open();
    stage.world.registry.trust(name, {
      repository: "acme/widget",
      workflow: "publish.yml",
      environment: "npm",
      issuer: stage.world.runner.issuer,
    });
    const { account, challenge } = await untilAsked();
    await answer(challenge, account.totp());
    await ended();
    expect((await stage.world.registry.published(name))?.versions["1.2.0"]?._npmUser?.name).toBe("alice-npm");
  });
});

/** Arguments of every process of this machine. */
function commandLines(): string[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => {
      try {
        return readFileSync(join("/proc", entry, "cmdline"), "utf8").replaceAll("\0", " ");
      } catch {
        return "";
      }
    });
}

describe("the demo", () => {
  test.each<[string[], RegExp]>([
    [["--mode", "stagd"], /There is no mode stagd: choose one of otp, stage, trusted-stage, trusted\./],
    [["--mode"], /--mode needs a mode: choose one of/],
    [["--twice"], /There is no option --twice\./],
  ])("says what it doesn't know of %j, and what it does", (words, said) => {
    const read = readOptions(words);
    expect(typeof read === "object" && "problem" in read ? read.problem : "").toMatch(said);
  });

  test("takes the mode in either form, and tells of all four in its help", () => {
    expect(readOptions(["--once", "--mode", "stage"])).toEqual({ mode: "stage", once: true });
    expect(readOptions(["--mode=trusted-stage"])).toEqual({ mode: "trusted-stage", once: false });
    expect(readOptions(["--mode", "stage", "--help"])).toBe("help");
    for (const mode of ["otp", "stage", "trusted-stage", "trusted"]) expect(help).toContain(` ${mode} `);
  });

  test("tells the whole story, with a code, a passkey and a warning, and ends with status 0", async () => {
    const main = join(import.meta.dirname, "..", "world", "demo", "main.ts");
    const { status, output } = await new Promise<{ status: number; output: string }>((done) => {
      execFile(
        process.execPath,
        [main, "--once"],
        { env: { ...process.env, NO_COLOR: "1" } },
        (error, stdout, stderr) => done({ status: error === null ? 0 : 1, output: stdout + stderr }),
      );
    });
    expect(output).toContain("The story held.");
    expect(output).toContain("npm tokens of @alice need renewal");
    expect(output).toContain("the token itself stands nowhere");
    expect(status).toBe(0);
  }, 180_000);
});
