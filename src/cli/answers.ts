import * as z from "zod/mini";
import type { Mode } from "../domain/policy-types.ts";

const modes = ["otp", "stage", "trusted-stage", "trusted"] as const satisfies readonly Mode[];

/** What the server's API answers, as far as it is used here; what a newer server says beyond that is ignored. */

export const about = z.object({
  name: z.literal("Countersign"),
  version: z.string(),
  clientId: z.string().check(z.minLength(1)),
  githubUrl: z.string(),
});

export const session = z.object({ bearer: z.string(), expiresAt: z.string(), person: z.object({ login: z.string() }) });

const repository = z.object({ id: z.number(), owner: z.string(), name: z.string() });

const token = z.object({
  id: z.string(),
  groupId: z.string(),
  state: z.string(),
  repository: z.nullable(repository),
  repositoryId: z.number(),
  environmentId: z.number(),
  environmentName: z.string(),
  npmUser: z.string(),
  packages: z.array(z.string()),
  label: z.string(),
  npmKey: z.nullable(z.string()),
  bypass2fa: z.boolean(),
  expiresAt: z.string(),
  sealedAt: z.string(),
  lastUsedAt: z.nullable(z.string()),
  refusedWhy: z.nullable(z.string()),
});
export type Token = z.infer<typeof token>;
export const tokens = z.object({ tokens: z.array(token) });

const place = z.object({
  repository,
  package: z.string(),
  packages: z.array(z.string()),
  environmentId: z.number(),
  environmentName: z.string(),
  rules: z.object({ maxDays: z.number(), keep: z.string(), limits: z.array(z.string()) }),
  mode: z.enum(modes),
  /** Absent: a server from before there were such. */
  approvesStages: z.optional(z.boolean()),
  registry: z.nullable(z.string()),
  command: z.string(),
  current: z.nullable(token),
});
export type Place = z.infer<typeof place>;
export const places = z.object({ places: z.array(place) });

export const key = z.object({ keyId: z.string() });

const todo = z.object({
  id: z.string(),
  groupId: z.string(),
  npmUser: z.string(),
  label: z.string(),
  npmKey: z.nullable(z.string()),
  why: z.string(),
  expiresAt: z.string(),
});
export type Todo = z.infer<typeof todo>;
export const todos = z.object({ todos: z.array(todo) });

export const repositories = z.object({ repositories: z.array(repository) });

const waiver = z.object({ by: z.string(), reason: z.string(), until: z.string() });
const rule = { rule: z.string(), area: z.string(), title: z.string(), page: z.string() };

export const doctor = z.object({
  repository,
  state: z.string(),
  why: z.nullable(z.string()),
  summary: z.string(),
  sha: z.nullable(z.string()),
  at: z.nullable(z.string()),
  packages: z.array(z.string()),
  whole: z.boolean(),
  findings: z.array(
    z.object({
      ...rule,
      level: z.string(),
      where: z.nullable(z.object({ path: z.string(), line: z.number(), url: z.string() })),
      subject: z.nullable(z.string()),
      text: z.string(),
      why: z.string(),
      mend: z.object({ text: z.string(), command: z.nullable(z.string()), diff: z.nullable(z.string()) }),
      guide: z.nullable(z.string()),
      zizmor: z.nullable(z.string()),
      waived: z.nullable(waiver),
      ended: z.nullable(waiver),
    }),
  ),
  unchecked: z.array(z.object({ ...rule, why: z.string() })),
  kept: z.array(z.object(rule)),
});
export type Doctor = z.infer<typeof doctor>;

export const problem = z.object({ code: z.string(), message: z.string() });
