import { z } from "zod";
import type { Caller } from "./caller.ts";
import { read } from "./read.ts";
import type { GitHubRepository } from "./types.ts";

type Issues = Pick<GitHubRepository, "openIssue" | "editIssue" | "issuesBy" | "commentsSince">;

const user = z.object({ login: z.string() }).nullish();
const made = z.object({ number: z.number() });
const listed = z.array(
  z.object({ number: z.number(), body: z.string().nullish(), user, pull_request: z.unknown().optional() }),
);
const comments = z.array(z.object({ id: z.number(), body: z.string().nullish(), user }));

/** A page of GitHub's lists, and how many pages are read. */
const pages = { size: 100, most: 10 };

/** Issues of our own: opened once, then edited in place. */
export function issues(ask: Caller): Issues {
  const one = "/repos/{owner}/{repo}/issues/{issue_number}";
  const all = async <T>(
    verb: string,
    route: string,
    shape: z.ZodType<T[]>,
    parameters: Record<string, unknown>,
  ): Promise<T[]> => {
    const found: T[] = [];
    for (let page = 1; page <= pages.most; page += 1) {
      const { data } = await ask(verb, route, { ...parameters, per_page: pages.size, page }, { priority: "comment" });
      const items = read(shape, verb, data);
      found.push(...items);
      if (items.length < pages.size) break;
    }
    return found;
  };
  return {
    async openIssue(title, body) {
      const words = { priority: "comment", content: true } as const;
      const { data } = await ask("openIssue", "POST /repos/{owner}/{repo}/issues", { title, body }, words);
      return read(made, "openIssue", data).number;
    },
    async editIssue(number, { title, body, state }) {
      const reason = state === "closed" ? { state_reason: "completed" } : {};
      const words = { issue_number: number, title, body, state, ...reason };
      await ask("editIssue", `PATCH ${one}`, words, { priority: "comment" });
    },
    async issuesBy(login) {
      const by = { creator: login, state: "all" };
      const found = await all("issuesBy", "GET /repos/{owner}/{repo}/issues", listed, by);
      // A list may hold pull requests, and a filter that GitHub doesn't know would be passed over.
      return found
        .filter((issue) => issue.pull_request === undefined && issue.user?.login === login)
        .map(({ number, body }) => ({ number, body: body ?? "" }));
    },
    async commentsSince(issue, since) {
      const after = { issue_number: issue, since: since.toISOString().replace(/\.\d+Z$/, "Z") };
      const found = await all("commentsSince", `GET ${one}/comments`, comments, after);
      return found.map(({ id, body, user }) => ({ id, body: body ?? "", userLogin: user?.login ?? "ghost" }));
    },
  };
}
