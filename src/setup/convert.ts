import { z } from "zod";
import { apiUrlOf } from "../domain/github-address.ts";
import { Secret } from "../settings/secret.ts";

/** An app that GitHub has just registered, with the only copy of its secrets. */
export interface Registered {
  appId: number;
  name: string;
  slug: string;
  /** Its page on GitHub. */
  page: string;
  ownerLogin: string;
  ownerIsOrganisation: boolean;
  clientId: string;
  clientSecret: Secret;
  webhookSecret: Secret;
  /** PEM */
  privateKey: Secret;
}

/** What went wrong at GitHub, in a sentence with what to do. */
export class NotRegistered extends Error {}

const answer = z.object({
  id: z.number(),
  name: z.string(),
  slug: z.string(),
  html_url: z.string(),
  owner: z.object({ login: z.string(), type: z.string().optional() }),
  client_id: z.string(),
  client_secret: z.string().min(1),
  webhook_secret: z.string().min(16),
  pem: z.string().includes("PRIVATE KEY"),
});

/** Milliseconds. */
const patience = 15_000;

/**
 * Exchanges the code that GitHub sent the browser back with for the app's credentials: `POST /app-manifests/{code}/conversions`, once,
 * within the hour. It is sent once: a second one would find nothing.
 * @throws NotRegistered
 */
export async function convert(githubUrl: string, code: string, send: typeof fetch = fetch): Promise<Registered> {
  const url = `${apiUrlOf(githubUrl)}/app-manifests/${encodeURIComponent(code)}/conversions`;
  const headers = {
    accept: "application/vnd.github+json",
    "x-github-api-version": "2022-11-28",
    "user-agent": "countersign",
  };
  const response = await send(url, {
    method: "POST",
    headers,
    redirect: "error",
    signal: AbortSignal.timeout(patience),
  }).catch(() => {
    throw new NotRegistered(
      "GitHub didn't answer. If an app of this name is in its settings now, delete it there; then begin again.",
    );
  });
  if (response.status === 404 || response.status === 422)
    throw new NotRegistered("GitHub doesn't know this code: each is good once, for an hour. Begin again.");
  if (response.status !== 201)
    throw new NotRegistered(
      `GitHub answered ${response.status}. If an app of this name is in its settings now, delete it there; then begin again.`,
    );
  const read = answer.safeParse(await response.json().catch(() => null));
  if (!read.success)
    throw new NotRegistered(
      "GitHub's answer lacks something that an app needs. Delete the new app in its settings on GitHub, and begin again.",
    );
  return registered(read.data);
}

function registered(data: z.infer<typeof answer>): Registered {
  return {
    appId: data.id,
    name: data.name,
    slug: data.slug,
    page: data.html_url,
    ownerLogin: data.owner.login,
    ownerIsOrganisation: data.owner.type === "Organization",
    clientId: data.client_id,
    clientSecret: new Secret(data.client_secret),
    webhookSecret: new Secret(data.webhook_secret),
    privateKey: new Secret(data.pem),
  };
}
