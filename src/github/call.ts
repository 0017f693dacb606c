import type { Repository } from "../domain/release-types.ts";
import { toGitHubError } from "./failure.ts";
import { TooLate } from "./limiter.ts";
import type { Limiter } from "./limiter.ts";
import type { Priority } from "./types.ts";
import { GitHubError } from "./types.ts";

/** The part of octokit that is used: one request by its route template, typed by the caller. */
export interface Requester {
  request(
    route: string,
    parameters?: Record<string, unknown>,
  ): Promise<{ status: number; data: unknown; headers: Record<string, unknown> }>;
}

/** One request and its end: `ok`, or the error's code. */
export interface GitHubAnswer {
  verb: string;
  priority: Priority;
  result: "ok" | GitHubError["code"];
  /** From when its turn had come. */
  seconds: number;
}

export interface CallParts {
  octokit: () => Promise<Requester>;
  limiter: Limiter;
  now: () => Date;
  /** Waits between tries of a read; a test gives its own. */
  pause: (ms: number) => Promise<void>;
  onCall?: ((verb: string) => void) | undefined;
  /** Told how each call ended. */
  onAnswer?: ((answer: GitHubAnswer) => void) | undefined;
  /** Asked with the app's own key (JWT), and not with a token made by it. */
  asApp?: boolean;
  /** Hears whether GitHub takes the app's own key, as often as it shows. */
  onKey?: ((taken: boolean) => void) | undefined;
  /** A repository was asked for by a name that isn't its name any more. */
  onMoved?: ((repository: Repository) => void) | undefined;
}

export interface CallOptions {
  priority?: Priority;
  /** The request is aborted then, and isn't sent at all where its turn comes later. */
  deadline?: Date;
  /** May be sent again where its outcome is unknown: reads, and the DELETE of a secret. */
  repeatable?: boolean;
  /** Creates content (comments), which GitHub counts apart. */
  content?: boolean;
}

export interface Answered {
  status: number;
  data: unknown;
  /** `cursor` of the next page, where GitHub's `link` header has one. */
  cursor: string | null;
}

/** Milliseconds that a request may take. */
const patience = { disarm: 8_000, arm: 10_000, read: 10_000, comment: 10_000 };
/** Milliseconds that a request may wait for its turn before the caller hears that it has to come again. */
const waiting = { disarm: Infinity, arm: 10_000, read: 20_000, comment: 60_000 };
/** Between the tries of what may be sent again. */
const pauses = [200, 800];

/**
 * Sends one request. Reads are tried three times where GitHub fails; whatever changes something is sent once, since nobody
 * knows whether a lost one took effect. Every failure becomes a GitHubError that keeps no body, header or token.
 */
export async function call(
  parts: CallParts,
  verb: string,
  route: string,
  parameters: Record<string, unknown> = {},
  options: CallOptions = {},
): Promise<Answered> {
  refuseDots(verb, route, parameters);
  const reads = route.startsWith("GET ");
  const tries = reads || options.repeatable === true ? pauses.length + 1 : 1;
  for (let attempt = 0; ; attempt += 1) {
    try {
      const answer = await once(parts, verb, route, parameters, options);
      if (parts.asApp === true) parts.onKey?.(true);
      return answer;
    } catch (error) {
      const failed = toGitHubError(error, verb, parts.now(), parts.asApp);
      if (failed.code === "key-refused") parts.onKey?.(false);
      if (failed.code === "limited" && failed.retryAt !== null) parts.limiter.closeUntil(failed.retryAt.getTime());
      if (failed.code !== "unavailable" || attempt + 1 >= tries) throw failed;
      await parts.pause(pauses[attempt] ?? 1000);
    }
  }
}

