import { policyPath } from "../policy-path.ts";
import type { Repository } from "../release-types.ts";
import { policyFile, workflowNameOf } from "./policy-file.ts";
import type { Plan } from "./plan.ts";
import { pathPart } from "./shell.ts";
import { stageWorkflowFile } from "./stage-workflow-file.ts";
import type { StageWorkflow } from "./stage-workflow-file.ts";
import { workflowFile } from "./workflow-file.ts";
import type { WorkflowSite } from "./workflow-file.ts";

/** A file that is offered: the app itself writes none. */
export interface Offer {
  path: string;
  text: string;
  /** GitHub's page for a new file, filled in; null: its address would be longer than servers take. */
  link: string | null;
}

/**
 * GitHub answers 414 to an address that is too long for it and doesn't say from where on (docs, "Using query parameters to create a pull
 * request"); common servers take 8 KB for all of it.
 */
const longestQuery = 7500;

/** Policy and workflows of a plan, in the order in which they are best added: a policy names what then is there. */
export function offersOf(plan: Plan, site: WorkflowSite, repository: Repository): Offer[] {
  const files = [
    { path: policyPath, text: policyFile(plan, site.publicUrl) },
    ...plan.packages.map(({ name }) => ({
      path: `.github/workflows/${workflowNameOf(plan, name)}`,
      text: workflowFile(plan, name, site),
    })),
  ];
  return files.map((file) => ({ ...file, link: fileLink(site.githubUrl, repository, file, false) }));
}

/**
 * GitHub's page on which somebody changes a file with rights of their own. Its documents know of no way to fill in the text of one that is
 * there, so that page begins with the present text.
 */
export function fileLink(
  githubUrl: string,
  repository: Repository,
  file: Pick<Offer, "path" | "text">,
  isThere: boolean,
): string | null {
  if (!isThere) return newFileLink(githubUrl, repository, file);
  const parts = [repository.owner, repository.name, "edit", ...repository.defaultBranch.split("/")];
  return `${githubUrl}/${[...parts, ...file.path.split("/")].map(pathPart).join("/")}`;
}

/** The workflows that approve stages, as the policy that is there names them. */
export function stageOffers(wanted: readonly StageWorkflow[], site: WorkflowSite, repository: Repository): Offer[] {
  return wanted.map((one) => {
    const file = { path: `.github/workflows/${one.workflow}`, text: stageWorkflowFile(one, site) };
    return { ...file, link: newFileLink(site.githubUrl, repository, file) };
  });
}

/** `…/new/<branch>?filename=…&value=…`: whoever opens it commits the file, or asks for it, with rights of their own. */
function newFileLink(
  githubUrl: string,
  { owner, name, defaultBranch }: Repository,
  { path, text }: Pick<Offer, "path" | "text">,
): string | null {
  const branch = defaultBranch.split("/").map(pathPart).join("/");
  const query = new URLSearchParams({ filename: path, value: text }).toString();
  if (query.length > longestQuery) return null;
  return `${githubUrl}/${pathPart(owner)}/${pathPart(name)}/new/${branch}?${query}`;
}
