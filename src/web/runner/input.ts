import type { Context } from "hono";
import { z } from "zod";
import { isPublicKey } from "../../domain/challenge.ts";
import { limits } from "../../domain/inside/limits.ts";
import { buildSchema } from "../../domain/inside/wire.ts";
import { Refusal } from "../../domain/errors.ts";

/** Bytes that a runner's request may have, and one that tells what is inside. */
export const bodyLimits = { usual: 16 * 1024, contents: limits.report };

const line = (most: number): z.ZodString =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\p{C}]*$/u);
const shasum = z.string().regex(/^[0-9a-f]{40}$/);
const integrity = z.string().regex(/^sha512-[A-Za-z0-9+/]{86}==$/);

export const sessionBody = z.strictObject({
  publicKey: z.string().refine(isPublicKey),
  bearerHash: z.string().regex(/^[0-9a-f]{64}$/),
  step: z.enum(["publish", "otp", "stage", "post"]),
});

export const liveBody = z.strictObject({ publicKey: z.string().refine(isPublicKey) });

/** What a job beside the publishing one built; its key is named by its OIDC token. */
export const buildBody = z.strictObject({ publicKey: z.string().refine(isPublicKey), build: buildSchema });

const subject = z.strictObject({
  name: line(214),
  version: line(256),
  tag: line(256).optional(),
  shasum: shasum.optional(),
  integrity: integrity.optional(),
});

export const challengeBody = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("code"), subject }),
  z.strictObject({ kind: z.literal("link"), authUrl: line(2000), subject }),
]);

export const resultBody = z.strictObject({ result: z.enum(["accepted", "refused", "ended"]) });

export const tokenBody = z.strictObject({
  npmUser: line(214).nullable(),
  mayWrite: z.boolean().nullable(),
  expiresAt: z.iso.datetime({ offset: true }).nullable(),
  bypass2fa: z.boolean().nullable(),
  dead: z.boolean().default(false),
  package: line(214).optional(),
});

/** Of a release of several packages: what the step packed, before anything is published. */
const packed = z
  .array(z.strictObject({ package: line(214), shasum, integrity }))
  .min(1)
  .max(25);

export const reportBody = z
  .strictObject({
    outcome: z.enum(["published", "staged", "approved", "rejected", "failed"]),
    stageId: z.uuid(),
    npmUser: line(214),
    shasum,
    integrity,
    heldShasum: shasum,
    revoked: z.enum(["revoked", "failed", "not-asked"]),
    message: line(500),
    package: line(214),
    packed,
  })
  .partial();

/** The wanted fields of a JSON body. @throws Refusal that names the field, never what was in it */
export async function readBody<Schema extends z.ZodType>(context: Context, schema: Schema): Promise<z.output<Schema>> {
  const body: unknown = await context.req.json().catch(() => undefined);
  if (body === undefined) throw new Refusal("bad-input", "The body isn't JSON.");
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "The body" : `\`${issue.path.join(".")}\` in the body`;
  throw new Refusal("bad-input", `${where} is not of the form that this API knows. Use the step of the same version.`);
}
