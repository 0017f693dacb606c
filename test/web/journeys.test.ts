import { readFile } from "node:fs/promises";
import sodium from "libsodium-wrappers";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Refusal } from "../../src/domain/errors.ts";
import { tokenChecksum } from "../../src/domain/npm-token.ts";
import { findChromium, launchChromium, sitDown } from "../support/browser.ts";
import type { Seat } from "../support/browser.ts";
import { keyboardOf } from "../support/keyboard.ts";
import type { Keyboard } from "../support/keyboard.ts";
import { axeFindings, structureProblems } from "../support/page-checks.ts";
import { aRunnerSession } from "./bench.ts";
import { busyMorning, gallery } from "./gallery.ts";
import { serveBench } from "./serve.ts";

const chromium = findChromium();
const token = `npm_${"k".repeat(30)}${tokenChecksum("k".repeat(30))}`;
const commit = "a".repeat(40);

type Served = Awaited<ReturnType<typeof serveBench>>;
type At = { page: Page; keys: Keyboard; served: Served };

/** What somebody does with the keyboard alone: who, where it begins, and the words and deeds that have to come of it. */
interface Journey {
  name: string;
  who: "alice" | "bob";
  from: string;
  walk(at: At): Promise<void>;
  /** What the desk is asked, in order. */
  asks: Array<[verb: string, input: Record<string, unknown>]>;
}

