import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AppProcess } from "../support/child.ts";
import { findChromium, launchChromium } from "../support/browser.ts";
import { filesOf, publishedBytes } from "../support/published.ts";
import { freePort } from "../support/story.ts";
import { last } from "../world/github/index.ts";
import type { IssueState, RepositoryState, UserState } from "../world/github/state.ts";
import { startWorld } from "../world/index.ts";
import type { World } from "../world/index.ts";
import { ghFolder, node } from "../world/runner/contexts.ts";

const root = join(import.meta.dirname, "..", "..");

let browser: Browser;
let world: World;
let app: AppProcess;
let folder: string;
let url: string;
let dave: UserState;
let erin: UserState;
let widget: RepositoryState;
/** What `gh auth login` gives dave: a token with an administrator's rights. */
let ghToken: string;

beforeEach(async () => {
  const path = findChromium();
  if (path === null) throw new Error("This test needs Chromium: `npm test` gets it, or set CHROMIUM_PATH.");
  [browser, world] = await Promise.all([launchChromium(path), startWorld()]);
  const { github, registry, runner } = world;
  dave = github.createUser("dave");
  erin = github.createUser("erin");
  const acme = github.createOrganization("acme", { admins: [dave], members: [erin] });
  widget = github.createRepository(acme, "widget", {
    collaborators: [[erin, "write"]],
    files: {
      "package.json": `${JSON.stringify({ name: "@acme/widget", version: "0.0.0", license: "MIT", files: ["dist"], scripts: { build: "node build.js", test: "node --version" } }, null, 2)}\n`,
      "build.js":
        'import("node:fs").then((fs) => (fs.mkdirSync("dist"), fs.writeFileSync("dist/index.js", "1;\\n")));\n',
    },
  });
  const gh = github.createApp({
    slug: "gh",
    permissions: { administration: "write", contents: "write", workflows: "write", pull_requests: "write" },
    events: [],
  });
  github.install(gh, acme, [widget]);
  ghToken = github.signIn(gh, dave);
  github.core.actions.set("acme/countersign", root);
  folder = mkdtempSync(join(tmpdir(), "countersign-first-"));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  // The last two are what the world's own addresses and a clone without an origin there take; on github.com nothing of it is set.
  app = new AppProcess(
    {
      ...{ PORT: String(port), COUNTERSIGN_DATA: "data", GITHUB_URL: github.url, OIDC_ISSUER: runner.issuer },
      ...{ NPM_REGISTRY: registry.url, COUNTERSIGN_ACTION: `acme/countersign@${"c".repeat(40)}` },
    },
    { cwd: folder },
  );
});

afterEach(async () => {
  await browser.close();
  await app.stop();
  const { judge } = world;
  await world.close();
  rmSync(folder, { recursive: true, force: true });
  judge.assertClean();
});

async function as(person: UserState): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${world.github.url}/as/${person.login}`);
  return { context, page };
}

/** Types a command as the page has it into a shell that has GitHub's command line. */
async function type(commands: string): Promise<void> {
  const path = [ghFolder, join(node, ".."), process.env["PATH"] ?? ""].join(delimiter);
  const env = { PATH: path, GH_WORLD_API: `${world.github.url}/api/v3`, GH_TOKEN: ghToken };
  await promisify(execFile)("bash", ["--norc", "-euc", commands], { env });
}

/** What a step of the page says of itself: `Done`, `Missing`, `Recommended` or `Not known`. */
async function standing(page: Page): Promise<Record<string, string>> {
  const rows = await page.locator("section[aria-labelledby=steps] li").all();
  const words = await Promise.all(
    rows.map(async (row) => (await row.locator("p").first().innerText()).replace(/\s+/g, " ")),
  );
  return Object.fromEntries(words.map((text) => [text.split(": ").slice(1).join(": "), text.split(": ")[0] ?? ""]));
}

const words = (issue: IssueState): string[] => world.github.comments(widget, issue).map((one) => one.body);
const linkIn = (issue: IssueState, what: string): string | undefined =>
  words(issue)
    .flatMap((body) => [...body.matchAll(new RegExp(`${url}/${what}/\\w+`, "g"))].map(([link]) => link))
    .at(-1);

async function until(condition: () => boolean, what: string, issue: IssueState): Promise<void> {
  const logs = (): string => {
    const run = world.github.runs(widget).at(-1);
    return run === undefined
      ? ""
      : last(run)
          .jobs.map((job) => `${job.name}: ${job.conclusion ?? job.status}\n${job.rawLog}`)
          .join("\n");
  };
  await world.github.until(condition, what, 60_000).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${words(issue).join("\n")}\n${logs()}\n${app.output.join("").slice(-3000)}`);
  });
}

