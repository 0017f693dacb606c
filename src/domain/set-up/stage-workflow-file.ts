import type { PackagePolicy, Policy } from "../policy-types.ts";
import { approvalWay } from "../stage-approval.ts";
import { usesOwn } from "./pins.ts";
import { dispatch, setUpNode } from "./workflow-file.ts";
import type { WorkflowSite } from "./workflow-file.ts";
import { yamlText } from "./yaml-text.ts";

/** A workflow that approves stages, as the policy names it; several packages may share one. */
export type StageWorkflow = Pick<PackagePolicy, "workflow" | "environment" | "secret"> & { packages: string[] };

/** The workflows that a policy wants for approving stages, each once. */
export function stageWorkflows(policy: Pick<Policy, "packages">): StageWorkflow[] {
  const ways = policy.packages.map(approvalWay).filter((way) => way !== null);
  const key = ({ workflow, environment, secret }: PackagePolicy): string =>
    JSON.stringify([workflow, environment.toLowerCase(), secret]);
  return [...Map.groupBy(ways, key).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { workflow, environment, secret } = first;
    return [{ workflow, environment, secret, packages: group.map(({ name }) => name) }];
  });
}

/**
 * The workflow whose one job approves or rejects what is staged. It checks out nothing and runs nothing of the repository: which stage it
 * is, and with which bytes, the step learns from Countersign.
 */
export function stageWorkflowFile(
  { workflow, environment, secret, packages }: StageWorkflow,
  site: WorkflowSite,
): string {
  return [
    `# Approves or rejects at npm what is staged of ${packages.join(", ")}: started by Countersign for /approve-stage and /reject-stage.`,
    "# Yours to change; what it has to stay is said in docs/modes.md, and looked at before each approval.",
    "name: Decide about a stage",
    "run-name: Decide about the stage of ${{ inputs.version }}",
    "",
    ...dispatch,
    "",
    "permissions: {}",
    "",
    "# One after the other, and none is cut off in the middle.",
    "concurrency:",
    `  group: ${workflow.replace(/\.ya?ml$/, "")}`,
    "  cancel-in-progress: false",
    "",
    "jobs:",
    "  # Nothing of the repository is checked out, installed or run here.",
    "  decide:",
    "    name: Approve or reject",
    "    runs-on: ubuntu-latest",
    `    environment: ${yamlText(environment)}`,
    "    timeout-minutes: 30",
    "    permissions:",
    "      id-token: write # to prove to Countersign which job this is",
    "    steps:",
    ...setUpNode,
    `      - uses: ${usesOwn(site.action, "stage", site.version)}`,
    "        with:",
    `          url: ${yamlText(site.publicUrl)}`,
    `          npm-token: \${{ secrets.${secret} }}`,
    "",
  ].join("\n");
}
