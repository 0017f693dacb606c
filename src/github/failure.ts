import type { GitHubErrorCode } from "./types.ts";
import { GitHubError } from "./types.ts";

type Headers = Record<string, string | undefined>;

/** What is taken from an error of octokit; the rest of it (bodies, headers, tokens, URLs) is left behind. */
interface Told {
  /** null: no answer came. */
  status: number | null;
  headers: Headers;
  /** GitHub's own sentence, where it is one that can be shown. */
  message: string;
  /** The request that failed was the one for the installation's token. */
  minting: boolean;
}

/** Any failure of a request as one of our codes, with a sentence and without what was sent or received. */
export function toGitHubError(error: unknown, verb: string, now: Date, asApp = false): GitHubError {
  if (error instanceof GitHubError) return error;
  const told = readError(error);
  const { status, headers } = told;
  if (status === null) return new GitHubError("unavailable", verb, "GitHub didn't answer.");
  if (status >= 500)
    return new GitHubError("unavailable", verb, `GitHub has a fault of its own (${status}).`, { status });
  if (isLimit(told))
    return new GitHubError("limited", verb, "GitHub asks us to wait before we ask again.", {
      status,
      retryAt: retryAt(headers, now),
    });
  if (status === 401 && (told.minting || asApp)) return new GitHubError("key-refused", verb, keyRefused, { status });
  if (told.minting) return noToken(verb, status);
  const code = codes[status] ?? "unexpected";
  const said = told.message === "" || status === 401 ? "" : ` It says: ${told.message}`;
  const lacks = /^Resource not accessible/i.test(told.message) ? lacking(headers) : "";
  return new GitHubError(code, verb, `${sentences[code] ?? `GitHub answered ${status}.`}${said}${lacks}`, { status });
}

/** What the operator reads, in the log, on `/readyz` and wherever something waits for it. */
export const keyRefused =
  "GitHub doesn't accept the app's key: look at APP_ID and PRIVATE_KEY, and at the machine's clock.";

/**
 * GitHub names the permissions that an endpoint takes: sets with semicolons between them, each of which is enough (changelog of
 * 2023-08-10, "X-Accepted-GitHub-Permissions"). It comes with every answer, so it is said only beside GitHub's own words for a lack.
 */
function lacking(headers: Headers): string {
  const sets = (headers["x-accepted-github-permissions"] ?? "").split(";").map((set) => set.trim());
  const named = sets.filter((set) => /^[a-z_]{1,40}=(?:read|write)(?:, ?[a-z_]{1,40}=(?:read|write)){0,3}$/.test(set));
  if (named.length === 0) return "";
  const words = named.map((set) => set.replaceAll("=", ": "));
  return ` It takes the app's permission ${words.join(" or ")}: see whether the installation has it.`;
}

/**
 * Without a token nothing was asked about the thing itself: a 404 here says that the app isn't installed (any more), and must
 * not be taken for "there is no such secret".
 */
function noToken(verb: string, status: number): GitHubError {
  const why =
    status === 404 ? "isn't installed there any more" : "gets no access there; its installation may be suspended";
  return new GitHubError("forbidden", verb, `The app ${why}.`, { status });
}

const codes: Readonly<Record<number, GitHubErrorCode>> = {
  400: "invalid",
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  410: "not-found",
  422: "invalid",
};

const sentences: Partial<Record<GitHubErrorCode, string>> = {
  unauthorized: "GitHub doesn't accept our credentials (401).",
  forbidden: "GitHub doesn't allow it (403).",
  "not-found": "GitHub doesn't have it, or doesn't show it to us (404).",
  conflict: "It doesn't fit the state that GitHub has (409).",
  invalid: "GitHub calls it invalid.",
};

/** Secondary limits come as 403 or 429, at times without `retry-after` (docs, "Rate limits for the REST API"). */
function isLimit({ status, headers, message }: Told): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return (
    headers["retry-after"] !== undefined ||
    headers["x-ratelimit-remaining"] === "0" ||
    /\b(?:secondary )?rate limit\b/i.test(message)
  );
}

/** `retry-after` first, then the reset of the budget where it is spent, else a minute (docs, the same page). */
function retryAt(headers: Headers, now: Date): Date {
  const after = Number(headers["retry-after"]);
  if (Number.isFinite(after) && after > 0) return new Date(now.getTime() + after * 1000);
  const reset = Number(headers["x-ratelimit-reset"]) * 1000;
  if (headers["x-ratelimit-remaining"] === "0" && Number.isFinite(reset) && reset > now.getTime())
    return new Date(reset);
  return new Date(now.getTime() + 60_000);
}

function readError(error: unknown): Told {
  const { status, response, request } = (typeof error === "object" && error !== null ? error : {}) as {
    status?: unknown;
    response?: { headers?: Headers; data?: { message?: unknown } | null };
    request?: { url?: unknown };
  };
  const minting = typeof request?.url === "string" && /\/app\/installations\/\d+\/access_tokens$/.test(request.url);
  // octokit gives a request without an answer the status 500.
  if (typeof status !== "number" || response === undefined) return { status: null, headers: {}, message: "", minting };
  return { status, headers: response.headers ?? {}, message: showable(response.data?.message), minting };
}

/** A short sentence in plain characters and without a long word, which might be anything. */
function showable(said: unknown): string {
  if (typeof said !== "string") return "";
  const line = said.replace(/\s+/g, " ").trim();
  if (!/^[\w .,:;'"`()/@-]{1,160}$/.test(line) || /\S{40}/.test(line)) return "";
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
