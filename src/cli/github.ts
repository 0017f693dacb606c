import * as z from "zod/mini";
import { apiUrlOf } from "../domain/github-address.ts";
import { readPublicKey } from "../domain/sealed-box.ts";
import { Failure } from "./failure.ts";
import { ask } from "./http.ts";

const publicKey = z.object({ key_id: z.string(), key: z.string() });

export interface EnvironmentKey {
  keyId: string;
  /** Base64, 32 bytes. */
  key: string;
}

/**
 * An environment's public key from GitHub itself (`GET /repos/{owner}/{repo}/environments/{name}/secrets/public-key`), so that
 * nobody between us and GitHub, the server of Countersign included, can have a token sealed to a key of their own.
 * @throws Failure; `signed-out` where GitHub doesn't take the token any more
 */
export async function readEnvironmentKey(
  githubUrl: string,
  githubToken: string,
  { owner, name }: { owner: string; name: string },
  environment: string,
): Promise<EnvironmentKey> {
  const [place, room] = [`${owner}/${name}`, encodeURIComponent(environment)];
  const path = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}/environments/${room}/secrets/public-key`;
  const url = `${apiUrlOf(githubUrl)}${path}`;
  const { status, body } = await ask({ method: "GET", url, who: "GitHub", bearer: githubToken });
  if (status === 401) throw new Failure("signed-out", "GitHub doesn't take your sign-in any more: sign in again.");
  if (status === 403 || status === 404)
    throw new Failure(
      "not-allowed",
      `GitHub doesn't show you the key of the environment ${environment} in ${place}: it needs write access there.`,
    );
  const read = publicKey.safeParse(body);
  if (status !== 200 || !read.success)
    throw new Failure(
      "github-unavailable",
      `GitHub answered ${status} when asked for the key of ${environment} in ${place}.`,
    );
  readPublicKey(read.data.key);
  return { keyId: read.data.key_id, key: read.data.key };
}
