import { sha512Of } from "./tarball.ts";

/** One attestation as npm serves it (pacote, `lib/registry.js`, reads exactly this). */
export interface Attestation {
  predicateType: string;
  bundle: unknown;
}

export const provenanceType = "https://slsa.dev/provenance/v1";
const publishType = "https://github.com/npm/attestation/tree/main/specs/publish/v0.1";

interface Subject {
  name: string;
  version: string;
  tarball: Buffer;
}

/**
 * What a job's provenance says, in the fields that npm's CLI fills (libnpmpublish, `lib/provenance.js`), from the claims of its OIDC
 * token instead of its variables.
 */
export function provenanceOf(subject: Subject, claims: Readonly<Record<string, string>>, server: string): unknown {
  const claim = (name: string): string => claims[name] ?? "";
  const repository = `${server}/${claim("repository")}`;
  const [path, ref] = claim("workflow_ref")
    .replace(`${claim("repository")}/`, "")
    .split("@");
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: [subjectOf(subject)],
    predicateType: provenanceType,
    predicate: {
      buildDefinition: {
        buildType: "https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1",
        externalParameters: { workflow: { ref, repository, path } },
        internalParameters: {
          github: {
            event_name: claim("event_name"),
            repository_id: claim("repository_id"),
            repository_owner_id: claim("repository_owner_id"),
          },
        },
        resolvedDependencies: [{ uri: `git+${repository}@${claim("ref")}`, digest: { gitCommit: claim("sha") } }],
      },
      runDetails: {
        builder: { id: `https://github.com/actions/runner/${claim("runner_environment")}` },
        metadata: { invocationId: `${repository}/actions/runs/${claim("run_id")}/attempts/${claim("run_attempt")}` },
      },
    },
  };
}

/**
 * A statement in a bundle of Sigstore's form. It is not signed: there is no Sigstore here, so certificate, log entry and signature
 * are placeholders, and whoever verifies it has to find it wrong.
 */
export function unsignedBundle(statement: unknown, keyid = ""): unknown {
  return {
    mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
    verificationMaterial: { certificate: { rawBytes: "" }, tlogEntries: [], timestampVerificationData: null },
    dsseEnvelope: {
      payload: Buffer.from(JSON.stringify(statement)).toString("base64"),
      payloadType: "application/vnd.in-toto+json",
      signatures: [{ sig: Buffer.from("not signed: a fixture of the simulated world").toString("base64"), keyid }],
    },
  };
}

/** Attestations by version; beside each provenance the registry's own, of the publish (npm docs, "Viewing package provenance"). */
export class Attestations {
  readonly #all = new Map<string, Attestation[]>();

  of(name: string, version: string): Attestation[] | null {
    return this.#all.get(`${name}@${version}`) ?? null;
  }

  add(subject: Subject, bundle: unknown): void {
    const { name, version } = subject;
    const statement = {
      _type: "https://in-toto.io/Statement/v0.1",
      subject: [subjectOf(subject)],
      predicateType: publishType,
      predicate: { name, version },
    };
    this.#all.set(`${name}@${version}`, [
      { predicateType: publishType, bundle: unsignedBundle(statement, "SHA256:the-world-has-no-key") },
      { predicateType: provenanceType, bundle },
    ]);
  }
}

/** The package address of npm-package-arg's `toPurl`. */
const subjectOf = ({ name, version, tarball }: Subject) => ({
  name: `pkg:npm/${name.replace("@", "%40")}@${version}`,
  digest: { sha512: sha512Of(tarball) },
});
