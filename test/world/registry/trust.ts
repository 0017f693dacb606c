import { randomUUID } from "node:crypto";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { z } from "zod";

export type Permission = "createPackage" | "createStagedPackage";

/** A trusted publisher as a test names it: what a job's OIDC token has to say (npm docs, "Trusted publishing"). */
export interface Trust {
  /** `owner/name` */
  repository: string;
  /** File name of the workflow, `publish.yml`. */
  workflow: string;
  /** null: any, or none. */
  environment: string | null;
  issuer: string;
  /** Both where it isn't said. */
  permissions?: Permission[];
}

/** As npm keeps it and shows it (npm's API description, `trust.yaml`; npm CLI, `lib/commands/trust/github.js`). */
export interface TrustConfig {
  id: string;
  type: string;
  claims: Record<string, unknown>;
  permissions: Permission[];
}

/** What a job showed when it got its token, and by which configuration. */
export interface JobIdentity {
  config: TrustConfig;
  claims: Readonly<Record<string, string>>;
}

const configs = z
  .array(
    z.object({
      type: z.enum(["github", "gitlab", "circleci"]),
      claims: z.record(z.string(), z.unknown()),
      permissions: z.array(z.enum(["createPackage", "createStagedPackage"])).min(1),
    }),
  )
  .length(1);

const github = z.object({
  repository: z.string().regex(/^[^/]+\/[^/]+$/),
  workflow_ref: z.union([z.string(), z.object({ file: z.string() })]).optional(),
  environment: z.string().optional(),
});

/** Trusted publishers by package, one each, and whose tokens count. Nothing is checked on GitHub when one is saved (npm's documents). */
export class TrustBook {
  readonly #configs = new Map<string, TrustConfig>();
  /** Address of the issuer of jobs' tokens; npm's is GitHub's own. */
  readonly issuers = new Set<string>();

  of(name: string): TrustConfig | null {
    return this.#configs.get(name) ?? null;
  }

  /** Null where the body is none of the configurations that npm takes. */
  static parse(body: Buffer): Omit<TrustConfig, "id"> | null {
    try {
      const [config] = configs.parse(JSON.parse(body.toString()));
      if (config === undefined || (config.type === "github" && !github.safeParse(config.claims).success)) return null;
      return config;
    } catch {
      return null;
    }
  }

  create(name: string, config: Omit<TrustConfig, "id">): TrustConfig {
    const made = { id: randomUUID(), ...config };
    this.#configs.set(name, made);
    return made;
  }

  set(name: string, { repository, workflow, environment, issuer, permissions }: Trust): TrustConfig {
    this.issuers.add(issuer);
    return this.create(name, {
      type: "github",
      claims: { repository, workflow_ref: { file: workflow }, ...(environment === null ? {} : { environment }) },
      permissions: permissions ?? ["createPackage", "createStagedPackage"],
    });
  }

  revoke(name: string, id: string): boolean {
    return this.of(name)?.id === id && this.#configs.delete(name);
  }

  forget(name: string): void {
    this.#configs.delete(name);
  }

  /**
   * Who the job is, where its OIDC token is one that the package's publisher trusts: signed by the issuer, for this registry, by
   * that workflow's file, repository and environment, letter by letter, and not on a runner of one's own.
   */
  async identify(name: string, token: string, audience: string, now: Date): Promise<JobIdentity | null> {
    const config = this.of(name);
    if (config?.type !== "github") return null;
    for (const issuer of this.issuers) {
      const claims = await claimsOf(token, issuer, audience, now);
      if (claims !== null && matches(config, claims)) return { config, claims };
    }
    return null;
  }
}

async function claimsOf(
  token: string,
  issuer: string,
  audience: string,
  now: Date,
): Promise<Record<string, string> | null> {
  try {
    const keys = createRemoteJWKSet(new URL("/.well-known/jwks", issuer));
    const { payload } = await jwtVerify(token, keys, { audience, issuer, currentDate: now });
    return Object.fromEntries(
      Object.entries(payload).filter((claim): claim is [string, string] => typeof claim[1] === "string"),
    );
  } catch {
    return null;
  }
}

function matches(config: TrustConfig, claims: Record<string, string>): boolean {
  const { repository, workflow_ref: workflow, environment } = github.parse(config.claims);
  const ref = claims["workflow_ref"] ?? "";
  const file = /\/\.github\/workflows\/([^@]*)@/.exec(ref)?.[1];
  return (
    claims["repository"] === repository &&
    (workflow === undefined || (typeof workflow === "string" ? workflow === ref : workflow.file === file)) &&
    (environment === undefined || environment === claims["environment"]) &&
    claims["runner_environment"] !== "self-hosted"
  );
}
