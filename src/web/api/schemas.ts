import { z } from "zod";
import { auditFields } from "../audit-query.ts";
import { activeStates, endStates } from "../../domain/release-types.ts";
import { tokenStates } from "../../domain/token.ts";

/** What goes over the wire at `/api/v1`. Times are ISO texts in UTC; ids of GitHub's are numbers, ours are texts. */

const time = z.date().transform((date) => date.toISOString());
const id = z.string().regex(/^[\w-]{1,64}$/);
const line = (most: number): z.ZodString => z.string().max(most);

export const about = z.object({
  name: z.literal("Countersign"),
  version: z.string(),
  clientId: z.string(),
  githubUrl: z.string(),
  publicUrl: z.string(),
});

/** A user access token that GitHub made for our app, as the device flow gives it. */
export const newSession = z.strictObject({ githubToken: z.string().regex(/^[\x21-\x7e]{4,2000}$/) });

export const session = z.object({
  bearer: z.string(),
  expiresAt: time,
  person: z.object({ id: z.number(), login: z.string() }),
});

const repository = z.object({ id: z.number(), owner: z.string(), name: z.string() });

/** All that is known of a sealed token, but for what was sealed. */
export const token = z.object({
  id: z.string(),
  groupId: z.string(),
  state: z.enum(tokenStates),
  /** null: GitHub doesn't show it to this person any more. */
  repository: repository.nullable(),
  repositoryId: z.number(),
  environmentId: z.number(),
  environmentName: z.string(),
  personId: z.number(),
  personLogin: z.string(),
  npmUser: z.string(),
  packages: z.array(z.string()),
  label: z.string(),
  npmKey: z.string().nullable(),
  bypass2fa: z.boolean(),
  keyId: z.string(),
  expiresAt: time,
  sealedAt: time,
  lastUsedAt: time.nullable(),
  forReleaseId: z.string().nullable(),
  seen: z
    .object({
      at: z.string(),
      releaseId: z.string(),
      npmUser: z.string().nullable(),
      mayWrite: z.boolean().nullable(),
      expiresAt: z.string().nullable(),
      bypass2fa: z.boolean().nullable(),
    })
    .nullable(),
  refusedAt: time.nullable(),
  refusedWhy: z.string().nullable(),
  warnAt: time.nullable(),
});

export const tokens = z.object({ tokens: z.array(token) });

const rules = z.object({
  maxDays: z.number(),
  keep: z.string(),
  /** Why a token may bypass 2FA here; null: it may not. */
  bypass2fa: z.string().nullable(),
  revoke: z.boolean(),
  limits: z.array(z.string()),
});

export const places = z.object({
  places: z.array(
    z.object({
      repository,
      package: z.string(),
      packages: z.array(z.string()),
      environmentId: z.number(),
      environmentName: z.string(),
      secretName: z.string(),
      mode: z.string(),
      registry: z.string().nullable(),
      rules,
      /** npm's command for a token that fits. */
      command: z.string(),
      current: token.nullable(),
    }),
  ),
});

/** Which environment's key: that of a package in a repository. */
export const ofPlace = z.object({
  repository: z
    .string()
    .regex(/^[1-9]\d{0,15}$/)
    .transform(Number),
  package: line(214).min(1),
});

/** Only its name: whoever seals reads the key from GitHub. */
export const key = z.object({ keyId: z.string() });

/** A day, or an instant. */
const expiry = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

/** One npm token, sealed for one environment or more. */
export const newToken = z.strictObject({
  npmUser: line(300),
  label: line(300).default(""),
  npmKey: line(100).nullable().default(null),
  expiresAt: expiry,
  bypass2fa: z.boolean().default(false),
  releaseId: id.nullable().default(null),
  places: z
    .array(
      z.strictObject({
        repositoryId: z.int().positive(),
        packages: z.array(line(214).min(1)).min(1).max(50),
        keyId: line(100).min(1),
        ciphertext: line(1000),
      }),
    )
    .min(1)
    .max(50),
});

export const todos = z.object({
  todos: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      repository: repository.nullable(),
      repositoryId: z.number(),
      groupId: z.string(),
      npmUser: z.string(),
      label: z.string(),
      npmKey: z.string().nullable(),
      why: z.string(),
      createdAt: time,
      expiresAt: time,
    }),
  ),
});

/** The audit is asked for with a filter, and page by page. */
export const auditAsk = auditFields.extend({
  /** Events that one answer has at most: 1 to 200. */
  limit: z
    .string()
    .regex(/^(?:[1-9]\d?|1\d\d|200)$/)
    .default("50")
    .transform(Number),
});

export const audit = z.object({
  events: z.array(
    z.object({
      seq: z.number(),
      at: z.string(),
      /** The event's name, such as `token.sealed`. */
      what: z.string(),
      /** The same as a sentence. */
      said: z.string(),
      actor: z.string(),
      actorId: z.number().nullable(),
      repository: repository.nullable(),
      repositoryId: z.number().nullable(),
      releaseId: z.string().nullable(),
      package: z.string().nullable(),
      version: z.string().nullable(),
      detail: z.record(z.string(), z.unknown()),
    }),
  ),
  /** `before` of the next page; null: there is none. */
  next: z.number().nullable(),
});

export const sessions = z.object({
  sessions: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(["browser", "command-line"]),
      /** The one in which this is asked. */
      current: z.boolean(),
      createdAt: time,
      lastSeenAt: time,
      expiresAt: time,
    }),
  ),
});

