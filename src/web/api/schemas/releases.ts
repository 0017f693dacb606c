import { z } from "zod";
import { contentsSchema } from "../../../domain/inside/wire.ts";
import { activeStates, endStates, purposes } from "../../../domain/release-types.ts";
import { tokenStates } from "../../../domain/token.ts";
import { repository, sha, time } from "./shared.ts";
import { sighting } from "./sightings.ts";

const releaseInList = {
  id: z.string(),
  number: z.number(),
  state: z.enum([...activeStates, ...endStates]),
  package: z.string(),
  /** Of a release of several packages: all of them in the order in which they are published; `package` is the first. null: one. */
  packages: z
    .array(
      z.object({
        name: z.string(),
        /** `already`: an earlier release of this commit published it. `published` is the step's word until `verifiedAt`. */
        state: z.enum(["waiting", "already", "published", "staged", "failed"]),
        shasum: z.string().nullable(),
        integrity: z.string().nullable(),
        stageId: z.string().nullable(),
        verifiedAt: z.string().nullable(),
        /** Of a failed one that the registry has all the same: not as it was to be, or nobody told of its bytes. */
        onRegistry: z.enum(["otherwise", "untold"]).nullable(),
        text: z.string().nullable(),
        /** How much of what is inside is dangerous, and how much worth a look; null: nothing is told (yet). */
        inside: z.object({ dangers: z.number(), looks: z.number() }).nullable(),
      }),
    )
    .nullable(),
  version: z.string(),
  distTag: z.string(),
  mode: z.string(),
  /** Whether it publishes, or decides about what another release (`stageOf`) has staged at npm as `stageId`. */
  purpose: z.enum(purposes),
  stageOf: z.string().nullable(),
  stageId: z.string().nullable(),
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
  /** Logins and teams that it still waits for; of what is staged those whom Countersign knows of, npm lets others approve as well. */
  missing: z.array(z.string()),
  /** npm's question, where it is open. */
  challenge: z.object({ id: z.string(), openedAt: time, expiresAt: time }).nullable(),
  /** When GitHub ends the run if it goes on waiting. */
  githubEndsAt: time.nullable(),
  /** When what is staged at npm is given up here. */
  stageEndsAt: time.nullable(),
};

export { queueFields as queueAsk } from "../../queue-query.ts";

export const queue = z.object({
  items: z.array(
    z.object({
      /** What it wants of the person who asks; null: nothing. */
      waitsForYou: z.enum(["challenge", "confirm", "seal", "approve", "stage"]).nullable(),
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
  /** Secrets that are to be removed and couldn't be yet: somebody has to look. */
  stuck: z.array(
    z.object({
      releaseId: z.string(),
      repositoryId: z.number(),
      environmentName: z.string(),
      secretName: z.string(),
      disarmAskedAt: time.nullable(),
      lastError: z.string().nullable(),
    }),
  ),
  /** What happened at registries without a release, and nobody has acknowledged. */
  alarms: z.array(sighting),
});

/** A decision is a tree of reasons. */
const reason = z
  .object({
    rule: z.string(),
    verdict: z.enum(["satisfied", "waiting", "refused"]),
    text: z.string(),
    waitsFor: z.array(z.string()),
    get children() {
      return z.array(reason);
    },
  })
  .meta({ id: "Reason" });

const ability = z.object({ allowed: z.boolean(), why: z.string().nullable() });

export const release = z
  .object({
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
    may: z.object({
      ...{ approve: ability, reject: ability, cancel: ability, confirm: ability, answer: ability },
      /** null: nothing is staged, or the policy leaves that to npm. */
      approveStage: ability.nullable(),
      rejectStage: ability.nullable(),
    }),
  })
  .meta({ id: "Release" });

/** `sha`: the commit that the person was shown; a release of another one is not decided. */
export const approving = z.strictObject({ sha });
/** `why` is read by the releaser, in the thread. */
export const rejecting = z.strictObject({ sha, why: z.string().trim().min(1).max(1000) });
export const cancelling = z.strictObject({ sha, why: z.string().trim().max(1000).optional() });
/** `shasum`: of the staged bytes that the person was shown; others are not decided about. */
export const decidingStage = z.strictObject({ shasum: z.string().regex(/^[0-9a-f]{40}$/) });
/** The version that an adopted run is to publish. */
export const confirming = z.strictObject({ sha, version: z.string().trim().min(1).max(100) });

/** What changed: the workflow file beside the default branch's, and the commits since the last release of the package. */
export const changes = z.object({
  workflow: z.object({
    path: z.string(),
    branch: z.string(),
    /** Commit at the head of that branch. */
    head: z.string().nullable(),
    state: z.enum(["same", "changed", "only-there", "only-here", "unreadable"]),
    /** Parts of the file, each a run of lines: `added` is at the release's commit, `removed` on the default branch only. */
    parts: z.array(z.array(z.object({ kind: z.string(), text: z.string() }))),
  }),
  /** Of several packages the oldest of their last releases, and whose it is. */
  last: z.object({ id: z.string(), package: z.string(), version: z.string(), sha: z.string() }).nullable(),
  /** Packages of which no release before this one is known. */
  unreleased: z.array(z.string()),
  commits: z
    .object({
      total: z.number(),
      commits: z.array(z.object({ sha: z.string(), title: z.string().nullable(), author: z.string().nullable() })),
    })
    .nullable(),
});

/** Of a release of several packages which one; the first where none is named. */
export const contentsAsk = z.strictObject({ package: z.string().max(214).optional() });

/** What the workflow step found in the tarball; all of it null where nothing was told (yet). */
export const contents = z.object({
  toldAt: time.nullable(),
  /** SHA-1 of the bytes that are published, where they are others than `contents.shasum`: then it tells nothing of them. */
  otherBytes: z.string().nullable(),
  /** What should be looked at, the most dangerous first. */
  points: z.array(
    z.object({
      weight: z.enum(["danger", "look", "note"]),
      code: z.string(),
      sentence: z.string(),
      about: z.array(z.string()),
      more: z.number(),
    }),
  ),
  contents: contentsSchema.nullable(),
});

/** npm's question, for the one person who can answer it. */
export const challenge = z.object({
  id: z.string(),
  releaseId: z.string(),
  kind: z.enum(["code", "link"]),
  state: z.string(),
  try: z.number(),
  openedAt: time,
  expiresAt: time,
  /** npm's page, where a passkey or security key is asked for. */
  authUrl: z.string().nullable(),
  subject: z.object({
    name: z.string(),
    version: z.string(),
    tag: z.string().nullable(),
    shasum: z.string().nullable(),
  }),
  /** Base64: what a code is sealed to (X25519, libsodium's `crypto_box_seal`); nobody but the runner can open it. */
  publicKey: z.string(),
});

export const answering = z.strictObject({ sealed: z.string().max(300) });
