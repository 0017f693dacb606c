import type { OrganizationPolicy, PackagePolicy, TokenPolicy } from "./policy-types.ts";

/** What holds for a package's npm tokens once the organisation has had its say. */
export interface TokenRules extends TokenPolicy {
  /** Whether the step revokes the token after the run. */
  revoke: boolean;
  /** Where the organisation is stricter than the repository, as sentences. */
  limits: string[];
}

/** A repository may be stricter than its organisation, not laxer: of two words the stricter counts. */
export function tokenRules(
  { token, revoke }: Pick<PackagePolicy, "token" | "revoke">,
  organization: Pick<OrganizationPolicy, "token" | "revoke"> | null,
): TokenRules {
  const org: Pick<OrganizationPolicy, "token" | "revoke"> = organization ?? { token: {}, revoke: false };
  const limits: string[] = [];
  const maxDays = Math.min(token.maxDays, org.token.maxDays ?? token.maxDays);
  if (maxDays < token.maxDays) limits.push(`The organisation lets a token live ${maxDays} days at most.`);
  const keep = org.token.keep === "never" ? "never" : token.keep;
  if (keep !== token.keep) limits.push("The organisation asks for a fresh token at each release.");
  const allowed = org.token.bypass2fa !== null;
  if (!allowed && token.bypass2fa !== null) limits.push("The organisation allows no token that bypasses 2FA.");
  if (org.revoke && !revoke) limits.push("The organisation has tokens revoked after the run.");
  return { maxDays, keep, bypass2fa: allowed ? token.bypass2fa : null, revoke: revoke || org.revoke, limits };
}
