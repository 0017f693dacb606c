import type { Browser, BrowserContext, Page } from "playwright-core";
import { sealPath } from "../../../src/desk/tokens/for-release.ts";
import { seal } from "../../../src/domain/sealed-box.ts";

/** What a person does on Countersign's pages. */
export interface Hands {
  signIn(): Promise<void>;
  /** `environment`: the one that approves stages. */
  sealToken(
    place: { repositoryId: number; package: string; environment?: string },
    token: string,
    npmUser: string,
  ): Promise<void>;
  /** For what is done once only; null without a browser. */
  page: Page | null;
  approve(releaseId: string): Promise<void>;
  /** Has what a release staged approved or rejected, by its page's button. */
  decideStage(releaseId: string, verb: "approve" | "reject"): Promise<void>;
  answerCode(challengeId: string, code: string): Promise<void>;
  /** Opens npm's own page from ours and confirms there. */
  openLink(challengeId: string): Promise<void>;
  close(): Promise<void>;
}

export interface Where {
  countersign: string;
  github: string;
  login: string;
}

/** In a real browser: what is sealed is sealed there. */
export async function browserHands(browser: Browser, where: Where): Promise<Hands> {
  const context: BrowserContext = await browser.newContext();
  const page: Page = await context.newPage();
  const open = async (path: string): Promise<void> => void (await page.goto(`${where.countersign}${path}`));
  return {
    page,
    async signIn() {
      const to = encodeURIComponent(`${where.countersign}/sign-in`);
      await page.goto(`${where.github}/as/${where.login}?to=${to}`);
      await page.waitForURL((url) => url.origin === where.countersign);
    },
    async sealToken(place, token, npmUser) {
      await open(sealPath(place));
      await page.fill("#token", token);
      await page.fill("#npm-user", npmUser);
      await page.fill("#expires", new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10));
      await Promise.all([page.waitForURL((url) => !url.pathname.endsWith("/new")), page.click("#seal")]);
    },
    async approve(releaseId) {
      await open(`/releases/${releaseId}`);
      const button = page.locator('form[action$="/approve"] button[type="submit"]').first();
      await Promise.all([page.waitForURL((url) => url.searchParams.has("done")), button.click()]);
    },
    async decideStage(releaseId, verb) {
      await open(`/releases/${releaseId}`);
      const button = page.locator(`form[action$="/${verb}-stage"] button[type="submit"]`);
      await Promise.all([page.waitForURL((url) => url.searchParams.has("done")), button.click()]);
    },
    async answerCode(challengeId, code) {
      await open(`/challenges/${challengeId}`);
      await page.fill("#code", code);
      const posted = page.waitForResponse((response) => response.request().method() === "POST");
      await Promise.all([posted, page.click("#send")]);
      await page.waitForLoadState();
    },
    async openLink(challengeId) {
      await open(`/challenges/${challengeId}`);
      const [npm] = await Promise.all([
        context.waitForEvent("page"),
        page.locator('a[target="_blank"].button').first().click(),
      ]);
      await npm.waitForLoadState();
      await npm.locator("button").first().click();
      await npm.waitForLoadState();
    },
    close: async () => await context.close(),
  };
}

/** Without a browser: the same pages and forms over HTTP, sealed by the same code in Node. */
export function nodeHands(where: Where): Hands {
  const cookies = new Map<string, string>();
  const ask = async (url: string, form?: Record<string, string>): Promise<{ text: string; url: string }> => {
    let next = url;
    let body = form;
    for (let hops = 0; hops < 10; hops += 1) {
      const response = await fetch(next, {
        redirect: "manual",
        method: body === undefined ? "GET" : "POST",
        headers: {
          cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
          ...(body === undefined
            ? {}
            : { origin: where.countersign, "content-type": "application/x-www-form-urlencoded" }),
        },
        ...(body === undefined ? {} : { body: new URLSearchParams(body).toString() }),
      });
      for (const line of response.headers.getSetCookie()) {
        const [pair = ""] = line.split(";");
        cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
      }
      const location = response.headers.get("location");
      if (location === null) return { text: await response.text(), url: next };
      next = new URL(location, next).href;
      body = undefined;
    }
    throw new Error(`too many redirects from ${url}`);
  };
  const field = (html: string, name: string): string =>
    new RegExp(`name="${name}"\\s+value="([^"]*)"`).exec(html)?.[1] ?? "";
  const key = (html: string): string => /data-key="([^"]+)"/.exec(html)?.[1] ?? "";
  return {
    page: null,
    async signIn() {
      await ask(`${where.github}/as/${where.login}?to=${encodeURIComponent(`${where.countersign}/sign-in`)}`);
    },
    async sealToken(place, token, npmUser) {
      const { text } = await ask(`${where.countersign}${sealPath(place)}`);
      await ask(`${where.countersign}/tokens`, {
        repository: String(place.repositoryId),
        package: place.package,
        ...(place.environment === undefined ? {} : { environment: place.environment }),
        key_id: field(text, "key_id"),
        ciphertext: await seal(token, key(text)),
        npm_user: npmUser,
        label: "demo",
        expires: new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10),
      });
    },
    async approve(releaseId) {
      const { text } = await ask(`${where.countersign}/releases/${releaseId}`);
      await ask(`${where.countersign}/releases/${releaseId}/approve`, { sha: field(text, "sha") });
    },
    async decideStage(releaseId, verb) {
      const { text } = await ask(`${where.countersign}/releases/${releaseId}`);
      await ask(`${where.countersign}/releases/${releaseId}/${verb}-stage`, { shasum: field(text, "shasum") });
    },
    async answerCode(challengeId, code) {
      const { text } = await ask(`${where.countersign}/challenges/${challengeId}`);
      await ask(`${where.countersign}/challenges/${challengeId}/answer`, { sealed: await seal(code, key(text)) });
    },
    async openLink(challengeId) {
      const { text } = await ask(`${where.countersign}/challenges/${challengeId}`);
      const link = /href="([^"]+\/auth\/cli\/[^"]+)"/.exec(text)?.[1] ?? "";
      await fetch(link, { method: "POST" });
    },
    close: () => Promise.resolve(),
  };
}