test("from an empty organisation to the first gated publish, by what pages and comments say", async () => {
  const { github, registry } = world;
  const { page } = await as(dave);

  // The log has the link; the app is registered and installed.
  await app.start();
  const [link] = /http:\/\/127\.0\.0\.1:\d+\/setup\/[\w-]{43}/.exec(app.output.join("")) ?? [];
  await page.goto(link ?? "");
  await page.getByLabel("Organisation", { exact: true }).fill("acme");
  await page.getByRole("button", { name: "Show what will be registered" }).click();
  await page.getByRole("button", { name: "Go on at" }).click();
  await page.getByRole("button", { name: "Create GitHub App" }).click();
  await page.getByRole("heading", { name: /is registered/ }).waitFor();
  await expect
    .poll(async () => (await fetch(`${url}/readyz`).catch(() => null))?.status, { timeout: 30_000 })
    .toBe(200);
  await page.getByRole("link", { name: "Install it" }).click();
  await page.getByLabel("widget").check();
  await page.getByRole("button", { name: "Install" }).click();

  // The repository's page leads to its set-up.
  await page.getByRole("link", { name: "acme/widget" }).click();
  await page.getByRole("link", { name: "Set this repository up" }).click();
  expect(await page.getByLabel("Packages").inputValue()).toBe("@acme/widget");
  expect(await page.getByLabel("Releasers").inputValue()).toBe("dave");
  expect((await standing(page))["The policy file is on the default branch"]).toBe("Missing");
  // dave alone couldn't be countersigned: the page says so, and makes nothing of it.
  await page.getByRole("button", { name: "Show the files" }).click();
  expect(await page.locator(".problem").allInnerTexts()).toHaveLength(1);
  await page.getByLabel("Approvers").fill("erin");
  await page.getByRole("button", { name: "Show the files" }).click();

  // Both files by GitHub's page for a new one, filled in.
  const here = page.url();
  for (const file of [".github/countersign.yml", ".github/workflows/publish.yml"]) {
    await page.getByRole("region", { name: file, exact: true }).getByRole("link", { name: "Add it at GitHub" }).click();
    expect(await page.getByLabel("Name your file").inputValue()).toBe(file);
    await page.getByRole("button", { name: "Commit changes" }).click();
    await page.getByText("Committed to main.").waitFor();
    await page.goto(here);
  }
  expect(await standing(page)).toMatchObject({
    "Countersign may do what it needs here": "Done",
    "The policy file is on the default branch": "Done",
    "The workflow is there and fit for a release .github/workflows/publish.yml": "Done",
    "The environment exists publish": "Missing",
  });

  // The environment by the commands that the page gives an administrator.
  const row = page.getByRole("listitem").filter({ hasText: "The environment exists" });
  await row.getByText("Or with GitHub's command line").click();
  await type(await row.locator("pre").innerText());
  await page.reload();
  expect(Object.entries(await standing(page)).filter(([, state]) => state !== "Done")).toEqual([
    ["GitHub requires reviewers as well, none for themselves publish", "Recommended"],
    ["A releaser's npm token is on file @acme/widget", "Missing"],
  ]);

  // dave's own token, sealed in his browser.
  const account = await registry.account("dave-npm", { tfa: "totp" });
  const token = registry.token("dave-npm", { packages: ["@acme/widget"] });
  await page.getByRole("link", { name: "seals a token" }).click();
  await page.locator("#token").fill(token);
  await page.locator("#npm-user").fill("dave-npm");
  await page.locator("#expires").fill(new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10));
  await page.locator("#seal").click();
  await page.waitForURL((to) => !to.pathname.endsWith("/new"));
  await page.goto(here);
  const ready = page.getByText("Everything is there.");
  const asks = await ready.locator("code").innerText();
  expect(asks).toBe("/release 1.0.0");

  // What the page says is commented; whom the comment links to approves and answers.
  const issue = github.openIssue(widget, dave, "The first release");
  github.comment(widget, issue, dave, asks);
  await until(() => linkIn(issue, "releases") !== undefined, "the announcement", issue);
  const approver = await as(erin);
  await approver.page.goto(linkIn(issue, "releases") ?? "");
  await approver.page
    .getByRole("button", { name: /^Approve/ })
    .first()
    .click();
  await until(() => linkIn(issue, "challenges") !== undefined, "npm's question", issue);
  await page.goto(linkIn(issue, "challenges") ?? "");
  await page.locator("#code").fill(account.totp());
  await page.locator("#send").click();
  await until(() => widget.releases !== undefined, "the release on GitHub", issue);
  await until(() => words(issue).some((body) => body.startsWith("### ✅")), "the end", issue);

  expect(github.runs(widget).map((run) => github.statusOf(run))).toEqual(["completed/success"]);
  expect(github.environmentSecrets()).toEqual([]);
  expect(widget.tags?.get("v1.0.0")).toBe(github.runs(widget)[0]?.headSha);
  const { bytes, tags } = await publishedBytes(registry.url, "@acme/widget", "1.0.0");
  expect(tags).toEqual({ latest: "1.0.0" });
  expect(filesOf(bytes)).toEqual(["package/dist/index.js", "package/package.json"]);
}, 240_000);
