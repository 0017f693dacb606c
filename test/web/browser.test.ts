import { AxeBuilder } from "@axe-core/playwright";
import sodium from "libsodium-wrappers";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tokenChecksum } from "../../src/domain/npm-token.ts";
import { aRelease } from "../support/examples.ts";
import { findChromium, launchChromium } from "../support/browser.ts";
import { aChallenge, aPlace, aRunnerSession, aView } from "./bench.ts";
import { busyMorning } from "./gallery.ts";
import { serveBench } from "./serve.ts";

const chromium = findChromium();
const token = `npm_${"k".repeat(30)}${tokenChecksum("k".repeat(30))}`;

describe.skipIf(chromium === null)("in a real browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    await sodium.ready;
    browser = await launchChromium(chromium ?? "");
  });
  afterAll(async () => {
    await browser.close();
  });

  /** A page of somebody who is signed in; complaints of the browser (CSP among them) are collected. */
  async function open(
    served: Awaited<ReturnType<typeof serveBench>>,
    login: string | null,
    options: Parameters<Browser["newContext"]>[0] = {},
  ): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().includes("Failed to load resource"))
        complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    if (login !== null) {
      served.who.login = login;
      await page.goto(`${served.url}/sign-in`);
    }
    return { page, context, complaints };
  }

  test.each(["light", "dark"] as const)(
    "axe finds nothing in high contrast, %s",
    async (colorScheme) => {
      const served = await serveBench(busyMorning());
      const { page, context } = await open(served, "alice", { colorScheme, contrast: "more" });
      for (const path of ["/", "/releases/r2", "/challenges/c1"]) {
        await page.goto(served.url + path);
        expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      }
      await context.close();
      await served.close();
    },
    60_000,
  );

  test("seals a pasted .npmrc line to the environment's key, and sends nothing else of it", async () => {
    const keys = sodium.crypto_box_keypair();
    const served = await serveBench({
      places: [aPlace({ key: sodium.to_base64(keys.publicKey, sodium.base64_variants.ORIGINAL) })],
    });
    const { page, context, complaints } = await open(served, "alice");
    const sent: string[] = [];
    page.on("request", (request) => sent.push(`${request.url()} ${request.postData() ?? ""}`));
    await page.goto(`${served.url}/tokens/new?repository=1&package=%40acme%2Fwidget`);
    await paste(page, "#token", `registry=https://registry.test/\n//registry.test/:_authToken=${token}\n`);
    expect(await page.locator("#token").inputValue()).toBe(token);
    await page.getByText("The token's form and checksum are right.").waitFor();
    await page.getByLabel("npm user name").fill("alice-npm");
    await page.getByRole("button", { name: "Seal and store" }).click();
    await page.waitForURL("**/tokens?done=sealed");
    const { places } = first(served) as { places: Array<{ ciphertext: string }> };
    expect(places.map(({ ciphertext }) => opened(ciphertext, keys))).toEqual([token]);
    expect(sent.join("\n")).not.toContain(token);
    expect(complaints).toEqual([]);
    await context.close();
    await served.close();
  }, 60_000);

  test("chooses three environments by keyboard, and seals one token to each one's own key", async () => {
    const keys = [1, 2, 3].map(() => sodium.crypto_box_keypair());
    const packages = ["@acme/widget", "@acme/gadget", "@acme/gizmo"];
    const served = await serveBench({
      places: keys.map((pair, index) => {
        const name = packages[index] ?? "";
        const key = sodium.to_base64(pair.publicKey, sodium.base64_variants.ORIGINAL);
        return aPlace({ package: name, packages: [name], environmentId: index + 1, keyId: `key-${index}`, key });
      }),
    });
    const { page, context, complaints } = await open(served, "alice");
    await page.goto(`${served.url}/tokens/new`);
    for (const name of packages) {
      await page.getByLabel(name).focus();
      await page.keyboard.press("Space");
    }
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Seal a token for 3 environments" }).waitFor();
    expect(await page.locator(".command code").innerText()).toContain("--packages @acme/gadget --packages @acme/gizmo");
    await paste(page, "#token", token);
    await page.getByLabel("npm user name").fill("alice-npm");
    await page.getByRole("button", { name: "Seal and store" }).click();
    await page.waitForURL("**/tokens?done=sealed");
    const { places } = first(served) as { places: Array<{ packages: string[]; keyId: string; ciphertext: string }> };
    expect(places.map(({ keyId }) => keyId)).toEqual(["key-0", "key-1", "key-2"]);
    for (const [index, pair] of keys.entries()) expect(opened(places[index]?.ciphertext ?? "", pair)).toBe(token);
    expect(complaints).toEqual([]);
    await context.close();
    await served.close();
  }, 60_000);

  test("warns of a wrong checksum and lets a sure person past it; refuses GitHub's tokens and seeds", async () => {
    const keys = sodium.crypto_box_keypair();
    const served = await serveBench({
      places: [aPlace({ key: sodium.to_base64(keys.publicKey, sodium.base64_variants.ORIGINAL) })],
    });
    const { page, context } = await open(served, "alice");
    await page.goto(`${served.url}/tokens/new?repository=1&package=%40acme%2Fwidget`);
    const seal = page.getByRole("button", { name: "Seal and store" });
    await page.getByLabel("npm user name").fill("alice-npm");
    for (const wrong of [`ghp_${"a".repeat(36)}`, "JBSWY3DPEHPK3PXP", ""]) {
      await paste(page, "#token", wrong);
      await seal.click();
      await page.locator("#token-problem").waitFor();
      expect(await page.locator("#token").getAttribute("aria-invalid")).toBe("true");
    }
    await paste(page, "#token", `npm_${"k".repeat(36)}`);
    await seal.click();
    await page.getByText("The token's checksum is wrong").waitFor();
    expect(served.bench.asked).toEqual([]);
    await page.getByLabel("I am sure that it is right").check();
    await seal.click();
    await page.waitForURL("**/tokens?done=sealed");
    expect(served.bench.asked).toHaveLength(1);
    await context.close();
    await served.close();
  }, 60_000);

  test("seals a pasted code to the runner's key and sends it at once; refuses a seed", async () => {
    const keys = sodium.crypto_box_keypair();
    const view = aView({ release: aRelease({ state: "running" }) });
    const session = aRunnerSession({ publicKey: sodium.to_base64(keys.publicKey, sodium.base64_variants.ORIGINAL) });
    const served = await serveBench({ views: [view], challenges: [{ challenge: aChallenge(), session, view }] });
    const { page, context, complaints } = await open(served, "alice");
    const sent: string[] = [];
    page.on("request", (request) => sent.push(`${request.url()} ${request.postData() ?? ""}`));
    await page.goto(`${served.url}/challenges/c1`);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("code");
    await paste(page, "#code", "JBSW Y3DP EHPK 3PXP");
    await page.getByText("That is the seed of your authenticator").waitFor();
    expect(served.bench.asked).toEqual([]);
    await paste(page, "#code", " 493 817\n");
    await page.getByText("Your answer is on its way to the job.").waitFor();
    const { sealed } = first(served) as { sealed: string };
    const opened = sodium.crypto_box_seal_open(
      sodium.from_base64(sealed, sodium.base64_variants.ORIGINAL),
      keys.publicKey,
      keys.privateKey,
    );
    expect(sodium.to_string(opened)).toBe("493817");
    expect(sent.join("\n")).not.toMatch(/493.?817/);
    expect(complaints).toEqual([]);
    // The page notices by itself what became of it.
    const one = served.bench.stage.challenges[0];
    if (one !== undefined) one.challenge = { ...one.challenge, state: "accepted" };
    await page.getByText("npm accepted it.").waitFor();
    await context.close();
    await served.close();
  }, 60_000);

  test("what changed is loaded where it is opened, by keyboard, and stays when the page is renewed; without script it is a link", async () => {
    const served = await serveBench(busyMorning());
    const { page, context, complaints } = await open(served, "bob");
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.clock.install();
    await page.goto(`${served.url}/releases/r1`);
    expect(asked).not.toContain("/releases/r1/changes");
    await page.locator("#changes > summary").focus();
    await page.keyboard.press("Enter");
    await page.locator("#changes .diff").waitFor();
    expect(await page.locator("#changes section h2").allInnerTexts()).toEqual([
      "The workflow file",
      "Commits since the last release",
    ]);
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    const before = served.bench.stage.views[0];
    if (before === undefined) throw new Error("no release");
    served.bench.stage.views[0] = { ...before, release: { ...before.release, state: "arming", rowVersion: 9 } };
    await page.clock.runFor(61_000);
    await page.locator("h1 + .label", { hasText: "Being armed" }).waitFor();
    expect(await page.locator("#changes .diff").isVisible()).toBe(true);
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe("What changed");
    expect(asked.filter((path) => path === "/releases/r1/changes")).toHaveLength(1);
    expect(complaints).toEqual([]);
    await context.close();
    const plain = await open(served, "bob", { javaScriptEnabled: false });
    await plain.page.goto(`${served.url}/releases/r1`);
    await plain.page.locator("#changes > summary").click();
    await plain.page.locator("#changes a").click();
    await plain.page.getByRole("heading", { name: "What changed in @acme/widget@1.2.0" }).waitFor();
    await plain.context.close();
    await served.close();
  }, 60_000);

  test("the queue is filtered by keyboard, and without script; a choice that isn't sent yet is not taken away", async () => {
    const served = await serveBench(busyMorning());
    const { page, context } = await open(served, "bob");
    await page.clock.install();
    await page.goto(served.url);
    await page.locator("#filter > summary").focus();
    await page.keyboard.press("Enter");
    await page.getByLabel("State").selectOption("running");
    const before = served.bench.stage.views[0];
    if (before === undefined) throw new Error("no release");
    served.bench.stage.views[0] = { ...before, release: { ...before.release, rowVersion: 9 } };
    await page.clock.runFor(61_000);
    await page.locator("#said", { hasText: "This page has changed." }).waitFor({ state: "attached" });
    await page.getByLabel("State").press("Enter");
    await page.getByRole("button", { name: "Filter" }).press("Enter");
    await page.waitForURL("**/?repository=&person=&state=running");
    expect(await page.locator(".title").allInnerTexts()).toEqual(["@acme/widget@2.0.0-beta.3"]);
    await context.close();
    const plain = await open(served, "bob", { javaScriptEnabled: false });
    await plain.page.goto(served.url);
    await plain.page.locator("#filter > summary").click();
    await plain.page.getByLabel("State").selectOption("published");
    await plain.page.getByRole("button", { name: "Filter" }).click();
    await plain.page.waitForURL("**state=published");
    expect(await plain.page.locator(".title").allInnerTexts()).toEqual(["@acme/widget@1.1.0"]);
    await plain.context.close();
    await served.close();
  }, 60_000);

  test("takes a fresh page by itself, but not from under somebody who is typing", async () => {
    const served = await serveBench(busyMorning());
    const { page, context } = await open(served, "bob");
    await page.clock.install();
    await page.goto(`${served.url}/releases/r1`);
    await page.locator("summary", { hasText: "Reject" }).click();
    await page.getByLabel("Why?").fill("half a sen");
    const before = served.bench.stage.views[0];
    if (before === undefined) throw new Error("no release");
    served.bench.stage.views[0] = { ...before, release: { ...before.release, state: "arming", rowVersion: 9 } };
    await page.clock.runFor(6_000);
    await page.locator("#said", { hasText: "This page has changed." }).waitFor({ state: "attached" });
    expect(await page.getByLabel("Why?").inputValue()).toBe("half a sen");
    await page.getByLabel("Why?").fill("");
    // While it hears of changes it asks by itself but once a minute.
    await page.clock.runFor(61_000);
    await page.locator("h1 + .label", { hasText: "Being armed" }).waitFor();
    await context.close();
    await served.close();
  }, 60_000);
});

/** What the desk was asked first. */
function first(served: Awaited<ReturnType<typeof serveBench>>): unknown {
  return served.bench.asked[0]?.input ?? {};
}

/** Pastes as a person does: the browser's own paste event, with this text on the clipboard. */
async function paste(page: Page, selector: string, text: string): Promise<void> {
  await page.locator(selector).fill("");
  await page.locator(selector).evaluate((field, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text", pasted);
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

function opened(
  ciphertext: string,
  { publicKey, privateKey }: { publicKey: Uint8Array; privateKey: Uint8Array },
): string {
  const bytes = sodium.from_base64(ciphertext, sodium.base64_variants.ORIGINAL);
  return sodium.to_string(sodium.crypto_box_seal_open(bytes, publicKey, privateKey));
}
