import { z } from "zod";
import { RegistryError } from "./types.ts";
import type { Provenance } from "./types.ts";

const text = z.string().max(2000);

/** What the registry serves below `/-/npm/v1/attestations` (pacote, `lib/registry.js`). */
const attestations = z.object({
  attestations: z
    .array(
      z.object({
        predicateType: z.string(),
        bundle: z
          .object({ dsseEnvelope: z.object({ payload: z.base64() }) })
          .nullish()
          .catch(null),
      }),
    )
    .max(50),
});

/** The statement that npm's CLI makes in a job of GitHub's (libnpmpublish, `lib/provenance.js`; SLSA provenance 1). */
const statement = z.object({
  subject: z.array(z.object({ name: text, digest: z.object({ sha512: z.string().regex(/^[0-9a-f]{128}$/) }) })).max(50),
  predicate: z.object({
    buildDefinition: z.object({
      externalParameters: z.object({ workflow: z.object({ repository: text, path: text, ref: text }) }),
      resolvedDependencies: z.array(z.object({ digest: z.object({ gitCommit: text }) })).max(50),
    }),
    runDetails: z.object({ metadata: z.object({ invocationId: text }) }),
  }),
});

const slsa = "https://slsa.dev/provenance/v1";

/** What a version's provenance says; null where the registry has none about this package and version, or none of GitHub's form. */
export function provenanceIn(body: unknown, name: string, version: string, host: string): Provenance | null {
  const read = attestations.safeParse(body);
  if (!read.success)
    throw new RegistryError(
      "unexpected",
      `The registry ${host} answered with something that is no list of attestations.`,
    );
  const found = read.data.attestations.find(({ predicateType }) => predicateType === slsa);
  const said = statement.safeParse(json(found?.bundle?.dsseEnvelope.payload ?? "")).data;
  const subject = said?.subject.find((one) => one.name === `pkg:npm/${name.replace("@", "%40")}@${version}`);
  if (said === undefined || subject === undefined) return null;
  const { buildDefinition, runDetails } = said.predicate;
  const { repository, path, ref } = buildDefinition.externalParameters.workflow;
  return {
    sha512: subject.digest.sha512,
    ...{ repository, workflow: path, ref },
    commit: buildDefinition.resolvedDependencies[0]?.digest.gitCommit ?? null,
    run: runDetails.metadata.invocationId,
  };
}

function json(base64: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64, "base64").toString("utf8"));
  } catch {
    return null;
  }
}
