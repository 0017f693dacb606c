import type { OrganizationPolicy } from "../policy-types.ts";
import type { DoctorPolicy } from "./report.ts";
import type { Level, RuleId } from "./rules.ts";

/**
 * What holds once the organisation has had its say: a repository may be stricter, not laxer. Of two levels `block` counts, where a
 * repository says nothing the organisation's holds, and what the organisation has set to `block` no repository waives.
 */
export function doctorRules(own: DoctorPolicy, organization: Pick<OrganizationPolicy, "levels"> | null): DoctorPolicy {
  const asked = Object.entries(organization?.levels ?? {}) as Array<[RuleId, Level]>;
  const levels = { ...own.levels };
  for (const [id, level] of asked) levels[id] = own.levels[id] === "block" ? "block" : level;
  const blocked = new Set(asked.filter(([, level]) => level === "block").map(([id]) => id));
  return { levels, waivers: own.waivers.filter(({ rule }) => !blocked.has(rule)) };
}
