import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AppProcess } from "../support/child.ts";
import { findChromium, launchChromium } from "../support/browser.ts";
import { freePort } from "../support/story.ts";
import { startGitHub } from "../world/github/index.ts";
import type { GitHub } from "../world/github/index.ts";
import type { OrganizationState, UserState } from "../world/github/state.ts";
import { createPaperRunner } from "../world/paper/runner.ts";
import { createJudge } from "../world/judge/index.ts";
import type { Judge } from "../world/judge/index.ts";

let browser: Browser;
let judge: Judge;
let github: GitHub;
let acme: OrganizationState;
let dave: UserState;
let folder: string;
let app: AppProcess;
let context: BrowserContext;
let page: Page;
let url: string;

beforeAll(async () => {
  const path = findChromium();
  if (path === null) throw new Error("These tests need Chromium: `npm test` gets it, or set CHROMIUM_PATH.");
  browser = await launchChromium(path);
});
afterAll(async () => await browser.close());

beforeEach(async () => {
  judge = createJudge();
  github = await startGitHub({ now: () => new Date(), judge, runner: createPaperRunner() });
  dave = github.createUser("dave");
  acme = github.createOrganization("acme", { admins: [dave], members: [github.createUser("erin")] });
  github.createRepository(acme, "widget", { files: { "package.json": "{}" }, collaborators: [[dave, "admin"]] });
  folder = mkdtempSync(join(tmpdir(), "countersign-setup-"));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  app = new AppProcess({ PORT: String(port), GITHUB_URL: github.url, COUNTERSIGN_DATA: "data" }, { cwd: folder });
  context = await browser.newContext();
  page = await context.newPage();
});

afterEach(async () => {
  await context.close();
  await app.kill();
  await github.close();
  rmSync(folder, { recursive: true, force: true });
  judge.assertClean();
});

/** Starts it without an app; the link as the log has it. */
async function begin(): Promise<string> {
  await app.start();
  const [link] = /http:\/\/127\.0\.0\.1:\d+\/setup\/[\w-]{43}/.exec(app.output.join("")) ?? [];
  expect(link).toBeDefined();
  return link ?? "";
}

/** Fills in the first page and agrees, up to GitHub's own. */
async function toGitHub(keep: "data" | "env" | "show" = "data", organisation = "acme"): Promise<void> {
  await page.goto(`${github.url}/as/dave`);
  await page.goto(await begin());
  await page.getByLabel("Organisation", { exact: true }).fill(organisation);
  await page.getByLabel("Keep the app's credentials").selectOption(keep);
  await page.getByRole("button", { name: "Show what will be registered" }).click();
  await page.getByRole("button", { name: "Go on at" }).click();
}

