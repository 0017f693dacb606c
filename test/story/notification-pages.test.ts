import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findChromium, launchChromium } from "../support/browser.ts";
import { says, startMailServer, startReceiver } from "../support/receiver.ts";
import type { Receiver } from "../support/receiver.ts";
import { Story } from "../support/story.ts";
import type { UserState } from "../world/github/state.ts";

const chromium = findChromium();

describe.skipIf(chromium === null)("notifications, set up on their pages by browsers without script", () => {
  let browser: Browser;
  let story: Story;
  let receiver: Receiver;
  let mail: Awaited<ReturnType<typeof startMailServer>>;
  beforeAll(async () => {
    browser = await launchChromium(chromium ?? "");
  });
  afterAll(async () => await browser.close());
  beforeEach(async () => {
    [receiver, mail] = await Promise.all([startReceiver(), startMailServer()]);
    story = await Story.open({ mail: `smtp://127.0.0.1:${mail.port}` });
  });
  afterEach(async () => {
    await story.close();
    await Promise.all([receiver.close(), mail.close()]);
    story.judge.assertClean();
  });

  async function pageOf(by: UserState, path: string, javaScriptEnabled = false): Promise<Page> {
    const context = await browser.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    const to = encodeURIComponent(`${story.publicUrl}/sign-in`);
    await page.goto(`${story.github.url}/as/${by.login}?to=${to}`);
    await page.waitForURL((url) => url.origin === story.publicUrl);
    await page.goto(`${story.publicUrl}${path}`);
    return page;
  }

  async function add(page: Page, kind: string, name: string, address: string): Promise<void> {
    await page.getByLabel("Kind").selectOption(kind);
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Address").fill(address);
    await page.getByRole("button", { name: "Add the channel" }).click();
  }

  test("the team's Slack is added, tried, found dead, removed; whoever doesn't maintain the repository only looks", async () => {
    const path = `/repositories/${story.cast.widget.id}/notifications`;
    const dave = await pageOf(story.cast.dave, path);
    await dave.getByText("Nobody is told yet").waitFor();
    await add(dave, "slack", "team", `${receiver.url}/services/T/B/x`);
    await dave.getByText("The channel is added.").waitFor();
    await dave.getByRole("button", { name: "Send a test message to team" }).click();
    await dave.getByText("The test message was taken").waitFor();
    expect(receiver.received.map((one) => one.path)).toEqual(["/services/T/B/x"]);
    await dave.getByRole("button", { name: "Send a test message to team" }).click();
    await dave.getByText("Something was sent there a moment ago").waitFor();
    expect(receiver.received).toHaveLength(1);
    story.clock.advance(60_000);
    receiver.answer = says(404, "no_service");
    await dave.goto(`${story.publicUrl}${path}`);
    await dave.getByRole("button", { name: "Send a test message to team" }).click();
    await dave.getByText("Slack says that this address is dead").waitFor();

    const bob = await pageOf(story.cast.bob, path);
    await bob.getByText("Only people who administer or maintain this repository").waitFor();
    expect(await bob.getByRole("button").allTextContents()).toEqual(["Sign out"]);
    await bob.getByText("Slack says that this address is dead").waitFor();

    await dave.getByText("Remove", { exact: true }).click();
    await dave.getByRole("button", { name: "Remove team" }).click();
    await dave.getByText("The channel is removed").waitFor();
    expect(await story.app.parts.store.channels.ofRepository(story.cast.widget.id)).toEqual([]);
  });

  test("my mail is added by hand and keyboard, and brings what I am asked for", async () => {
    const page = await pageOf(story.cast.bob, "/notifications", true);
    await page.getByLabel("Kind").focus();
    await page.keyboard.type("M");
    for (const text of ["me", "bob@acme.test"]) {
      await page.keyboard.press("Tab");
      await page.keyboard.type(text);
    }
    await page.keyboard.press("Enter");
    await page.getByText("The channel is added.").waitFor();
    await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
    await story.say(story.cast.alice, "/release 1.2.0");
    expect(mail.letters.map(({ to }) => to)).toEqual([["bob@acme.test"]]);
    expect(mail.letters[0]?.raw).toContain("Subject: Approval wanted: @acme/widget@1.2.0");
    await page.reload();
    await page.getByText("Working", { exact: true }).waitFor();
  });

  test("a webhook's secret is shown once, and both pages stand up to axe, in light and dark", async () => {
    const path = `/repositories/${story.cast.widget.id}/notifications`;
    const page = await pageOf(story.cast.dave, path, true);
    await add(page, "webhook", "bot", `${receiver.url}/in`);
    await page.getByText(/^whsec_[A-Za-z0-9+/]{43}=$/).waitFor();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    }
    await page.goto(`${story.publicUrl}${path}`);
    expect(await page.content()).not.toContain("whsec_");
    await page.goto(`${story.publicUrl}/notifications`);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    }
    await page.getByRole("link", { name: "acme/widget" }).click();
    await page.getByRole("heading", { name: "Notifications of acme/widget" }).waitFor();
  });

  test("bad input has its sentence, keeps nothing, and gives no secret back", async () => {
    const page = await pageOf(story.cast.dave, "/notifications");
    for (const [kind, name, address, sentence] of [
      ["slack", "a", "https://example.com/services/T/B/x", "not an incoming webhook of Slack"],
      ["webhook", "a/b", `${receiver.url}/in`, "Give the channel a name"],
      ["email", "a", "Dave <dave@acme.test>", "not one mail address"],
      ["webhook", "a", "http://example.com/in", "has to begin with"],
    ] as const) {
      await add(page, kind, name, address);
      await page.getByRole("alert").getByText(sentence).waitFor();
    }
    await add(page, "webhook", "same", `${receiver.url}/in`);
    await add(page, "slack", "Same", `${receiver.url}/services/x`);
    await page.getByRole("alert").getByText("There is a channel named").waitFor();
    expect(await story.app.parts.store.channels.ofPerson(story.cast.dave.id)).toHaveLength(1);
  });
});