const releaseInList = {
  id: z.string(),
  number: z.number(),
  state: z.enum([...activeStates, ...endStates]),
  package: z.string(),
  version: z.string(),
  distTag: z.string(),
  mode: z.string(),
  repository,
  branch: z.string(),
  /** `title` is the first line of the message, `author` a login where GitHub knows one. */
  commit: z.object({ sha: z.string(), title: z.string().nullable(), author: z.string().nullable() }),
  environmentName: z.string(),
  releaserLogin: z.string(),
  runUrl: z.string().nullable(),
  issueNumber: z.number().nullable(),
  requestedAt: time,
  endedAt: time.nullable(),
  /** Logins and teams that it still waits for. */
  missing: z.array(z.string()),
  /** npm's question, where it is open. */
  challenge: z.object({ id: z.string(), openedAt: time, expiresAt: time }).nullable(),
  /** When GitHub ends the run if it goes on waiting. */
  githubEndsAt: time.nullable(),
};

export { queueFields as queueAsk } from "../queue-query.ts";

export const queue = z.object({
  items: z.array(
    z.object({
      /** What it wants of the person who asks; null: nothing. */
      waitsForYou: z.enum(["challenge", "confirm", "seal", "approve"]).nullable(),
      ...releaseInList,
    }),
  ),
  /** On all pages: releases under way, and how many of them wait for the person. */
  total: z.number(),
  mine: z.number(),
  page: z.number(),
  pages: z.number(),
  /** The person's tokens that can't be used, or not much longer; one entry for each npm token. */
  renewals: z.array(z.object({ state: z.enum(tokenStates), tokenIds: z.array(z.string()) })),
  todoIds: z.array(z.string()),
});

/** A decision is a tree of reasons. */
const reason = z.object({
  rule: z.string(),
  verdict: z.enum(["satisfied", "waiting", "refused"]),
  text: z.string(),
  waitsFor: z.array(z.string()),
  get children() {
    return z.array(reason);
  },
});

const ability = z.object({ allowed: z.boolean(), why: z.string().nullable() });

export const release = z.object({
  ...releaseInList,
  decision: reason,
  approvals: z.array(
    z.object({
      login: z.string(),
      verdict: z.enum(["approved", "rejected"]),
      sha: z.string(),
      source: z.enum(["chat", "github", "dashboard"]),
      comment: z.string().nullable(),
      givenAt: time,
    }),
  ),
  /** How long the secret was in place; null: it never was. */
  exposure: z
    .object({
      secretName: z.string(),
      armedAt: time.nullable(),
      disarmedAt: time.nullable(),
      closedAt: time.nullable(),
      expiresAt: time,
    })
    .nullable(),
  workflowPath: z.string(),
  runId: z.number().nullable(),
  dispatchedAt: time.nullable(),
  gateAskedAt: time.nullable(),
  gateApprovedAt: time.nullable(),
  jobStartedAt: time.nullable(),
  jobEndedAt: time.nullable(),
  verifiedAt: time.nullable(),
  /** What the registry said after the run. */
  shasum: z.string().nullable(),
  integrity: z.string().nullable(),
  end: z.object({ at: time, code: z.string().nullable(), text: z.string().nullable() }).nullable(),
  /** What the person who asks may do now; where not, why not. */
  may: z.object({ approve: ability, reject: ability, cancel: ability, confirm: ability, answer: ability }),
});

const newestRelease = z.object({
  id: z.string(),
  version: z.string(),
  mode: z.string(),
  state: z.enum([...activeStates, ...endStates]),
  requestedAt: time,
  endedAt: time.nullable(),
});

const repositoryInList = {
  ...repository.shape,
  private: z.boolean(),
  defaultBranch: z.string(),
  /** Releases under way. */
  active: z.number(),
  /** `last`: null where only a sealed token tells of the package. */
  packages: z.array(z.object({ name: z.string(), last: newestRelease.nullable() })),
};

export const repositories = z.object({ repositories: z.array(z.object(repositoryInList)) });

export const repositoryWithPolicy = z.object({
  ...repositoryInList,
  policy: z.object({
    /** `unread`: GitHub doesn't answer now. */
    state: z.enum(["unread", "missing", "broken", "fine"]),
    /** Commit at which it was read. */
    sha: z.string().nullable(),
    problems: z.array(z.object({ line: z.number(), column: z.number(), key: z.string(), text: z.string() })),
    packages: z.array(
      z.object({
        name: z.string(),
        /** Where it begins in the file. */
        line: z.number(),
        mode: z.string(),
        workflow: z.string(),
        environment: z.string(),
        secret: z.string(),
        releasers: z.array(z.string()),
        approvals: z.object({ count: z.number(), from: z.array(z.string()), self: z.boolean() }),
        branches: z.array(z.string()),
        remove: z.string(),
        maxExposureSeconds: z.number(),
        revoke: z.boolean(),
        gate: z.string(),
        reviewers: z.string(),
        dispatchAs: z.string(),
        token: z.object({ maxDays: z.number(), keep: z.string(), bypass2fa: z.string().nullable() }),
        registry: z.string().nullable(),
      }),
    ),
  }),
  releases: z.array(newestRelease.extend({ package: z.string(), releaserLogin: z.string() })),
});

export const problem = z.object({ code: z.string(), message: z.string() });
