import { z } from "zod";
import { instant } from "./read.ts";
import { repositoryShape } from "./repository.ts";

/** The fields that we use of each webhook, and nothing else. A payload that lacks one is an error that names the field. */

const user = z.object({ id: z.number(), login: z.string(), type: z.string() });
const scene = { repository: repositoryShape, installation: z.object({ id: z.number() }).optional(), sender: user };

export const commentEvent = z.object({
  ...scene,
  action: z.enum(["created", "edited", "deleted"]),
  issue: z.object({ number: z.number(), state: z.string() }),
  comment: z.object({
    id: z.number(),
    body: z.string().nullish(),
    user: user.nullable(),
    created_at: instant,
    // Set also where a person's name stands on what an app wrote.
    performed_via_github_app: z.object({ id: z.number() }).nullish(),
  }),
});

/** `sha` and `ref` are in GitHub's document since 2026; the run's id stands only in the callback's address. */
export const gateEvent = z.object({
  ...scene,
  action: z.literal("requested"),
  environment: z.string(),
  // Only the number is taken from it: the address itself is never called.
  deployment_callback_url: z.string().transform((text, context) => {
    const id = Number(/\/actions\/runs\/(\d{1,19})\/deployment_protection_rule$/.exec(text)?.[1]);
    if (Number.isSafeInteger(id) && id > 0) return id;
    context.addIssue({ code: "custom", message: "holds no run id" });
    return z.NEVER;
  }),
});

export const reviewEvent = z.object({
  ...scene,
  action: z.enum(["requested", "approved", "rejected"]),
  approver: user.nullish(),
  comment: z.string().nullish(),
  workflow_run: z.object({ id: z.number(), run_attempt: z.number().default(1) }).nullable(),
  // A decision has no environment of its own; it stands with each job.
  workflow_job_run: z.object({ environment: z.string() }).nullish(),
  workflow_job_runs: z.array(z.object({ environment: z.string() })).nullish(),
});

export const jobEvent = z.object({
  ...scene,
  action: z.string(),
  workflow_job: z.object({
    id: z.number(),
    run_id: z.number(),
    run_attempt: z.number().default(1),
    name: z.string(),
    conclusion: z.string().nullable(),
    started_at: instant.nullish(),
    completed_at: instant.nullish(),
  }),
  deployment: z.object({ environment: z.string() }).nullish(),
});

export const runEvent = z.object({
  ...scene,
  action: z.enum(["requested", "in_progress", "completed"]),
  workflow_run: z.object({ id: z.number(), conclusion: z.string().nullable(), run_attempt: z.number().default(1) }),
});

export const repositoryEvent = z.object({ ...scene, action: z.string() });

/** GitHub lists the files of each commit; a push that lists none at all may have touched any. */
const files = z.array(z.string()).default([]);
export const pushEvent = z.object({
  ...scene,
  ref: z.string(),
  /** The branch's head now; zeros where it was deleted. */
  after: z.string(),
  commits: z.array(z.object({ added: files, removed: files, modified: files })).default([]),
});

/** Somebody's rights changed: a collaborator, a member of a team, a member of the organisation. */
export const memberEvent = z.object({ action: z.string(), member: z.object({ id: z.number() }).nullish() });
export const organizationEvent = z.object({
  action: z.string(),
  membership: z.object({ user: z.object({ id: z.number() }).nullish() }).nullish(),
  installation: z.object({ id: z.number() }).optional(),
});

/** What the app may see changed; what that is GitHub is asked. */
export const installationEvent = z.object({ action: z.string(), installation: z.object({ id: z.number() }) });
export const authorizationEvent = z.object({ action: z.literal("revoked"), sender: user });

/** Reads a payload as one of the events above; the error says which field of which event doesn't fit. */
export function readEvent<Shape extends z.ZodType>(shape: Shape, name: string, payload: unknown): z.output<Shape> {
  const read = shape.safeParse(payload);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw new TypeError(`${name}: ${issue?.path.join(".") ?? ""} ${issue?.message ?? "doesn't fit"}`);
}
