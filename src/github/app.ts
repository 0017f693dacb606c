import { Probot, ProbotOctokit } from "probot";
import type { Logger } from "pino";
import { z } from "zod";
import { apiUrlOf } from "../domain/github-address.ts";
import type { Repository } from "../domain/release-types.ts";
import { appCalls } from "./app-calls.ts";
import { call } from "./call.ts";
import type { CallParts, GitHubAnswer, Requester } from "./call.ts";
import { Limiter } from "./limiter.ts";
import { oauth } from "./oauth.ts";
import type { FileCache, OwnersCache } from "./file-cache.ts";
import { asPerson } from "./person.ts";
import { read } from "./read.ts";
import type { RelationCache } from "./relation-cache.ts";
import { createRepositoryClient } from "./repository.ts";
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
  /** How requests are sent, where not by the platform's own `fetch`. */
  fetch?: (request: Request) => Promise<Response>;
  /** Told the name of every call made. */
  onCall?: (verb: string) => void;
  /** Told how each call ended. */
  onAnswer?: (answer: GitHubAnswer) => void;
  /** How many instances share each installation's budget; 1 without it. */
  sharers?: () => number;
  /** Told whenever it shows whether GitHub takes the app's key. */
  onKey?: (taken: boolean) => void;
  /** Told of a repository whose name isn't its name at GitHub any more. */
  onMoved?: (repository: Repository) => void;
}

/**
 * Probot and GitHub as we use them, built together: Probot holds the app's key and makes installation tokens; its throttle, retry
 * and config plugins are off or unused, since our own limiter decides what goes first and nothing is repeated blindly.
 */
export function createGitHub(options: GitHubOptions): {
  github: GitHubApp;
  probot: Probot;
  /** Requests that GitHub said are left in this hour, by installation. */
  budgets: () => Map<number, number>;
  /** The process is to end: nobody waits for a turn any more. */
  drain: () => void;
} {
  const apiUrl = apiUrlOf(options.githubUrl);
  const { fetch: send } = options;
  // A function, since Probot puts throttle options of its own over plain defaults and so switches the plugin on again.
  const Octokit = ProbotOctokit.defaults((given: Record<string, unknown>) => ({
    ...given,
    baseUrl: apiUrl,
    throttle: { enabled: false },
    retry: { enabled: false },
    ...(send === undefined ? {} : { request: { fetch: sending(send) } }),
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
  const newLimiter = (): Limiter => new Limiter(() => options.now().getTime(), undefined, options.sharers);
  const installation = (id: number): CallParts => {
    const limiter = limiters.get(id) ?? newLimiter();
    limiters.set(id, limiter);
    return partsOf(options, limiter, async () => await probot.auth(id));
  };
  const app = { ...partsOf(options, newLimiter(), async () => await probot.auth()), asApp: true };
  let self: Promise<{ id: number; slug: string; botLogin: string }> | null = null;
  const files: FileCache = new Map();
  const owners: OwnersCache = new Map();
  const relations: RelationCache = new Map();
  const github: GitHubApp = {
    webUrl: options.githubUrl,
    async self() {
      self ??= readSelf(app);
      return await self.catch((error: unknown) => {
        self = null;
        throw error;
      });
    },
    repository: (repository: Repository) =>
      createRepositoryClient(installation(repository.installationId), repository, files, owners, relations),
    asPerson: (token) => {
      // Each person has a budget of their own at GitHub: nobody's exhausted one may close the pages for all.
      const octokit = new Octokit({ auth: { token }, log: quiet });
      return asPerson(partsOf(options, newLimiter(), () => Promise.resolve(octokit)));
    },
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
  return { github, probot, budgets: () => budgetsOf(limiters), drain: () => limiters.forEach((one) => one.drain()) };
}

function budgetsOf(limiters: Map<number, Limiter>): Map<number, number> {
  const known = [...limiters].map(([id, limiter]) => [id, limiter.left()] as const);
  return new Map(known.filter((entry): entry is [number, number] => entry[1] !== null));
}

function partsOf(options: GitHubOptions, limiter: Limiter, octokit: () => Promise<unknown>): CallParts {
  return {
    octokit: async () => (await octokit()) as Requester,
    limiter,
    now: options.now,
    pause: async (ms) => await new Promise((done) => setTimeout(done, ms)),
    onCall: options.onCall,
    onAnswer: options.onAnswer,
    onKey: options.onKey,
    onMoved: options.onMoved,
  };
}

const nothing = (): void => undefined;
const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing };

const about = z.object({ id: z.number(), slug: z.string() });

async function readSelf(app: CallParts): Promise<{ id: number; slug: string; botLogin: string }> {
  const { data } = await call(app, "self", "GET /app");
  const { id, slug } = read(about, "self", data);
  return { id, slug, botLogin: `${slug}[bot]` };
}

/** Octokit calls it as the platform's: with an address and what goes with it. */
function sending(send: (request: Request) => Promise<Response>): typeof fetch {
  return async (input, init) => await send(new Request(input, init));
}
