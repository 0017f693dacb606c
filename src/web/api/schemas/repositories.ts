import { z } from "zod";
import { activeStates, endStates } from "../../../domain/release-types.ts";
import { repository, time } from "./shared.ts";
import { sighting, watch } from "./sightings.ts";

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
        secondBuild: z.boolean(),
        dispatchAs: z.string(),
        token: z.object({ maxDays: z.number(), keep: z.string(), bypass2fa: z.string().nullable() }),
        registry: z.string().nullable(),
        /** null: a version without a release raises the alarm. */
        localPublishing: z
          .object({
            by: z.string(),
            reason: z.string(),
            until: z.string(),
            publishers: z.array(z.string()).nullable(),
          })
          .nullable(),
      }),
    ),
  }),
  releases: z.array(newestRelease.extend({ package: z.string(), releaserLogin: z.string() })),
  watches: z.array(watch),
  /** What happened at registries without a release, newest first. */
  sightings: z.array(sighting),
});
