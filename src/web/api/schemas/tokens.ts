import { z } from "zod";
import { tokenStates } from "../../../domain/token.ts";
import { id, line, repository, time } from "./shared.ts";

/** All that is known of a sealed token, but for what was sealed. */
export const token = z
  .object({
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
    /** It isn't for publishing, but for approving and rejecting what is staged. */
    approvesStages: z.boolean(),
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
  })
  .meta({ id: "Token" });

/** Everybody's tokens in a repository, package by package. `tokens` is null where the environment doesn't exist. */
export const repositoryTokens = z.object({
  packages: z.array(
    z.object({
      package: z.string(),
      environmentName: z.string(),
      approvesStages: z.boolean(),
      keep: z.enum(["until-expiry", "never"]),
      tokens: z
        .array(z.object({ personLogin: z.string(), npmUser: z.string(), state: z.enum(tokenStates), expiresAt: time }))
        .nullable(),
    }),
  ),
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
      /** The token is for approving and rejecting what is staged of the package: then name `environment` with it. */
      approvesStages: z.boolean(),
      registry: z.string().nullable(),
      rules,
      /** npm's command for a token that fits. */
      command: z.string(),
      current: token.nullable(),
    }),
  ),
});

/** Which environment's key: that of a package in a repository, or (`environment`) the one that approves its stages. */
export const ofPlace = z.object({
  repository: z
    .string()
    .regex(/^[1-9]\d{0,15}$/)
    .transform(Number),
  package: line(214).min(1),
  environment: line(255).min(1).optional(),
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
        environment: line(255).min(1).optional(),
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
