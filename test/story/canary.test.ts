import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { CommandLine } from "../support/command-line.ts";
import { setStage } from "../world/demo/stage.ts";
import type { Stage } from "../world/demo/stage.ts";
import type { UserState } from "../world/github/state.ts";

const packages = ["@acme/widget", "@acme/gadget", "@acme/gizmo"];
const environments = ["npm", "npm-gadget", "npm-gizmo"];
const policy = `version: 1
defaults: { releasers: [alice, carol], approvals: { count: 1, from: [bob] } }
packages:
${packages.map((name, index) => `  - { name: "${name}", environment: ${environments[index]} }`).join("\n")}
`;

let stage: Stage;
let cli: CommandLine;
afterEach(async () => {
  cli.close();
  const { judge } = stage.world;
  await stage.strike();
  judge.assertClean();
});

const words = (): string[] =>
  stage.world.github
    .comments(stage.cast.widget, stage.cast.issue)
    .filter((one) => one.userId === stage.cast.app.botId)
    .map((one) => one.body);

async function until(condition: () => boolean, what: string): Promise<void> {
  await stage.world.github.until(condition, `${what}\n${words().join("\n")}`, 60_000);
}

/** The status comment of a version; empty until there is one. */
const status = (version: string): string =>
  words().find((body) => body.includes(`\`@acme/widget\` ${version}\n`)) ?? "";

const challenges = (): string[] => [
  ...new Set(
    [
      ...words()
        .join("\n")
        .matchAll(/\/challenges\/([a-z0-9]+)/g),
    ].map(([, id]) => id ?? ""),
  ),
];

/** Asked for and approved; where two were announced in a thread an approval names its commit. */
async function approved(by: UserState, version: string): Promise<void> {
  const { github } = stage.world;
  const { widget, issue, bob } = stage.cast;
  github.comment(widget, issue, by, `/release ${version} @acme/widget`);
  await until(() => status(version).includes("Waiting"), `the announcement of ${version}`);
  github.comment(widget, issue, bob, `/approve ${widget.branches.get("main")?.slice(0, 7) ?? ""}`);
}

/** The same, until npm asks for the second factor. */
async function asked(by: UserState, version: string): Promise<void> {
  const before = challenges().length;
  await approved(by, version);
  await until(() => challenges().length > before, `npm's question for ${version}`);
}

/** So many days from now, as people write it. */
function day(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

/** Every byte of every file below a folder: tables, indexes and the write-ahead log of the embedded database, too. */
function files(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => read(join(folder, name)))
    .join("\n");
}

/** Nothing where it isn't a file (a socket, a folder), or where the database removed it meanwhile. */
function read(path: string): string {
  try {
    return statSync(path).isFile() ? readFileSync(path, "latin1") : "";
  } catch {
    return "";
  }
}

