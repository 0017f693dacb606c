import { z } from "zod";
import type { PackagePolicy, Policy, Principal } from "../policy-types.ts";

/** The policy file's form. Every message is a sentence that says what to write instead. */

const login = /^[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}$/i;
const team = /^@([a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38})\/([a-z\d][a-z\d_-]{0,99})$/i;

const principal = z.string("write a login (`alice`) or a team (`@org/team`).").transform((text, context): Principal => {
  const named = team.exec(text);
  if (named !== null) return { kind: "team", org: named[1] ?? "", slug: named[2] ?? "" };
  if (login.test(text)) return { kind: "person", login: text };
  context.addIssue({
    code: "custom",
    message: `“${text.slice(0, 60)}” is neither a login (\`alice\`) nor a team (\`@org/team\`).`,
  });
  return z.NEVER;
});

const people = z
  .array(principal, "write a list of logins and teams.")
  .min(1, "name at least one person or team.")
  .max(100, "name at most 100 people and teams; use a team instead.")
  .refine(
    (list) => new Set(list.map((one) => JSON.stringify(one).toLowerCase())).size === list.length,
    "somebody is named twice; name each once.",
  );

const seconds = z.string("write a time like `20m`.").transform((text, context): number => {
  const read = /^(\d{1,4})\s*(s|m|h)$/.exec(text);
  const value = read === null ? 0 : Number(read[1]) * { s: 1, m: 60, h: 3600 }[read[2] as "s" | "m" | "h"];
  if (value >= 60 && value <= 6 * 3600) return value;
  context.addIssue({
    code: "custom",
    message: `“${text.slice(0, 20)}” is not a time between \`1m\` and \`6h\`: write it like \`20m\`.`,
  });
  return z.NEVER;
});

const secret = z
  .string()
  .regex(/^[A-Z_][A-Z0-9_]*$/i, "a secret's name has letters, digits and underscores, and doesn't begin with a digit.")
  .refine((name) => !/^GITHUB_/i.test(name), "GitHub keeps names that begin with `GITHUB_` for itself; choose another.")
  .transform((name) => name.toUpperCase());

const packageName = z
  .string()
  .max(214, "npm allows at most 214 characters.")
  .regex(
    /^(?:@[a-z0-9-~][a-z0-9-._~]*\/)?[a-z0-9-~][a-z0-9-._~]*$/,
    "this is not a package name that npm takes: lower case letters, digits, dashes, dots, an optional `@scope/`.",
  );

const approvals = z.preprocess(
  (value) => (typeof value === "number" ? { count: value } : value),
  z.strictObject({
    count: z.int("write a whole number.").min(0, "it can't be negative.").max(10, "at most 10.").default(1),
    from: people.optional(),
    self: z.boolean("write true or false.").default(false),
  }),
);

/** Keys that a package may have, and that `defaults` may have for all packages. */
const shared = {
  workflow: z
    .string()
    .regex(/^[\w.-]+\.ya?ml$/, "write the file's name below `.github/workflows/`, e.g. `publish.yml`.")
    .default("publish.yml"),
  environment: z
    .string()
    .min(1, "name the environment.")
    .max(255, "at most 255 characters.")
    .regex(/^[^\p{Cc}]+$/u, "without control characters.")
    .default("publish"),
  secret: secret.default("NPM_TOKEN"),
  mode: z
    .enum(["otp", "stage", "trusted-stage", "trusted"], "write `otp`, `stage`, `trusted-stage` or `trusted`.")
    .default("otp"),
  branches: z.array(z.string().min(1)).max(20, "at most 20 branches.").default([]),
  remove: z.enum(["job-completed", "job-started"], "write `job-completed` or `job-started`.").default("job-completed"),
  maxExposure: seconds.default(1200),
  revoke: z.boolean("write true or false.").default(false),
  gate: z.enum(["rule", "before-dispatch"], "write `rule` or `before-dispatch`.").default("rule"),
  reviewers: z.enum(["allow", "github-only"], "write `allow` or `github-only`.").default("allow"),
  dispatchAs: z.enum(["app", "person"], "write `app` or `person`.").default("app"),
  registry: z
    .url("write an address that begins with https://.")
    .refine(
      (url) => /^https:\/\/|^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::|\/|$)/.test(url),
      "a registry's address begins with https:// (http only on loopback).",
    )
    .optional(),
};

const onePackage = z.strictObject(
  { name: packageName, releasers: people, approvals: approvals.prefault({}), ...shared },
  "write a package as keys and values.",
);

/** What is validated once the defaults were put into each package. */
export const policySchema = z.strictObject(
  {
    version: z.literal(1, "write `version: 1`."),
    packages: z
      .array(onePackage, "write a list of packages.")
      .min(1, "name at least one package.")
      .max(500, "at most 500 packages."),
  },
  "write `version: 1` and a list of `packages`.",
);

/** Keys that `defaults` may have. */
export const defaultKeys = [...Object.keys(shared), "releasers", "approvals"];

/** Keys that a package may have. */
export const packageKeys = ["name", ...defaultKeys];

/** From the file's form to the policy's: approvers default to the releasers, times are seconds. */
export function toPolicy(file: z.output<typeof policySchema>): Policy {
  return {
    version: 1,
    packages: file.packages.map(({ maxExposure, registry, approvals: asked, ...rest }): PackagePolicy => ({
      ...rest,
      approvals: { count: asked.count, from: asked.from ?? rest.releasers, self: asked.self },
      maxExposureSeconds: maxExposure,
      ...(registry === undefined ? {} : { registry }),
    })),
  };
}

/** JSON Schema of the file, for editors. */
export function policyJsonSchema(): unknown {
  const defaults = z.strictObject({ releasers: people, approvals, ...shared }).partial();
  return z.toJSONSchema(policySchema.extend({ defaults: defaults.optional() }), {
    io: "input",
    unrepresentable: "any",
  });
}