const journeys: Journey[] = [
  {
    name: "approves from the queue",
    who: "bob",
    from: "/",
    async walk({ keys }) {
      await keys.press("Approve @acme/widget@1.2.0 from commit aaaaaaa");
      await keys.reads("Your approval is counted.");
    },
    asks: [["decide", { releaseId: "r1", verdict: "approved", seenSha: commit, comment: null }]],
  },
  {
    name: "rejects with a reason, on the way from the queue",
    who: "bob",
    from: "/",
    async walk({ keys }) {
      await keys.press("Reject… @acme/widget@1.2.0");
      await keys.reads("What it waits for");
      await keys.press("Reject");
      await keys.write("Why?", "not on a Monday");
      await keys.press("Reject this release");
      await keys.reads("You rejected this release.");
    },
    asks: [["decide", { releaseId: "r1", verdict: "rejected", comment: "not on a Monday" }]],
  },
  {
    name: "cancels",
    who: "alice",
    from: "/releases/r2",
    async walk({ keys }) {
      await keys.press("Cancel");
      await keys.write("Why?", "wrong branch");
      await keys.press("Cancel this release");
      await keys.reads("This release is cancelled.");
    },
    asks: [["cancel", { releaseId: "r2", why: "wrong branch" }]],
  },
  {
    name: "confirms a run that was started on GitHub",
    who: "alice",
    from: "/",
    async walk({ keys }) {
      await keys.press("Look and confirm");
      await keys.reads("You started this run on GitHub, at commit");
      await keys.write("Version", "3.0.0");
      await keys.press("Confirm this release");
      await keys.reads("You confirmed this release.");
    },
    asks: [["confirm", { releaseId: "r6", version: "3.0.0" }]],
  },
  {
    name: "filters the queue",
    who: "bob",
    from: "/",
    async walk({ page, keys }) {
      await keys.press("Filter");
      await keys.choose("Repository", "acme/wid");
      await keys.write("Asked for by", "alice");
      await keys.choose("State", "Run");
      await keys.press("Filter");
      await page.waitForURL("**/?repository=1&person=alice&state=running");
      expect(await page.locator(".title").allInnerTexts()).toEqual(["@acme/widget@2.0.0-beta.3"]);
      await keys.press("Clear");
      await page.waitForURL(/\/$/);
    },
    asks: [],
  },
  {
    name: "looks at what changed",
    who: "bob",
    from: "/releases/r1",
    async walk({ page, keys }) {
      await keys.press("What changed");
      // Without script the part that was opened is a link to the whole page.
      if (!(await hasScript(page))) await keys.press("The workflow file beside");
      await keys.reads("Commits since the last release");
    },
    asks: [],
  },
  {
    name: "finds a repository and what its policy says",
    who: "alice",
    from: "/repositories",
    async walk({ page, keys }) {
      await keys.write("Repository or package", "widget");
      await keys.press("Find");
      await keys.reads("Found");
      await keys.press("acme/widget");
      await keys.reads("As Countersign understands");
      await keys.press("@acme/gadgets-with-a-rather-long-name");
      await page.locator("#policy-1:not([open])").waitFor();
    },
    asks: [],
  },
  {
    name: "chooses places for a new token",
    who: "alice",
    from: "/tokens",
    async walk({ page, keys }) {
      await keys.press("Add a token");
      await keys.reads("What is it for?");
      for (const name of ["@acme/widget", "@acme/gadgets"]) {
        await keys.reach(name);
        await page.keyboard.press("Space");
      }
      await keys.press("Go on");
      await keys.reads("Seal a token for 2 environments");
    },
    asks: [],
  },
  {
    name: "removes a token",
    who: "alice",
    from: "/tokens",
    async walk({ keys }) {
      await keys.press("Remove");
      await keys.press("Remove countersign-acme-widget");
      await keys.reads("The token is forgotten here.");
    },
    asks: [["removeToken", { tokenId: "t1" }]],
  },
  {
    name: "closes a to-do that the queue leads to",
    who: "alice",
    from: "/",
    async walk({ keys }) {
      await keys.press("See how to revoke countersign-acme-widget");
      await keys.reads("To do at npm");
      await keys.press("Done: countersign-acme-widget is revoked");
      await keys.reads("Noted as done.");
    },
    asks: [["closeTodo", { todoId: "todo-1" }]],
  },
  {
    name: "adds a webhook, and sees its secret once",
    who: "alice",
    from: "/notifications",
    async walk({ page, keys }) {
      await keys.choose("Kind", "Web");
      await keys.write("Name", "pager");
      await keys.write("Address", "https://hooks.acme.test/x");
      await keys.press("Add the channel");
      await keys.reads("whsec_c2VjcmV0");
      expect(await lookedAt(page)).toEqual([]);
    },
    asks: [["addChannel", { kind: "webhook", name: "pager", address: "https://hooks.acme.test/x" }]],
  },
  {
    name: "adds a channel of a repository, and reads what was wrong with it",
    who: "alice",
    from: "/repositories/1/notifications",
    async walk({ page, keys, served }) {
      await keys.choose("Kind", "Sl");
      await keys.write("Name", "releases");
      served.bench.trouble.desk = new Refusal("bad-input", "That is no address of Slack's.");
      await keys.write("Address", "http://elsewhere.test");
      await keys.press("Add the channel");
      await keys.reads("That is no address of Slack's.");
      expect(await lookedAt(page)).toEqual([]);
      served.bench.trouble.desk = null;
      await keys.write("Address", "https://hooks.slack.com/services/x");
      await keys.press("Add the channel");
      await keys.reads("The channel is added.");
    },
    asks: [
      ["addChannel", { place: { repositoryId: 1 }, kind: "slack", name: "releases" }],
      ["addChannel", { place: { repositoryId: 1 }, kind: "slack", name: "releases" }],
    ],
  },
  {
    name: "tests a channel and removes it",
    who: "alice",
    from: "/notifications",
    async walk({ keys }) {
      await keys.press("Send a test message to releases");
      await keys.reads("The test message was taken");
      await keys.press("Remove");
      await keys.press("Remove releases");
      await keys.reads("The channel is removed");
    },
    asks: [
      ["testChannel", { place: "own", channelId: "ch1" }],
      ["removeChannel", { place: "own", channelId: "ch1" }],
    ],
  },
  {
    name: "filters the audit, opens an event and takes it home as a file",
    who: "alice",
    from: "/audit",
    async walk({ page, keys }) {
      await keys.write("Who", "bob");
      await keys.choose("What", "App");
      await keys.press("Filter");
      await page.waitForURL("**/audit?actor=bob&what=approval.*");
      await keys.press("Details of event 994");
      await keys.reads("994");
      for (const kind of ["CSV", "NDJSON"]) {
        const begun = page.waitForEvent("download");
        await keys.press(`Export ${kind}`);
        const download = await begun;
        expect(download.suggestedFilename()).toBe(`countersign-audit-2026-11-23.${kind.toLowerCase()}`);
        const lines = (await readFile(await download.path(), "utf8")).trim().split("\n");
        expect(lines).toHaveLength(kind === "CSV" ? 7 : 6);
        expect(lines.at(-1)).toContain("bob approved");
      }
    },
    asks: [],
  },
  {
    name: "signs out everywhere",
    who: "alice",
    from: "/",
    async walk({ keys, served }) {
      await keys.press("Account");
      await keys.reads("Where you are signed in");
      await keys.press("Sign out everywhere");
      await keys.reads("You are signed out everywhere.");
      expect(served.bench.sessions.size).toBe(0);
    },
    asks: [],
  },
];

