import sodium from "libsodium-wrappers";
import { Answer, invalid, notFound } from "../errors.ts";
import type { EnvironmentState, SecretState } from "../state.ts";
import { environmentOf } from "./environments.ts";
import type { Handler, Reply, Request } from "./types.ts";
import { listed, noContent, ok, repositoryOf } from "./types.ts";

/** Docs, "Secrets reference": size of a secret, and how many an environment may have. */
const largest = 48 * 1024;
const most = 100;

/** What GitHub does with a sealed secret: opens it with the environment's private key, or refuses. */
function open(environment: EnvironmentState, keyId: unknown, sealed: unknown): string {
  if (keyId !== environment.keyId) throw invalid("The public key ID does not match the environment's key");
  const bytes = opened(environment, new Uint8Array(Buffer.from(String(sealed), "base64")));
  if (bytes === null) throw invalid("Could not decrypt the value");
  if (bytes.length > largest) throw invalid("Secret is too large");
  return sodium.to_string(bytes);
}

function opened({ publicKey, privateKey }: EnvironmentState, sealed: Uint8Array): Uint8Array | null {
  try {
    return sodium.crypto_box_seal_open(sealed, publicKey, privateKey);
  } catch {
    return null;
  }
}

/** Letters, digits and underscores, no digit first, not GITHUB_ (docs, "Naming your secrets"); case doesn't count. */
function nameOf(request: Request): string {
  return (request.path["secret_name"] ?? "").toUpperCase();
}

function put(request: Request): Reply {
  const { environment } = environmentOf(request);
  const name = nameOf(request);
  if (!/^[A-Z_][A-Z0-9_]*$/.test(name) || name.startsWith("GITHUB_"))
    throw invalid("Secret names can only contain alphanumeric characters and underscores, and not begin with GITHUB_");
  const value = open(environment, request.body["key_id"], request.body["encrypted_value"]);
  const before = environment.secrets.get(name);
  if (before === undefined && environment.secrets.size >= most)
    throw new Answer(422, `An environment has at most ${most} secrets`);
  const at = request.core.now();
  environment.secrets.set(name, { name, value, createdAt: before?.createdAt ?? at, updatedAt: at });
  request.core.changed();
  return before === undefined ? { status: 201, body: {} } : noContent;
}

function one(request: Request, secrets: ReadonlyMap<string, SecretState>): Reply {
  const secret = secrets.get(nameOf(request));
  if (secret === undefined) throw notFound();
  return ok(request.core.shapes.reply.secret(secret));
}

function all(request: Request, secrets: ReadonlyMap<string, SecretState> | undefined): Reply {
  return listed(request, "secrets", [...(secrets?.values() ?? [])], request.core.shapes.reply.secret);
}

/** Names and dates of secrets; a value goes in and never comes out. */
export const secrets: Record<string, Handler> = {
  "actions/get-environment-public-key": (request) =>
    ok(request.core.shapes.reply.publicKey(environmentOf(request).environment)),
  "actions/list-environment-secrets": (request) => all(request, environmentOf(request).environment.secrets),
  "actions/get-environment-secret": (request) => one(request, environmentOf(request).environment.secrets),
  "actions/create-or-update-environment-secret": put,
  "actions/delete-environment-secret": (request) => {
    if (!environmentOf(request).environment.secrets.delete(nameOf(request))) throw notFound();
    request.core.changed();
    return noContent;
  },
  "actions/list-repo-secrets": (request) => all(request, repositoryOf(request).secrets),
  "actions/get-repo-secret": (request) => one(request, repositoryOf(request).secrets),
  "actions/list-repo-organization-secrets": (request) =>
    all(request, request.core.state.organizations.get(repositoryOf(request).ownerId)?.secrets),
};
