import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plain } from "../../src/domain/markdown.ts";
import { findChromium, launchChromium, sitDown } from "../support/browser.ts";
import type { Seat } from "../support/browser.ts";
import { widthProblems } from "../support/page-checks.ts";
import { anEvent } from "./bench.ts";
import type { Scene } from "./bench.ts";
import { busyMorning, gallery } from "./gallery.ts";
import { serveBench } from "./serve.ts";

const chromium = findChromium();

/** Fields that hold no text of anybody's: what we name things by, and words of a closed list. */
const own = new Set(
  "id releaseId sessionId groupId slot openFor state kind verdict rule source origin mode sha head policySha scope why keep keyId key publicKey runUrl url authUrl registry outcome revoked remove gate reviewers dispatchAs from zone what ownerType jobConclusion level until weight code marks shasum otherBytes".split(
    " ",
  ),
);

/** The busy morning on which every text that somebody else wrote is this one. */
function morningOf(text: string): Scene {
  const said = (value: unknown, key = ""): unknown => {
    if (typeof value === "string") return own.has(key) ? value : text;
    if (key === "kept") return value;
    // Markdown of ours, in which whoever wrote it has escaped what isn't.
    if (key === "mend") return { ...(said(value) as object), text: `Ask ${plain(text)}.` };
    if (Array.isArray(value)) return value.map((one) => said(one, key));
    if (value === null || typeof value !== "object" || value instanceof Date) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, said(one, name)]));
  };
  const { abilities, teams, visible, readers, ...scene } = busyMorning();
  const approval = { id: "a9", releaseId: "r1", personId: 102, personLogin: "", verdict: "rejected" } as const;
  const more = { sha: "a".repeat(40), source: "dashboard", evidence: "", givenAt: new Date("2026-11-23T09:50:00Z") };
  const views = scene.views.map((view) => ({
    ...view,
    approvals: [...view.approvals, { ...approval, ...more, comment: "why" }],
  }));
  const odd = anEvent({ seq: 2000, what: "some.thing", detail: { note: "x", of: { deep: ["y"] } } });
  const mapped = said({ ...scene, views, audit: [odd, ...scene.audit] }) as Scene;
  mapped.audit = mapped.audit.map((event, index) => (index === 0 ? { ...event, what: text } : event));
  return { ...mapped, abilities, teams, visible, readers };
}

/** Addresses name packages by the text that they have now. */
const addressOf = (path: string, text: string): string =>
  path
    .replace(/%40acme%2F[\w-]+/g, encodeURIComponent(text))
    .replace("q=nothing+like+it", `q=${encodeURIComponent(text)}`);

/** A page's elements and the names of their attributes: what markup in a text would change. */
function skeleton(): string {
  // What a page's own script switches on a moment after it is there.
  const switched = ["disabled", "hidden"];
  const names = (one: Element): string[] => one.getAttributeNames().filter((name) => !switched.includes(name));
  const tree = (one: Element): string =>
    `${one.localName}[${names(one).toSorted().join(" ")}](${[...one.children].map(tree).join("")})`;
  return tree(document.documentElement);
}

/** What on a page could do something by itself or lead where nobody meant to; nothing where all is well. */
function traps(): string[] {
  const found: string[] = [];
  if ("pwned" in window) found.push("a script ran");
  for (const one of document.querySelectorAll("a, form, area")) {
    const address = one.getAttribute("href") ?? one.getAttribute("action") ?? "";
    const { protocol, origin } = new URL(address, location.href);
    const ours = [location.origin, "https://github.com", "https://github.test", "https://npm.test"];
    const known = [...ours, "https://docs.zizmor.sh"].includes(origin);
    if (!/^https?:$/.test(protocol) || !known) found.push(`leads to ${address.slice(0, 80)}`);
  }
  if (!document.title.endsWith(" · Countersign")) found.push(`is called ${document.title.slice(0, 80)}`);
  return found;
}

