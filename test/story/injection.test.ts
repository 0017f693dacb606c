import sodium from "libsodium-wrappers";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { UserState } from "../world/github/state.ts";
import { workflow } from "../world/scene.ts";
import { findChromium, launchChromium, sitDown } from "../support/browser.ts";
import type { Seat } from "../support/browser.ts";
import { outsideOfCode } from "../support/markdown.ts";
import { axeFindings, structureProblems, widthProblems } from "../support/page-checks.ts";
import { aToken } from "../support/rows.ts";
import { Story } from "../support/story.ts";

const chromium = findChromium();

/** What somebody writes who means no good: for our pages and for the comments that we post. */
const evil =
  `<img src=x onerror=alert(1)>"><script>alert(1)</script></title> @acme/maintainers @dave ` +
  `[look](javascript:alert(1)) ![](https://evil.test/x.png) https://evil.test/ #1 {{7*7}} &lt;b&gt; \u001b[31m =HYPERLINK("x")`;
/** A name of an environment, as GitHub takes it. */
const environment = 'np`m <img src=x onerror="alert(1)"> | @acme/maintainers';

const policy = `version: 1
packages:
  - name: "@acme/widget"
    environment: ${JSON.stringify(environment)}
    releasers: [alice, carol]
    approvals: { count: 1, from: [bob, "@acme/maintainers"] }
    token: { bypass2fa: ${JSON.stringify(evil.replace("\u001b", "").slice(0, 200))} }
`;

