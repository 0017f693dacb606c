import { Probot, ProbotOctokit } from "probot";
import type { Logger } from "pino";
import { z } from "zod";
import type { Repository } from "../domain/release-types.ts";
import { call } from "./call.ts";
import type { CallParts, Requester } from "./call.ts";
import { Limiter } from "./limiter.ts";
import { oauth } from "./oauth.ts";
import { asPerson } from "./person.ts";
import { createRepositoryClient, repositoryShape, toRepository } from "./repository.ts";
import type { GitHubApp } from "./types.ts";

export interface GitHubOptions {
  appId: number;
  /** PEM */
  privateKey: () => string;
  clientId: string;
  clientSecret: () => string;
  webhookSecret: () => string;
  /** `https://github.com`, a GitHub Enterprise Server, or the world. */
  githubUrl: string;
  now: () => Date;
  log: Logger;
  /** Told the name of every call made. */
  onCall?: (verb: string) => void;
}

/** API address of a GitHub: `api.github.com` for github.com, `/api/v3` of a server of one's own. */
export function apiUrlOf(githubUrl: string): string {
  return githubUrl === "https://github.com" ? "https://api.github.com" : `${githubUrl}/api/v3`;
}

/**
 * Probot and GitHub as we use them, built together: Probot holds the app's key and makes installation tokens; its throttle, retry
 * and config plugins are off or unused, since our own limiter decides what goes first and nothing is repeated blindly.
 */
export function createGitHub(options: GitHubOptions): { github: GitHubApp; probot: Probot } {
  const apiUrl = apiUrlOf(options.githubUrl);
  // A function, since Probot puts throttle options of its own over plain defaults and so switches the plugin on again.
  const Octokit = ProbotOctokit.defaults((given: Record<string, unknown>) => ({
    ...given,
    baseUrl: apiUrl,
    throttle: { enabled: false },
    retry: { enabled: false },
  }));
  const probot = new Probot({
    appId: options.appId,
    privateKey: options.privateKey(),
    secret: options.webhookSecret(),
    baseUrl: apiUrl,
    Octokit,
    log: options.log.child({ name: "probot" }, { level: "silent" }),
  });
  const limiters = new Map<number, Limiter>();
  const parts = (key: number, octokit: () => Promise<unknown>): CallParts => {
    const limiter = limiters.get(key) ?? new Limiter(() => options.now().getTime());
    limiters.set(key, limiter);
    return {
      octokit: async () => (await octokit()) as Requester,
      limiter,
      now: options.now,
      pause: async (ms) => await new Promise((done) => setTimeout(done, ms)),
      onCall: options.onCall,
    };
  };
  const installation = (id: number): CallParts => parts(id, async () => await probot.auth(id));
  const app = parts(0, async () => await probot.auth());
  let self: Promise<{ id: number; slug: string; botLogin: string }> | null = null;
  const github: GitHubApp = {
    async self() {
      self ??= readSelf(app);
      return await self.catch((error: unknown) => {
        self = null;
        throw error;
      });
    },
    repository: (repository: Repository) => createRepositoryClient(installation(repository.installationId), repository),
    asPerson: (token) => asPerson(parts(-1, () => Promise.resolve(new Octokit({ auth: { token }, log: quiet })))),
    ...appCalls(app, installation),
    oauth: oauth({
      webUrl: options.githubUrl,
      apiUrl,
      clientId: options.clientId,
      clientSecret: options.clientSecret,
      now: options.now,
      fetch,
    }),
  };
  return { github, probot };
}

const nothing = (): void => undefined;
const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing };

const about = z.object({ id: z.number(), slug: z.string() });

async function readSelf(app: CallParts): Promise<{ id: number; slug: string; botLogin: string }> {
  const { data } = await call(app, "self", "GET /app");
  const { id, slug } = about.parse(data);
  return { id, slug, botLogin: `${slug}[bot]` };
}

const oneInstallation = z.object({
  id: z.number(),
  account: z.object({ login: z.string().optional() }).nullable(),
  suspended_at: z.string().nullish(),
});
const delivery = z.object({
  id: z.number(),
  guid: z.string(),
  delivered_at: z.string(),
  redelivery: z.boolean(),
  status_code: z.number(),
  event: z.string(),
});

function appCalls(
  app: CallParts,
  installation: (id: number) => CallParts,
): Pick<GitHubApp, "installations" | "installationRepositories" | "deliveries" | "redeliver"> {
  return {
    async installations() {
      const { data } = await call(app, "installations", "GET /app/installations", { per_page: 100 });
      return z
        .array(oneInstallation)
        .parse(data)
        .map((one) => ({
          id: one.id,
          account: one.account?.login ?? "",
          suspended: one.suspended_at !== null && one.suspended_at !== undefined,
        }));
    },
    async installationRepositories(id) {
      const found: Repository[] = [];
      for (let page = 1; ; page += 1) {
        const { data } = await call(installation(id), "installationRepositories", "GET /installation/repositories", {
          per_page: 100,
          page,
        });
        const { repositories } = z.object({ repositories: z.array(repositoryShape) }).parse(data);
        found.push(...repositories.map((one) => toRepository(one, id)));
        if (repositories.length < 100) return found;
      }
    },
    async deliveries(since) {
      const { data } = await call(app, "deliveries", "GET /app/hook/deliveries", { per_page: 100 });
      return z
        .array(delivery)
        .parse(data)
        .map((one) => ({
          id: one.id,
          guid: one.guid,
          deliveredAt: new Date(one.delivered_at),
          ok: one.status_code >= 200 && one.status_code < 300,
          event: one.event,
          redelivery: one.redelivery,
        }))
        .filter((one) => one.deliveredAt >= since);
    },
    async redeliver(id) {
      await call(app, "redeliver", "POST /app/hook/deliveries/{delivery_id}/attempts", { delivery_id: id });
    },
  };
}
