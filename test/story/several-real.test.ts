import { afterAll, expect, test } from "vitest";
import { freshDatabase } from "../support/database.ts";
import { setStage } from "../world/demo/stage.ts";
import type { Stage } from "../world/demo/stage.ts";
import { last } from "../world/github/index.ts";

const names = ["@acme/widget", "@acme/gadget", "@acme/tool"];
const policy = `version: 1
defaults: { environment: npm, releasers: [alice], approvals: { count: 1, from: [bob] } }
packages:
${names.map((name) => `  - { name: "${name}", directory: packages/${name.slice(6)} }`).join("\n")}
`;
const files = Object.fromEntries(
  names.flatMap((name) => [
    [`packages/${name.slice(6)}/package.json`, JSON.stringify({ name, version: "1.2.0", files: ["index.js"] })],
    [`packages/${name.slice(6)}/index.js`, `export const name = ${JSON.stringify(name)};\n`],
  ]),
);

let stage: Stage;
let drop: () => Promise<void> = () => Promise.resolve();
afterAll(async () => {
  const { judge } = stage.world;
  await stage.strike();
  await drop();
  judge.assertClean();
});

test("with the real npm three packages are published by one comment, one approval and one code", async () => {
  const database = await freshDatabase();
  drop = database.drop;
  const where = { databaseUrl: database.url, withoutBrowser: true };
  stage = await setStage({ ...where, policy, files, workflow: "publish-several.yml" });
  const { github, registry } = stage.world;
  const { widget, issue, alice, bob } = stage.cast;
  registry.habits.answersAgain = true;
  const account = await registry.account("alice-npm", { tfa: "totp" });
  const token = registry.token("alice-npm", { packages: names });
  const hands = await stage.handsOf(alice);
  await hands.signIn();
  await hands.sealToken({ repositoryId: widget.id, package: names[0] ?? "" }, token, "alice-npm");
  const words = (): string[] =>
    github.comments(widget, issue).flatMap(({ userId, body }) => (userId === stage.cast.app.botId ? [body] : []));
  const log = (): string => {
    const run = github.runs(widget).at(-1);
    return run === undefined ? "" : (last(run).jobs[0]?.rawLog ?? "");
  };
  const until = async (condition: () => boolean, what: string): Promise<void> =>
    await github.until(condition, `${what}\n${words().join("\n")}\n${log()}`, 60_000);
  const challenge = (): string | undefined => /\/challenges\/([a-z0-9]+)/.exec(words().join("\n"))?.[1];

  github.comment(widget, issue, alice, "/release 1.2.0 --all");
  await until(() => words().some((body) => body.includes("with 2 more") && body.includes("Waiting")), "the request");
  github.comment(widget, issue, bob, "/approve");
  await until(() => challenge() !== undefined, "npm's question");
  await hands.answerCode(challenge() ?? "", account.totp());
  await until(() => words().some((body) => /^### (?:✅|❌)/u.test(body)), "the end");
  expect(words().find((body) => body.startsWith("###"))).toMatch(
    /Published[^]*`@acme\/tool` \| published, [0-9a-f]{40}/,
  );
  for (const name of names)
    expect((await registry.published(name))?.versions["1.2.0"]?._npmUser?.name, name).toBe("alice-npm");
  expect(words().filter((body) => body.includes("npm asks for your second factor"))).toHaveLength(1);
  expect(log()).toContain("npm took the answer that was given before.");
  expect(github.environmentSecrets()).toEqual([]);
  expect(log() + words().join("\n")).not.toContain(token);
});
