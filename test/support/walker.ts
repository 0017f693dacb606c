import type { GitHub } from "../world/github/index.ts";
import type { UserState } from "../world/github/state.ts";

/** What somebody got: enough to tell a page, a refusal, and a way to sign in from each other. */
export interface Answer {
  status: number;
  location: string | null;
  /** The body, without what differs from one request to the next. */
  body: string;
}

/** Somebody in front of the real app: a browser without script (cookies, forms that say where they come from), and a program (bearer). */
export interface Walker {
  send(method: string, path: string, fields?: Record<string, string>): Promise<Answer>;
  api(method: string, path: string, input?: unknown): Promise<Answer>;
}

/** Whom nobody knows. */
export function stranger(url: string): Walker {
  return walkerOf(url, new Map(), null);
}

/** Somebody who has signed in, as a browser does, through the pages of GitHub; and as a program, with a token that GitHub gave them. */
export async function signedIn(at: { url: string; github: GitHub; token: string }, by: UserState): Promise<Walker> {
  const cookies = new Map<string, string>();
  let next = `${at.github.url}/as/${by.login}?to=${encodeURIComponent(`${at.url}/sign-in`)}`;
  for (let hops = 0; hops < 8; hops += 1) {
    const response = await fetch(next, { redirect: "manual", headers: { cookie: cookieOf(cookies) } });
    keep(cookies, response);
    const location = response.headers.get("location");
    if (location === null) break;
    next = new URL(location, next).href;
  }
  const session = await walkerOf(at.url, new Map(), null).api("POST", "/session", { githubToken: at.token });
  return walkerOf(at.url, cookies, (JSON.parse(session.body) as { bearer: string }).bearer);
}

function walkerOf(url: string, cookies: Map<string, string>, bearer: string | null): Walker {
  const ask = async (path: string, init: RequestInit & { headers: Record<string, string> }): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, { ...init, redirect: "manual" });
    const location = response.headers.get("location");
    const stream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
    if (stream) await response.body?.cancel();
    return { status: response.status, location, body: stream ? "" : await response.text() };
  };
  return {
    send: async (method, path, fields) => {
      const form = method === "GET" ? {} : { origin: url, "sec-fetch-site": "same-origin" };
      return await ask(path, {
        method,
        headers: { cookie: cookieOf(cookies), ...form },
        ...(method === "GET" ? {} : { body: new URLSearchParams(fields) }),
      });
    },
    api: async (method, path, input) =>
      await ask(`/api/v1${path}`, {
        method,
        headers: {
          ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
          ...(input === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(input === undefined ? {} : { body: JSON.stringify(input) }),
      }),
  };
}

function cookieOf(cookies: ReadonlyMap<string, string>): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
}

function keep(cookies: Map<string, string>, response: Response): void {
  for (const line of response.headers.getSetCookie()) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (/Max-Age=0/.test(line)) cookies.delete(name);
    else cookies.set(name, value);
  }
}