describe.skipIf(chromium === null)("what somebody writes who means no good", () => {
  let browser: Browser;
  let story: Story;
  let alice: Seat;
  beforeAll(async () => {
    browser = await launchChromium(chromium ?? "");
  });
  afterAll(async () => {
    await browser.close();
  });
  beforeEach(async () => {
    story = await Story.open({ policy });
    const { cast, github } = story;
    const place = github.createEnvironment(cast.widget, environment, { rules: [cast.app], branches: ["main"] });
    cast.carol.name = evil;
    const file = workflow("publish-quick.yml", story.publicUrl).replace(
      "environment: npm",
      `environment: ${JSON.stringify(environment)}`,
    );
    github.commit(
      cast.widget,
      cast.carol.id,
      { ".github/workflows/publish.yml": file.replace("name: Publish", `name: ${JSON.stringify(evil)}`) },
      `${evil}\n\n${evil}`,
    );
    cast.issue = github.openIssue(cast.widget, cast.alice, evil);
    await story.settle();
    await seal(place);
    alice = await signIn(cast.alice);
  });
  afterEach(async () => {
    await alice.context.close();
    await story.close();
    story.judge.assertClean();
  });

  /** A token whose owner says what they like of it. */
  async function seal(place: ReturnType<Story["github"]["createEnvironment"]>): Promise<void> {
    const { alice: owner, widget } = story.cast;
    const box = sodium.crypto_box_seal(sodium.from_string("npm_the-token-of-alice"), place.publicKey);
    const now = story.clock.now();
    await story.app.parts.store.tokens.put(
      aToken({
        ...{ id: "t1", groupId: "t1", repositoryId: widget.id, personId: owner.id, personLogin: owner.login },
        ...{ environmentId: place.id, environmentName: place.name, npmUser: "alice-npm", label: evil.slice(0, 100) },
        ...{ keyId: place.keyId, ciphertext: Buffer.from(box).toString("base64"), bypass2fa: true },
        ...{ sealedAt: now, expiresAt: new Date(now.getTime() + 30 * 86_400_000) },
        slot: `${widget.id}/${place.id}/${owner.id}`,
      }),
    );
  }

  async function signIn(by: UserState): Promise<Seat> {
    const seat = await sitDown(browser, story.publicUrl);
    await seat.page.goto(`${story.github.url}/as/${by.login}?to=${encodeURIComponent(`${story.publicUrl}/sign-in`)}`);
    // On the way there is GitHub.
    seat.complaints();
    return seat;
  }

  /** Everything that the app has written on GitHub. */
  function written(): string[] {
    const { widget, app } = story.cast;
    return [...widget.comments.values()].filter((one) => one.userId === app.botId).map((one) => one.body);
  }

  /** Nothing that we write does what a stranger wants: the people whom we call ourselves are called by name. */
  function stayedText(): void {
    for (const body of written()) {
      const live = outsideOfCode(body).replace(/^\*\*Next:\*\* .*$/gm, "");
      expect(live).not.toMatch(
        /<img|<script|\]\(javascript|!\[|(?<!\()https?:\/\/(?!127\.0\.0\.1)|@(?!\u200b)\w|#1\b|\u001b/,
      );
    }
  }

  /** The pages show it, and nothing came of it. */
  async function pages(seat: Seat, ...paths: string[]): Promise<string> {
    let text = "";
    for (const path of paths) {
      await seat.page.goto(story.publicUrl + path);
      const found = [
        ...(await structureProblems(seat.page)),
        ...(await widthProblems(seat.page, 390)),
        ...seat.complaints(),
      ];
      expect([path, await odd(seat.page), ...found]).toEqual([path, 0]);
      text += await seat.page.evaluate(() => document.body.innerText);
    }
    return text;
  }

  const odd = (page: Page): Promise<number> =>
    page.locator("img, b, script:not([src]), a[href^='javascript:'], [onerror], a[href*='evil.test']").count();

  test("stays text in the thread and on every page, from the request to the end", async () => {
    const { alice: releaser, bob, mallory } = story.cast;
    await story.say(releaser, `/release ${evil}`);
    await story.say(releaser, "/release 1.2.0 --dry-run");
    await story.say(releaser, "/release 1.2.0");
    const { id, commitTitle } = await story.release();
    expect(commitTitle).toContain("<img src=x onerror=alert(1)>");
    await story.say(mallory, "/approve");
    expect(story.lastWords()).toContain("is not among those who approve");
    for (const words of ["/why", "/status", "/tokens"]) await story.say(releaser, words);
    expect(written().join("\n")).toContain("allowed because: \\<img");
    const repository = `/repositories/${story.cast.widget.id}`;
    const waiting = await pages(
      alice,
      "/",
      `/releases/${id}`,
      `/releases/${id}/changes`,
      "/repositories",
      repository,
      "/tokens",
      `${repository}/tokens`,
    );
    expect(waiting.split("<img src=x onerror=alert(1)>").length).toBeGreaterThan(5);
    await story.say(bob, `/reject ${evil}\n# Approved\n@acme/maintainers`);
    expect((await story.release()).state).toBe("rejected");
    const ended = await pages(alice, "/", `/releases/${id}`, "/audit", "/audit?what=approval.");
    // As it was written: what guards Markdown is for GitHub.
    expect(ended).toContain(`bob rejected this release. Reason: <img src=x onerror=alert(1)>"><script>`);
    await story.say(releaser, "/status");
    stayedText();
    expect(await axeFindings(alice.page)).toEqual([]);
  });

  test("stays text where a reason is given on the page, and where a release is cancelled", async () => {
    const { alice: releaser, bob } = story.cast;
    await story.say(releaser, "/release 1.2.0");
    const { id } = await story.release();
    const seat = await signIn(bob);
    await seat.page.goto(`${story.publicUrl}/releases/${id}`);
    await seat.page.locator("summary", { hasText: "Reject" }).click();
    await seat.page.getByLabel("Why?", { exact: true }).fill(`${evil}\n\n# Approved\n\u202e\n- @acme/maintainers`);
    await seat.page.getByRole("button", { name: "Reject this release" }).click();
    await seat.page.getByText("You rejected this release.").waitFor();
    await story.settle();
    expect(await story.status()).toContain("Rejected");
    expect(await pages(seat, `/releases/${id}`)).not.toContain("\u202e");
    await story.say(releaser, "/release 1.3.0");
    await story.say(releaser, `/cancel ${evil}`);
    expect((await story.release()).state).toBe("cancelled");
    await pages(seat, "/", `/releases/${(await story.release()).id}`);
    stayedText();
    await seat.context.close();
  });
});
