import sodium from "libsodium-wrappers";
import { invalid, notFound } from "../errors.ts";
import type { EnvironmentState, RepositoryState } from "../state.ts";
import type { Handler, Request } from "./types.ts";
import { noContent, ok, page, repositoryOf } from "./types.ts";

function environmentOf(request: Request): { repository: RepositoryState; environment: EnvironmentState } {
  const repository = repositoryOf(request);
  const environment = request.core.environmentNamed(repository, request.path["environment_name"] ?? "");
  if (environment === undefined) throw notFound();
  return { repository, environment };
}

/** What GitHub does with a sealed secret: opens it with the environment's private key, or refuses. */
function open(environment: EnvironmentState, keyId: unknown, sealed: unknown): string {
  if (keyId !== environment.keyId) throw invalid("The public key ID does not match the environment's key");
  try {
    const bytes = sodium.crypto_box_seal_open(
      new Uint8Array(Buffer.from(String(sealed), "base64")),
      environment.publicKey,
      environment.privateKey,
    );
    if (bytes.length > 48 * 1024) throw invalid("Secret is too large");
    return sodium.to_string(bytes);
  } catch {
    throw invalid("Could not decrypt the value");
  }
}

export const environments: Record<string, Handler> = {
  "repos/get-all-environments": (request) => {
    const repository = repositoryOf(request);
    const all = repository.environments;
    return ok({
      total_count: all.length,
      environments: page(all, request.query).map((one) => request.core.shapes.reply.environment(repository, one)),
    });
  },
  "repos/get-environment": (request) => {
    const { repository, environment } = environmentOf(request);
    return ok(request.core.shapes.reply.environment(repository, environment));
  },
  "repos/get-all-deployment-protection-rules": (request) => {
    const { environment } = environmentOf(request);
    const rules = environment.customRules.filter((one) => one.enabled);
    return ok({
      total_count: rules.length,
      custom_deployment_protection_rules: rules.map((one) => request.core.shapes.reply.customRule(one)),
    });
  },
  "repos/list-deployment-branch-policies": (request) => {
    const { environment } = environmentOf(request);
    const all = environment.branchPatterns;
    return ok({
      total_count: all.length,
      branch_policies: page(all, request.query).map((one) => request.core.shapes.reply.branchPolicy(one)),
    });
  },
  "actions/get-environment-public-key": (request) =>
    ok(request.core.shapes.reply.publicKey(environmentOf(request).environment)),
  "actions/list-environment-secrets": (request) => {
    const all = [...environmentOf(request).environment.secrets.values()];
    return ok({
      total_count: all.length,
      secrets: page(all, request.query).map((one) => request.core.shapes.reply.secret(one)),
    });
  },
  "actions/get-environment-secret": (request) => {
    const secret = environmentOf(request).environment.secrets.get((request.path["secret_name"] ?? "").toUpperCase());
    if (secret === undefined) throw notFound();
    return ok(request.core.shapes.reply.secret(secret));
  },
  "actions/create-or-update-environment-secret": (request) => {
    const { environment } = environmentOf(request);
    const name = (request.path["secret_name"] ?? "").toUpperCase();
    const value = open(environment, request.body["key_id"], request.body["encrypted_value"]);
    const before = environment.secrets.get(name);
    const at = request.core.now();
    environment.secrets.set(name, { name, value, createdAt: before?.createdAt ?? at, updatedAt: at });
    request.core.changed();
    return before === undefined ? { status: 201, body: {} } : noContent;
  },
  "actions/delete-environment-secret": (request) => {
    const { environment } = environmentOf(request);
    if (!environment.secrets.delete((request.path["secret_name"] ?? "").toUpperCase())) throw notFound();
    request.core.changed();
    return noContent;
  },
  "actions/get-repo-secret": (request) => {
    const secret = repositoryOf(request).secrets.get((request.path["secret_name"] ?? "").toUpperCase());
    if (secret === undefined) throw notFound();
    return ok(request.core.shapes.reply.secret(secret));
  },
  "actions/list-repo-organization-secrets": (request) => {
    const all = [...(request.core.state.organizations.get(repositoryOf(request).ownerId)?.secrets.values() ?? [])];
    return ok({
      total_count: all.length,
      secrets: page(all, request.query).map((one) => request.core.shapes.reply.secret(one)),
    });
  },
};
