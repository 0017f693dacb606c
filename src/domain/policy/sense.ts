import { principalName } from "../facts.ts";
import type { PackagePolicy, Policy } from "../policy-types.ts";
import { shown } from "../shown.ts";
import { principalKey } from "./people.ts";
import type { Found } from "./problems.ts";

/** Faults that no single key shows: a package listed twice, more approvals than there are people to give them. */
export function senseProblems(policy: Policy): Found[] {
  const seen = new Set<string>();
  return policy.packages.flatMap((one, index) => {
    const found: Found[] = [];
    if (seen.has(one.name))
      found.push({
        path: ["packages", index, "name"],
        of: "value",
        text: `${shown(one.name)} is listed twice: list each package once.`,
      });
    seen.add(one.name);
    if (one.directory !== undefined && policy.packages.findIndex((other) => other.directory === one.directory) < index)
      found.push({
        path: ["packages", index, "directory"],
        of: "value",
        text: `${shown(one.directory)} is another package's folder too: give each package its own.`,
      });
    const text = tooFew(one);
    if (text !== null) found.push({ path: ["packages", index, "approvals"], of: "key", text });
    const mixed = alsoPublishes(policy, one);
    if (mixed !== null) found.push({ path: ["packages", index, "stageApproval"], of: "key", text: mixed });
    return found;
  });
}

/** One environment, or one workflow, that publishes and approves: two people's tokens would lie in one place, or two jobs run for one. */
function alsoPublishes({ packages }: Policy, { stageApproval: way }: PackagePolicy): string | null {
  if (way === undefined) return null;
  const same = (name: string): boolean => name.toLowerCase() === way.environment.toLowerCase();
  if (packages.some(({ environment }) => same(environment)))
    return `stages are approved in the environment ${shown(way.environment)}, which publishes too: name another one below it.`;
  if (packages.some(({ workflow }) => workflow === way.workflow))
    return `stages are approved by the workflow ${shown(way.workflow)}, which publishes too: name another file below it.`;
  return null;
}

/** A count that nobody's release could ever reach. Teams aren't counted: who is in them changes. */
function tooFew({ approvals, releasers }: PackagePolicy): string | null {
  const { count, from, self } = approvals;
  if (from.some((who) => who.kind === "team")) return null;
  const approvers = new Set(from.map(principalKey));
  const possible = releasers.map(
    (releaser) => approvers.size - (!self && approvers.has(principalKey(releaser)) ? 1 : 0),
  );
  const most = Math.max(...possible);
  if (count <= most) return null;
  const asked = `it asks for ${count} ${count === 1 ? "approval" : "approvals"}`;
  const [only] = from;
  if (most === 0 && only !== undefined)
    return `${asked}, but ${shown(principalName(only))} is the only releaser and the only approver: name somebody else in \`from\`, or set \`self: true\`.`;
  return `${asked}, but at most ${most} of the people in \`from\` can give one: name more of them, or lower \`count\`.`;
}