const texts: ReadonlyArray<readonly [string, string]> = [
  [
    "markup",
    `=HYPERLINK("https://evil.test";"x") <img src=x onerror="window.pwned=1">"><script>window.pwned=1</script>'></title></textarea></select></code><style>*{display:none}</style><svg onload=alert(1)> &lt;b&gt; {{7*7}} \${7*7} <%= 7*7 %> <!--`,
  ],
  [
    "addresses",
    `javascript:alert(1)//" onfocus="alert(1)" autofocus x=' onmouseover='alert(1) [x](javascript:alert(1)) //evil.test/`,
  ],
  [
    "signs that nobody sees",
    "\u202egnp.exe\u202c \u2066a\u200b\u200d\ufeff \u001b[31mred\u001b[0m \u0007\u0000 \u0301\u0301",
  ],
  ["10,000 letters without a space", "W".repeat(10_000)],
];

describe.skipIf(chromium === null)("text of strangers, in every field of every page, stays text:", () => {
  let browser: Browser;
  const skeletons = new Map<string, string>();
  const desktop = { width: 1280, height: 800 };
  beforeAll(async () => {
    browser = await launchChromium(chromium ?? "");
    await everyPage("word", async (name, page) => void skeletons.set(name, await page.evaluate(skeleton)));
  });
  afterAll(async () => {
    await browser.close();
  });

  async function everyPage(text: string, look: (name: string, page: Page, seat: Seat) => Promise<void>): Promise<void> {
    const served = await serveBench(morningOf(text));
    const sit = async (login: string | null): Promise<Seat> => {
      const seat = await sitDown(browser, served.url, { viewport: desktop });
      served.who.login = login ?? "";
      if (login !== null) await seat.page.goto(`${served.url}/sign-in`);
      return seat;
    };
    const seats = {
      alice: await sit("alice"),
      bob: await sit("bob"),
      dave: await sit("dave"),
      nobody: await sit(null),
    };
    // An address that is longer than Node reads is none of anybody's.
    const addresses = gallery.map(([name, login, path]) => [name, login, addressOf(path, text)] as const);
    for (const [name, login, address] of addresses.filter(([, , one]) => one.length < 15_000)) {
      const seat = seats[login ?? "nobody"];
      await seat.page.goto(served.url + address, { waitUntil: "domcontentloaded" });
      await look(name, seat.page, seat);
    }
    for (const seat of Object.values(seats)) await seat.context.close();
    await served.close();
  }

  test.each(texts)("%s", async (kind, text) => {
    let shown = 0;
    await everyPage(text, async (name, page, { complaints }) => {
      expect([name, await page.evaluate(skeleton)]).toEqual([name, skeletons.get(name)]);
      expect([name, ...(await page.evaluate(traps))]).toEqual([name]);
      if ((await page.evaluate(() => document.body.innerText)).includes(text.trim().slice(0, 20))) shown += 1;
      // What is shorter needs no more room.
      const widths = kind.startsWith("10,000")
        ? [...(await widthProblems(page, 320)), ...(await widthProblems(page, 390))]
        : [];
      expect([name, ...widths, ...complaints()]).toEqual([name]);
    });
    // Where it isn't shown there is nobody's text: the way in, problems, empty lists.
    expect([kind, shown > 25 || kind === "signs that nobody sees"]).toEqual([kind, true]);
  });

  test("an export of the audit has no formula for a spreadsheet, and tells programs exactly what was written", async () => {
    const formulas = ['=HYPERLINK("https://evil.test","x")', "+1", "-1", "@SUM(A1)", "\t=1", "a;=1+1", "a\n=1"];
    for (const text of formulas) {
      const served = await serveBench(morningOf(text));
      const { page, context } = await sitDown(browser, served.url);
      await page.goto(`${served.url}/sign-in`);
      const get = async (path: string): Promise<string> => await (await page.request.get(served.url + path)).text();
      const csv = await get("/audit.csv");
      // Whatever a spreadsheet takes for the end of a cell: comma, semicolon, tab, line.
      expect([text, /(?:^|[,;\t\n])"?[=+@\t-]/m.exec(csv)?.[0] ?? "nothing"]).toEqual([text, "nothing"]);
      const [first] = (await get("/audit.ndjson")).split("\n");
      expect(JSON.parse(first ?? "")).toMatchObject({ what: text, detail: { note: text } });
      await context.close();
      await served.close();
    }
  });
});
