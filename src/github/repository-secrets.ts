import { z } from "zod";
import type { Caller } from "./caller.ts";
import { instant, read } from "./read.ts";
import { GitHubError } from "./types.ts";
import type { GitHubRepository } from "./types.ts";

type Secrets = Pick<
  GitHubRepository,
  | "environmentKey"
  | "environmentSecret"
  | "holdsSecret"
  | "sameNamedSecrets"
  | "putEnvironmentSecret"
  | "deleteEnvironmentSecret"
>;

const publicKey = z.object({ key_id: z.string(), key: z.string() });
const dated = z.object({ updated_at: instant });
const named = z.object({ name: z.string() });

/** Names don't know upper from lower case (docs, "Naming your secrets"). */
function names(listed: unknown[]): string[] {
  return read(z.array(named), "secrets", listed).map(({ name }) => name.toUpperCase());
}

/** Secrets (OpenAPI: actions/…-environment-secret and neighbours). GitHub never tells a secret's value. */
export function secrets(ask: Caller, ownerType: "Organization" | "User"): Secrets {
  const environment = "/repos/{owner}/{repo}/environments/{environment_name}/secrets";
  const one = `${environment}/{secret_name}`;
  return {
    async environmentKey(name) {
      const { data } = await ask("environmentKey", `GET ${environment}/public-key`, { environment_name: name });
      const { key_id, key } = read(publicKey, "environmentKey", data);
      return { keyId: key_id, key };
    },
    async environmentSecret(name, secret) {
      const where = { environment_name: name, secret_name: secret };
      const found = await ask.orNull("environmentSecret", `GET ${one}`, where);
      return found === null ? null : { updatedAt: read(dated, "environmentSecret", found).updated_at };
    },
    async holdsSecret(name, secret) {
      try {
        const where = { environment_name: name };
        const found = await ask.all("holdsSecret", `GET ${environment}`, "secrets", where, { priority: "disarm" });
        return names(found).includes(secret.toUpperCase());
      } catch (error) {
        if (error instanceof GitHubError && error.code === "not-found") return null;
        throw error;
      }
    },
    async sameNamedSecrets(secret) {
      const [own, shared] = await Promise.all([
        ask.orNull("repositorySecret", "GET /repos/{owner}/{repo}/actions/secrets/{secret_name}", {
          secret_name: secret,
        }),
        ownerType === "User"
          ? []
          : ask.all("organizationSecrets", "GET /repos/{owner}/{repo}/actions/organization-secrets", "secrets"),
      ]);
      const inOrganization = names(shared).includes(secret.toUpperCase());
      return [
        ...(own === null ? [] : (["repository"] as const)),
        ...(inOrganization ? (["organization"] as const) : []),
      ];
    },
    async putEnvironmentSecret(name, secret, sealed, deadline) {
      // Never again by itself: a second PUT might answer 204, and nobody would know whose secret had been there.
      const { status } = await ask(
        "putEnvironmentSecret",
        `PUT ${one}`,
        { environment_name: name, secret_name: secret, encrypted_value: sealed.ciphertext, key_id: sealed.keyId },
        { priority: "arm", deadline },
      );
      if (status === 201) return "created";
      if (status === 204) return "updated";
      throw new GitHubError("unexpected", "putEnvironmentSecret", `GitHub answered ${status} to the secret.`, {
        status,
      });
    },
    async deleteEnvironmentSecret(name, secret) {
      const found = await ask.orNull(
        "deleteEnvironmentSecret",
        `DELETE ${one}`,
        { environment_name: name, secret_name: secret },
        { priority: "disarm", repeatable: true },
      );
      return found === null ? "absent" : "deleted";
    },
  };
}