test("no flow around a token lets the server see one: not in its files, log, memory or traffic", async () => {
  stage = await setStage({ policy, recorded: true, logLevel: "debug" });
  const { github, registry } = stage.world;
  const { app, widget, alice, carol } = stage.cast;
  for (const name of environments.slice(1))
    github.createEnvironment(widget, name, { rules: [app], branches: ["main"] });
  const account = await registry.account("alice-npm", { tfa: "totp" });
  const carolsAccount = await registry.account("carol-npm", { tfa: "totp" });
  cli = new CommandLine(github, stage.url);
  github.core.deviceInterval = 0;
  const canaries = {
    "sealed on the page for three environments": registry.token("alice-npm", { packages }),
    "sealed by the command line": registry.token("carol-npm", { packages }),
    "of another npm user": registry.token("carol-npm", { packages }),
    "pasted into a field that is not for it": registry.token("alice-npm", { packages }),
  };
  const [onPage, byCommand, foreign, misplaced] = Object.values(canaries) as [string, string, string, string];

  // alice, in a real browser, by keyboard and eye: one token for three environments.
  const hands = await stage.handsOf(alice);
  await hands.signIn();
  const page = hands.page;
  if (page === null) throw new Error("no browser");
  await page.goto(`${stage.url}/tokens/new`);
  for (const name of packages) await page.getByLabel(name).check();
  await page.getByRole("button", { name: "Go on" }).click();
  await page.fill("#token", onPage);
  await page.fill("#npm-user", "alice-npm");
  await page.getByRole("button", { name: "Seal and store" }).click();
  await page.waitForURL("**/tokens?done=sealed");
  expect(await page.locator("#own").innerText()).toBe("Your tokens");
  // What is typed where no token belongs does reach the server, which keeps nothing of it.
  await page.goto(`${stage.url}/tokens/new?repository=${widget.id}&package=${encodeURIComponent("@acme/widget")}`);
  await page.fill("#token", onPage);
  await page.fill("#npm-user", "alice-npm");
  await page.fill("#label", misplaced);
  await page.getByRole("button", { name: "Seal and store" }).click();
  await page.getByText("There is an npm token in a field that is not for it").waitFor();

  // carol, on the command line.
  await cli.json(["sign-in"], { as: carol });
  const add = ["token", "add", "--package", "@acme/widget", "--npm-user", "carol-npm", "--expires", day(30)];
  await cli.json(add, { input: `${byCommand}\n` });

  // Both are used, by the real npm: first hers that was sealed on the page, then carol's of the command line.
  await asked(alice, "1.2.0");
  const whileArmed = await stage.app.heap();
  await hands.answerCode(challenges()[0] ?? "", account.totp());
  await until(() => status("1.2.0").includes("✅ Published"), "the end");
  await asked(carol, "1.2.1");
  const carols = await stage.handsOf(carol);
  await carols.signIn();
  await carols.answerCode(challenges()[1] ?? "", carolsAccount.totp());
  await until(() => status("1.2.1").includes("✅ Published"), "the second end");
  // Removed again, so that a to-do remains.
  const { tokens } = await cli.json<{ tokens: Array<{ id: string }> }>(["token", "list"]);
  await cli.json(["token", "remove", tokens[0]?.id ?? ""]);

  // A token of somebody else's is seen by the runner, refused, and to be revoked.
  await hands.sealToken({ repositoryId: widget.id, package: "@acme/widget" }, foreign, "alice-npm");
  await approved(alice, "1.2.2");
  await until(() => status("1.2.2").includes("npm token was refused before the step published"), "the refusal");
  await vi.waitUntil(() => github.environmentSecrets().length === 0, { timeout: 20_000 });
  await page.goto(`${stage.url}/tokens`);
  expect(await page.locator("main").innerText()).toMatch(/To do at npm[\s\S]*Refused at its last use/);

  const places: Record<string, string> = {
    "the database's files": files(stage.folder),
    log: stage.app.output.join(""),
    "memory while armed": whileArmed,
    "memory in the end": await stage.app.heap(),
    traffic: stage.traffic(),
    comments: words().join("\n"),
    deliveries: github.core.state.deliveries.map((one) => one.payload).join("\n"),
    "the command line's traces and files":
      cli.traces.join("\n") +
      cli
        .files()
        .map(({ text }) => text)
        .join("\n"),
  };
  const found = Object.entries(places).flatMap(([place, text]) =>
    Object.entries(canaries)
      .filter(([, token]) => text.includes(token))
      .map(([which]) => `${which}, in ${place}`),
  );
  // The misplaced one was typed into an open field: it is on the wire, and nowhere else.
  expect(found).toEqual(["pasted into a field that is not for it, in traffic"]);
  // The search itself works: what must be there is found.
  for (const place of ["the database's files", "traffic"])
    expect(places[place]?.includes("alice-npm"), place).toBe(true);
  for (const place of ["memory while armed", "memory in the end"])
    expect(places[place]?.includes(stage.cast.app.clientId), place).toBe(true);
  expect(places["traffic"]).toContain("To do at npm");
}, 180_000);
