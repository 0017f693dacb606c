import type { Plan } from "./plan.ts";
import { yamlList, yamlText } from "./yaml-text.ts";

/** The policy of a plan. `publicUrl`: where its JSON Schema is served; null: it isn't named. */
export function policyFile(plan: Plan, publicUrl: string | null): string {
  const rules = [
    `environment: ${yamlText(plan.environment)}`,
    `mode: ${plan.mode}`,
    ...(plan.secondBuild ? ["secondBuild: true"] : []),
    `releasers: ${yamlList(plan.releasers)}`,
    "approvals:",
    `  count: ${plan.approvals}`,
    ...(plan.approvers.length === 0 ? [] : [`  from: ${yamlList(plan.approvers)}`]),
  ];
  const several = plan.packages.length > 1;
  return [
    ...(publicUrl === null ? [] : [`# yaml-language-server: $schema=${publicUrl}/policy.schema.json`]),
    "# Who may release what, and who has to countersign it. Protect this file as you protect the workflow that publishes.",
    "version: 1",
    ...(several ? ["defaults:", ...rules.map((line) => `  ${line}`)] : []),
    "packages:",
    ...plan.packages.flatMap(({ name }) => [
      `  - name: ${yamlText(name)}`,
      `    workflow: ${workflowNameOf(plan, name)}`,
      ...(several ? [] : rules.map((line) => `    ${line}`)),
    ]),
    "",
  ].join("\n");
}

/** File name of a package's workflow: a single package has the plain one, of several each has its own. */
export function workflowNameOf({ packages }: Pick<Plan, "packages">, name: string): string {
  if (packages.length <= 1) return "publish.yml";
  const taken = new Set<string>();
  for (const one of packages) {
    let file = slugOf(one.name);
    for (let twin = 2; taken.has(file); twin += 1) file = `${slugOf(one.name)}-${twin}`;
    taken.add(file);
    if (one.name === name) return `publish-${file}.yml`;
  }
  return `publish-${slugOf(name)}.yml`;
}

function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z\d]+/g, "-")
    .replace(/^-|-$/g, "");
}
