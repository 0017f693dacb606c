import type { Ask, Front } from "./front.ts";
import { answer, refuse } from "./http.ts";

export function whoami(_: Front, { response, token }: Ask): void {
  if (token === null) answer(response, 401, { error: "Unauthorized" });
  else answer(response, 200, { username: token.owner });
}

/** `npm logout`: the token in the path, and as bearer; afterwards it is dead. */
export function revoke(front: Front, { response, bearer }: Ask, value: string): void {
  if (bearer !== value) return answer(response, 403, { error: "You may only revoke your own token" });
  if (front.habits.forgets) front.accounts.tokens.delete(value);
  answer(response, 200, { ok: true });
}

/** The form of npm's API description (`npm token list`): shortened, ten on a page. A session may read it (npm's documents). */
export function listTokens(front: Front, { response, url, token }: Ask): void {
  if (token === null || !(token.session || front.habits.listsTokens))
    return answer(response, token === null ? 401 : 403, { error: "This needs a session token." });
  const all = [...front.accounts.tokens].filter(([, one]) => one.owner === token.owner);
  const [page, perPage] = [Number(url.searchParams.get("page") ?? 0), Number(url.searchParams.get("perPage") ?? 10)];
  const objects = all.slice(page * perPage, (page + 1) * perPage).map(([value, one]) => ({
    ...{ key: one.key, name: "release", description: "", token: `${value.slice(0, 8)}...${value.slice(-4)}` },
    ...{ expiry: one.expiresAt.toISOString(), readonly: one.readOnly, bypass_2fa: one.bypass2fa, cidr: null },
    ...{ revoked: null, created: one.created.toISOString(), updated: one.created.toISOString() },
  }));
  const more = (page + 1) * perPage < all.length;
  const urls = more ? { next: `/-/npm/v1/tokens?page=${page + 1}&perPage=${perPage}` } : {};
  answer(response, 200, { objects, total: all.length, urls });
}

/**
 * npm's CLI tries this first wherever a job has `id-token: write` (`lib/utils/oidc.js`), and goes on with its token where it is
 * refused, without a word. The token that it gives lives an hour, needs no second factor and does only what the configuration permits.
 * Statuses and sentences: npm's API description, `oidc.yaml`.
 */
export async function exchange(front: Front, { response, bearer }: Ask, name: string): Promise<void> {
  if (front.trusted.of(name) === null) return refuse(response, 404, "OIDC token exchange error - package not found");
  const audience = `npm:${new URL(front.origin).hostname}`;
  const job = await front.trusted.identify(name, bearer, audience, front.now());
  if (job === null) return refuse(response, 401, "OIDC token exchange error - unauthorized");
  const owner = `trusted:${name}`;
  if (!front.accounts.accounts.has(owner)) front.accounts.add(owner, null);
  const expiresAt = new Date(front.now().getTime() + 3_600_000);
  const token = front.accounts.issue(owner, { packages: [name], bypass2fa: true, expiresAt, job });
  answer(response, 201, { token_type: "oidc", token, created: front.now(), expires: expiresAt });
}
