/** A call as it reached the simulated GitHub; `path` without `/api/v3`, still percent-encoded, without its query. */
export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  headers?: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed JSON; undefined: none was sent. */
  body?: unknown;
}

/** What the judge thinks of a call. */
export interface Verdict {
  /** Null: GitHub's document has no such operation among those that we use. */
  operationId: string | null;
  /** Route template, e.g. `/repos/{owner}/{repo}/environments/{environment_name}`; null with `operationId`. */
  route: string | null;
  /** Path parameters, decoded. */
  parameters: Readonly<Record<string, string>>;
  /** False: GitHub refuses this operation to an app's JWT or installation token. */
  enabledForGitHubApps: boolean;
  /** Readable sentences; empty: nothing wrong. */
  violations: string[];
}

export interface Violation {
  kind: "request" | "reply" | "webhook" | "unknown-route";
  /** Operation id, or `event.action` of a webhook, or `METHOD /path` of an unknown route. */
  of: string;
  sentence: string;
}

/** A permission of a GitHub App as `app.yml` names it; null: none needed, a token or JWT is enough. */
export interface Permission {
  name: string;
  access: "read" | "write";
}

/** One operation that was called at least once. */
export interface Seen {
  operationId: string;
  route: string;
  count: number;
  /** Any one of these is enough; empty: no permission is needed. */
  permissions: readonly Permission[];
}

export interface Judge {
  /** Weighs and records a call. */
  request(call: Call): Verdict;
  /** Weighs and records a reply; `body` undefined: none. Returns the sentences of what is wrong. */
  reply(operationId: string, status: number, body: unknown): string[];
  /** Weighs and records a webhook; `action` null where the event has none (push, ping). */
  webhook(event: string, action: string | null, payload: unknown): string[];
  readonly violations: readonly Violation[];
  /** Operations called so far, in the order of their first call. */
  readonly log: readonly Seen[];
  /** Webhooks sent so far, `event.action` → count. */
  readonly webhooks: ReadonlyMap<string, number>;
  /** Throws an Error that lists every violation; does nothing where there is none. */
  assertClean(): void;
  /** Forgets violations and counts (not what is compiled). */
  reset(): void;
}

export interface JudgeOptions {
  /** Called for each violation as it is found, e.g. to fail at the spot or to print it. */
  onViolation?: (violation: Violation) => void;
}