async function once(
  parts: CallParts,
  verb: string,
  route: string,
  parameters: Record<string, unknown>,
  options: CallOptions,
): Promise<Answered> {
  const reads = route.startsWith("GET ");
  const priority = options.priority ?? (reads ? "read" : "arm");
  const octokit = await parts.octokit();
  const send = async (): Promise<Answered> => {
    const left = options.deadline === undefined ? Infinity : options.deadline.getTime() - parts.now().getTime();
    if (left <= 0) throw new TooLate(null);
    parts.onCall?.(verb);
    const answer = await timed(parts, { verb, priority }, () =>
      within(Math.min(left, patience[priority]), verb, (signal) =>
        octokit.request(route, {
          ...parameters,
          headers: { "x-github-api-version": "2022-11-28" },
          // A redirect is a repository's new name: it is learned, not followed, since whatever has the old one by now is another's.
          request: { signal, redirect: "manual" },
        }),
      ),
    );
    hearBudget(parts.limiter, answer.headers);
    refuseRedirect(verb, answer.status);
    return { status: answer.status, data: answer.data, cursor: nextCursor(answer.headers["link"]) };
  };
  const until = Math.min(options.deadline?.getTime() ?? Infinity, parts.now().getTime() + waiting[priority]);
  const cost = { priority, points: reads ? 1 : 5, content: options.content ?? false, until };
  return await parts.limiter.run(cost, send).catch((error: unknown) => {
    throw error instanceof TooLate ? tooLate(verb, error) : error;
  });
}

/** Tells how long a request took and how it ended. */
async function timed<T>(
  { onAnswer, now, asApp }: CallParts,
  about: Pick<GitHubAnswer, "verb" | "priority">,
  request: () => Promise<T>,
): Promise<T> {
  if (onAnswer === undefined) return await request();
  const begun = now().getTime();
  const tell = (result: GitHubAnswer["result"]): void =>
    onAnswer({ ...about, result, seconds: (now().getTime() - begun) / 1000 });
  try {
    const answer = await request();
    tell("ok");
    return answer;
  } catch (error) {
    tell(toGitHubError(error, about.verb, now(), asApp).code);
    throw error;
  }
}

/** GitHub answers 301, and 307 to what isn't a GET, where a repository was renamed or transferred (docs, "Best practices": redirects). */
function refuseRedirect(verb: string, status: number): void {
  if (status < 300 || status >= 400) return;
  const moved = [301, 307, 308].includes(status);
  const sentence = moved
    ? "The repository has another name at GitHub now; it is asked by that one next."
    : `GitHub answered ${status}.`;
  throw new GitHubError(moved ? "moved" : "unexpected", verb, sentence, { status });
}

/**
 * Ends in time whatever octokit does: getting the installation's token comes before the request and knows no signal. A request
 * whose signal is aborted by then is never sent.
 */
async function within<T>(ms: number, verb: string, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(ms);
  const { promise: over, reject } = Promise.withResolvers<never>();
  const end = (): void => reject(new GitHubError("unavailable", verb, "GitHub didn't answer in time."));
  signal.addEventListener("abort", end, { once: true });
  try {
    return await Promise.race([request(signal), over]);
  } finally {
    signal.removeEventListener("abort", end);
  }
}

function tooLate(verb: string, { retryAt }: TooLate): GitHubError {
  if (retryAt === null)
    return new GitHubError("unavailable", verb, "Its time was up before it could be sent; nothing was.");
  return new GitHubError("limited", verb, "GitHub asked us to wait before we ask again.", { retryAt });
}

/** `.` and `..` in a path would name another thing than was meant, since they are no names but directions. */
function refuseDots(verb: string, route: string, parameters: Record<string, unknown>): void {
  for (const [, name = ""] of route.matchAll(/\{(\w+)\}/g)) {
    const value = parameters[name];
    if (value === "." || value === ".." || value === "")
      throw new GitHubError("invalid", verb, `\`${value}\` can't be a name on GitHub.`);
  }
}

function hearBudget(limiter: Limiter, headers: Record<string, unknown>): void {
  const [left, reset] = [headers["x-ratelimit-remaining"], headers["x-ratelimit-reset"]].map(Number);
  if (left !== undefined && reset !== undefined && Number.isFinite(left) && Number.isFinite(reset))
    limiter.heard(left, reset * 1000);
}

/** Deliveries are paged by a cursor that only the `link` header tells (docs, "Using pagination in the REST API"). */
function nextCursor(link: unknown): string | null {
  const next = typeof link === "string" ? /<([^<>]+)>; *rel="next"/.exec(link)?.[1] : undefined;
  return next === undefined ? null : (URL.parse(next)?.searchParams.get("cursor") ?? null);
}
