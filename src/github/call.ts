import type { Limiter } from "./limiter.ts";
import type { GitHubErrorCode, Priority } from "./types.ts";
import { GitHubError } from "./types.ts";

/** The part of octokit that is used: one request by its route template, typed by the caller. */
export interface Requester {
  request(
    route: string,
    parameters?: Record<string, unknown>,
  ): Promise<{ status: number; data: unknown; headers: Record<string, unknown> }>;
}

export interface CallParts {
  octokit: () => Promise<Requester>;
  limiter: Limiter;
  now: () => Date;
  /** Waits between tries of a read; a test gives its own. */
  pause: (ms: number) => Promise<void>;
  onCall?: ((verb: string) => void) | undefined;
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

/** Milliseconds that a request may take. */
const patience = { disarm: 8_000, arm: 10_000, read: 10_000, comment: 10_000 };
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
): Promise<{ status: number; data: unknown }> {
  const reads = route.startsWith("GET ");
  const tries = reads || options.repeatable === true ? pauses.length + 1 : 1;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await once(parts, verb, route, parameters, options);
    } catch (error) {
      const failed = toGitHubError(error, verb, parts.now());
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
): Promise<{ status: number; data: unknown }> {
  const reads = route.startsWith("GET ");
  const priority = options.priority ?? (reads ? "read" : "arm");
  const octokit = await parts.octokit();
  return await parts.limiter.run({ priority, points: reads ? 1 : 5, content: options.content ?? false }, async () => {
    const left =
      options.deadline === undefined ? patience[priority] : options.deadline.getTime() - parts.now().getTime();
    if (left <= 0) throw new GitHubError("unavailable", verb, "its time was up before it could be sent.");
    parts.onCall?.(verb);
    const signal = AbortSignal.timeout(Math.min(left, patience[priority]));
    const { status, data } = await octokit.request(route, {
      ...parameters,
      headers: { "x-github-api-version": "2022-11-28" },
      request: { signal },
    });
    return { status, data };
  });
}

/** Any failure of a request as one of our codes, with a sentence and without what was sent or received. */
export function toGitHubError(error: unknown, verb: string, now: Date): GitHubError {
  if (error instanceof GitHubError) return error;
  const { status, headers, message } = readError(error);
  if (status === null || status >= 500) {
    const why = status === null ? "GitHub didn't answer" : `GitHub has a fault of its own (${status})`;
    return new GitHubError("unavailable", verb, `${why}.`, status === null ? {} : { status });
  }
  const limited =
    status === 429 ||
    (status === 403 && (headers["retry-after"] !== undefined || headers["x-ratelimit-remaining"] === "0"));
  if (limited)
    return new GitHubError("limited", verb, "GitHub asks us to wait before we ask again.", {
      status,
      retryAt: retryAt(headers, now),
    });
  return new GitHubError(codeOf(status), verb, `${sentences[codeOf(status)]}${message}`, { status });
}

const sentences: Record<GitHubErrorCode, string> = {
  unauthorized: "GitHub doesn't accept our credentials (401).",
  forbidden: "GitHub doesn't allow it (403).",
  "not-found": "GitHub doesn't have it, or doesn't show it to us (404).",
  conflict: "it doesn't fit the state that GitHub has (409).",
  invalid: "GitHub calls it invalid.",
  limited: "GitHub asks us to wait.",
  unavailable: "GitHub isn't available.",
  unexpected: "GitHub answered with something unexpected.",
};

function codeOf(status: number): GitHubErrorCode {
  const codes: Record<number, GitHubErrorCode> = {
    400: "invalid",
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    409: "conflict",
    410: "not-found",
    422: "invalid",
  };
  return codes[status] ?? "unexpected";
}

function readError(error: unknown): {
  status: number | null;
  headers: Record<string, string | undefined>;
  message: string;
} {
  if (typeof error !== "object" || error === null) return { status: null, headers: {}, message: "" };
  const { status, response, name } = error as {
    status?: unknown;
    response?: { headers?: Record<string, string>; data?: { message?: unknown } };
    name?: unknown;
  };
  // octokit gives network failures the status 500 without a response.
  if (typeof status !== "number" || (name === "HttpError" && response === undefined))
    return { status: null, headers: {}, message: "" };
  const said = response?.data?.message;
  const short =
    typeof said === "string" && /^[\w .,:;'()/-]{1,120}$/.test(said) && status !== 401 ? ` It says: ${said}.` : "";
  return { status, headers: response?.headers ?? {}, message: short.replace(/\.\.$/, ".") };
}

function retryAt(headers: Record<string, string | undefined>, now: Date): Date {
  const after = Number(headers["retry-after"]);
  if (Number.isFinite(after) && after > 0) return new Date(now.getTime() + after * 1000);
  const reset = Number(headers["x-ratelimit-reset"]);
  if (Number.isFinite(reset) && reset * 1000 > now.getTime()) return new Date(reset * 1000);
  return new Date(now.getTime() + 60_000);
}