/** axe needs script in the page that it looks at. */
async function lookedAt(page: Page): Promise<string[]> {
  return (await hasScript(page)) ? await axeFindings(page) : [];
}

async function hasScript(page: Page): Promise<boolean> {
  return await page.evaluate(() => matchMedia("(scripting: enabled)").matches);
}

describe.skipIf(chromium === null)("in a real browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    await sodium.ready;
    browser = await launchChromium(chromium ?? "");
  });
  afterAll(async () => {
    await browser.close();
  });

  describe.each([
    { how: "by keyboard alone", javaScriptEnabled: true },
    { how: "by keyboard alone, without JavaScript", javaScriptEnabled: false },
  ])("$how", ({ javaScriptEnabled }) => {
    let served: Served;
    let seat: Seat;
    beforeEach(async () => {
      served = await serveBench(busyMorning());
      seat = await sitDown(browser, served.url, { javaScriptEnabled });
    });
    afterEach(async () => {
      await seat.context.close();
      await served.close();
    });

    test.each(journeys.map((one) => [`${one.who} ${one.name}`, one] as const))("%s", async (_name, journey) => {
      const { who, from, walk, asks } = journey;
      served.who.login = who;
      await seat.page.goto(`${served.url}/sign-in?return_to=${encodeURIComponent(from)}`);
      await walk({ page: seat.page, keys: keyboardOf(seat.page), served });
      expect(served.bench.asked.map(({ verb }) => verb)).toEqual(asks.map(([verb]) => verb));
      for (const [index, [, input]] of asks.entries()) expect(served.bench.asked[index]?.input).toMatchObject(input);
      expect([...(await structureProblems(seat.page)), ...seat.complaints()]).toEqual([]);
    });
  });

  test("a token is sealed and a code is sent by keyboard alone", async () => {
    const keys = sodium.crypto_box_keypair();
    const key = sodium.to_base64(keys.publicKey, sodium.base64_variants.ORIGINAL);
    const scene = busyMorning();
    const places = scene.places.map((place) => ({ ...place, key }));
    const challenges = scene.challenges.map((one) => ({ ...one, session: aRunnerSession({ publicKey: key }) }));
    const served = await serveBench({ ...scene, places, challenges });
    const { page, context, complaints } = await sitDown(browser, served.url);
    const hands = keyboardOf(page);
    await page.goto(`${served.url}/sign-in?return_to=/tokens`);
    await hands.press("Replace countersign-acme-widget");
    await hands.reads("Make a token at npm");
    await hands.write("Paste it here", token);
    await hands.reach("npm user name");
    await hands.reads("The token's form and checksum are right.");
    await hands.press("Seal and store");
    await hands.reads("Your token is sealed and on file.");
    await hands.press("Queue");
    await hands.reads("Waits for you");
    await hands.press("Answer npm");
    await hands.reads("One-time code");
    // The field has the focus by itself.
    await page.keyboard.type("493817");
    await page.keyboard.press("Enter");
    await hands.reads("Your answer is on its way to the job.");
    const [sealed, answered] = served.bench.asked.map(({ input }) => input) as [
      { places: Array<{ ciphertext: string }> },
      { sealed: string },
    ];
    expect([sealed.places[0]?.ciphertext, answered.sealed].map((text) => opened(text ?? "", keys))).toEqual([
      token,
      "493817",
    ]);
    expect(complaints()).toEqual([]);
    await context.close();
    await served.close();
  });

  describe("without JavaScript", () => {
    let served: Served;
    let seats: Record<"alice" | "bob" | "dave" | "nobody", Seat>;
    beforeAll(async () => {
      served = await serveBench(busyMorning());
      const sit = async (login: string | null): Promise<Seat> => {
        const seat = await sitDown(browser, served.url, { javaScriptEnabled: false });
        served.who.login = login ?? "";
        if (login !== null) await seat.page.goto(`${served.url}/sign-in`);
        return seat;
      };
      seats = {
        alice: await sit("alice"),
        bob: await sit("bob"),
        dave: await sit("dave"),
        nobody: await sit(null),
      };
    });
    afterAll(async () => {
      await served.close();
    });

    /** What a page says to whom no script helps. */
    const said = (page: Page): Promise<string> =>
      page.locator("noscript").evaluateAll((all) => all.map((one) => one.textContent.trim()).join("\n"));

    test("no page has a button that does nothing, unless it says so; pages that would renew themselves say that they don't", async () => {
      for (const [name, login, path] of gallery) {
        const { page, complaints } = seats[login ?? "nobody"];
        await page.goto(served.url + path);
        const words = await said(page);
        const closed = await page.locator("main button:disabled").count();
        expect([name, closed > 0 && !words.includes("JavaScript")]).toEqual([name, false]);
        const idle = await page.locator("main button[type=button]:visible").count();
        expect([name, idle]).toEqual([name, 0]);
        const live = await page.locator("main[data-live]").count();
        expect([name, words.includes("doesn't renew itself")]).toEqual([name, live > 0]);
        expect([name, await page.locator("noscript:visible").count()]).toEqual([
          name,
          words === "" ? 0 : 1 + (closed && live),
        ]);
        expect([name, ...(await structureProblems(page)), ...complaints()]).toEqual([name]);
      }
    });

    test("sealing stays closed, and the command line is named in its place", async () => {
      const { page } = seats.alice;
      await page.goto(
        `${served.url}/tokens/new?for=1+%40acme%2Fwidget&for=2+%40acme%2Fgadgets-with-a-rather-long-name`,
      );
      expect(await said(page)).toMatch(
        /form stays closed\. The command line[^]*countersign token add --package @acme\/widget --package @acme\/gadgets/,
      );
      await page.getByLabel("npm user name").press("Enter");
      expect(await page.getByRole("button", { name: "Seal and store" }).isDisabled()).toBe(true);
      await page.goto(`${served.url}/challenges/c1`);
      expect(await said(page)).toContain("Open this page in another browser, on a phone for instance");
      await page.getByLabel("One-time code").fill("493817");
      await page.getByLabel("One-time code").press("Enter");
      expect(new URL(page.url()).pathname).toBe("/challenges/c1");
      expect(served.bench.asked).toEqual([]);
    });
  });
});

function opened(
  ciphertext: string,
  { publicKey, privateKey }: { publicKey: Uint8Array; privateKey: Uint8Array },
): string {
  const bytes = sodium.from_base64(ciphertext, sodium.base64_variants.ORIGINAL);
  return sodium.to_string(sodium.crypto_box_seal_open(bytes, publicKey, privateKey));
}
