import type { Browser, BrowserContext, Page } from "playwright-core";
import { serveBench } from "./serve.ts";

/** A notification that a page has made. */
export interface Shown {
  title: string;
  body: string;
  tag: string;
  closed: boolean;
}

/** Pages of one person in one browser, whose notifications are written down instead of shown. */
export interface Tabs {
  context: BrowserContext;
  complaints: string[];
  open(path: string): Promise<Page>;
  /** What was shown so far, by all pages, the oldest first. */
  shown(): Promise<Shown[]>;
}

/** Signs somebody in; `granted` is what the browser says of notifications before it is asked. */
export async function openTabs(
  browser: Browser,
  served: Awaited<ReturnType<typeof serveBench>>,
  login: string,
  granted: "default" | "granted" | "denied" = "granted",
): Promise<Tabs> {
  const context = await browser.newContext(granted === "granted" ? { permissions: ["notifications"] } : {});
  await context.addInitScript(observe, granted);
  const complaints: string[] = [];
  const open = async (path: string): Promise<Page> => {
    const page = await context.newPage();
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(served.url + path);
    return page;
  };
  served.who.login = login;
  await (await open("/sign-in")).close();
  return {
    ...{ context, complaints, open },
    shown: async () => {
      const all = await Promise.all(
        context.pages().map((page) => page.evaluate(() => (window as unknown as { shown: Shown[] }).shown)),
      );
      return all.flat();
    },
  };
}

/** Runs in each page before its scripts: a browser without a window shows nothing and is never asked. */
function observe(granted: "default" | "granted" | "denied"): void {
  const page = window as unknown as { shown: Shown[]; made: Notification[] };
  page.shown = [];
  page.made = [];
  const answered = (): string => localStorage.getItem("test:permission") ?? granted;
  class Observed {
    static get permission(): string {
      return answered();
    }
    static requestPermission(): Promise<string> {
      // The person says yes.
      if (answered() === "default") localStorage.setItem("test:permission", "granted");
      return Promise.resolve(answered());
    }
    onclick: (() => void) | null = null;
    onclose: (() => void) | null = null;
    #entry: Shown;
    constructor(title: string, { body = "", tag = "" }: NotificationOptions = {}) {
      this.#entry = { title, body, tag, closed: false };
      page.shown.push(this.#entry);
      page.made.push(this as unknown as Notification);
    }
    close(): void {
      this.#entry.closed = true;
      this.onclose?.();
    }
  }
  Object.defineProperty(window, "Notification", { value: Observed, configurable: true, writable: true });
}

/** The page goes to the background, or comes back: a browser without a window shows all its pages at once. */
export async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((now) => {
    Object.defineProperty(document, "hidden", { value: now, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
}