const settings = (): Record<string, string> =>
  Object.fromEntries(
    readFileSync(join(folder, "data", "app.env"), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );

async function untilReady(): Promise<void> {
  await expect
    .poll(async () => (await fetch(`${url}/readyz`).catch(() => null))?.status ?? 0, { timeout: 90_000 })
    .toBe(200);
}

describe("a server that was started without an app", () => {
  test("is registered, installed and signed in to, all from the link in its log, and is there again after a restart", async () => {
    await toGitHub();
    await page.getByLabel("Name").fill("Countersign Acme");
    await page.getByRole("button", { name: "Create GitHub App" }).click();
    await page.getByRole("heading", { name: "Countersign Acme is registered" }).waitFor();
    const [made] = [...github.core.state.apps.values()];
    expect(made).toMatchObject({
      ownerId: acme.user.id,
      hookUrl: `${url}/api/github/webhooks`,
      redirectUris: [`${url}/sign-in/callback`],
    });
    expect(settings()).toMatchObject({ PUBLIC_URL: url, GITHUB_URL: github.url, APP_ID: String(made?.id) });
    expect(statSync(join(folder, "data", "app.env")).mode & 0o777).toBe(0o600);
    await untilReady();
    await page.getByRole("link", { name: "Install it" }).click();
    await page.getByLabel("widget").check();
    await page.getByRole("button", { name: "Install" }).click();
    await page.getByRole("heading", { name: "Repositories" }).waitFor();
    await page.getByRole("link", { name: "acme/widget" }).waitFor();

    expect(await app.stop()).toBe(0);
    await app.start();
    expect(app.output.join("")).toContain("Countersign is ready.");
    await page.reload();
    await page.getByRole("link", { name: "acme/widget" }).waitFor();
    const log = app.output.join("");
    for (const secret of [made?.clientSecret, made?.webhookSecret, made?.privateKey.split("\n")[2]])
      expect(log).not.toContain(secret);
  });

  test("keeps what is in .env, and puts the credentials beside it where that is chosen", async () => {
    await toGitHub("env");
    await page.getByRole("button", { name: "Create GitHub App" }).click();
    await page.getByRole("heading", { name: /is registered/ }).waitFor();
    expect(readFileSync(join(folder, ".env"), "utf8")).toMatch(/^PUBLIC_URL=.*\nGITHUB_URL=.*\nAPP_ID=\d+\n/);
    await untilReady();
  });

  test("shows the credentials once where they are to go elsewhere, and writes them nowhere", async () => {
    await toGitHub("show");
    await page.getByRole("button", { name: "Create GitHub App" }).click();
    const shown = await page.getByLabel("Its credentials, shown this once").inputValue();
    expect(shown).toMatch(/^PRIVATE_KEY="-----BEGIN .*\\n"?/m);
    expect(shown).toContain("WEBHOOK_SECRET=");
    expect(() => settings()).toThrow();
    await untilReady();
  });

  test("serves nothing else, and its link once, to one browser", async () => {
    const link = await begin();
    for (const path of [
      "/",
      "/sign-in",
      "/setup",
      "/setup/registered?code=x&state=y",
      "/setup/wrong",
      "/api/v1/openapi.json",
    ]) {
      const refused = await fetch(`${url}${path}`, { redirect: "manual" });
      expect(refused.status, path).toBe(503);
      expect(await refused.text()).toContain("log has the link that sets it up");
    }
    const hook = await fetch(`${url}/api/github/webhooks`, { method: "POST", body: "{}" });
    expect(hook.status).toBe(503);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await page.goto(link);
    await page.getByRole("heading", { name: "Set up Countersign" }).waitFor();
    const second = await fetch(link, { redirect: "manual" });
    expect(second.status).toBe(403);
    expect(await second.text()).toContain("This link was used already");
    await page.goto(link);
    await page.getByRole("heading", { name: "Set up Countersign" }).waitFor();
    const forged = await fetch(`${url}/setup`, { method: "POST", headers: { origin: "https://evil.example" } });
    expect(forged.status).toBe(503);
  });

  test("says of each field what is wrong with it, and loses nothing that was typed", async () => {
    await page.goto(await begin());
    await page.getByLabel("Address of this server").fill("http://countersign.example.com");
    await page.getByLabel("Organisation", { exact: true }).fill("not a name");
    await page.getByLabel("GitHub", { exact: true }).fill("https://api.github.com");
    await page.getByRole("button", { name: "Show what will be registered" }).click();
    await page.getByText("This is not an address that begins with https://").waitFor();
    await page.getByText("Give the organisation's name as it stands in its address").waitFor();
    await page.getByText("This is GitHub's web address").waitFor();
    expect(await page.getByLabel("Organisation", { exact: true }).inputValue()).toBe("not a name");
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  });

  test("says so when GitHub doesn't know the code any more, and lets it be begun again", async () => {
    await toGitHub();
    github.core.faults.on({ operation: "apps/create-from-manifest", status: 404 });
    await page.getByRole("button", { name: "Create GitHub App" }).click();
    await page.getByText("GitHub doesn't know this code").waitFor();
    await page.getByRole("link", { name: "Begin again" }).click();
    await page.getByRole("heading", { name: "Set up Countersign" }).waitFor();
  });

  test("is readable for everybody, on each page, light and dark", async () => {
    await page.goto(`${github.url}/as/dave`);
    await page.goto(await begin());
    for (const scheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    }
    await page.getByLabel("Organisation", { exact: true }).fill("acme");
    await page.getByLabel("Organisation", { exact: true }).press("Enter");
    await page.getByRole("heading", { name: "What will be registered" }).waitFor();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.getByRole("button", { name: "Go on at" }).click();
    await page.getByRole("button", { name: "Create GitHub App" }).click();
    await page.getByRole("heading", { name: /is registered/ }).waitFor();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  });
});
