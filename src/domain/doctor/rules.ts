import type { Level, Rule } from "./rule.ts";
import { environmentRules } from "./rules/environment.ts";
import { packageRules } from "./rules/package.ts";
import { peopleRules } from "./rules/people.ts";
import { workflowRules } from "./rules/workflow.ts";

const catalogue = [...environmentRules, ...workflowRules, ...packageRules, ...peopleRules] as const;

export type RuleId = (typeof catalogue)[number]["id"];

/** Every rule there is, in the order in which people read them. */
export const rules: ReadonlyArray<Rule & { id: RuleId }> = catalogue;

const byId: ReadonlyMap<string, Rule & { id: RuleId }> = new Map(rules.map((rule) => [rule.id, rule]));

/** A rule by its id; null: there is none. */
export function findRule(id: string): (Rule & { id: RuleId }) | null {
  return byId.get(id) ?? null;
}

/** A rule that is known to be there. */
export function ruleOf(id: RuleId): Rule & { id: RuleId } {
  const rule = byId.get(id);
  if (rule === undefined) throw new Error(`there is no rule ${id}`);
  return rule;
}

export type { Level };
