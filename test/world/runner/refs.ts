import type { JobOrder } from "../types.ts";

export const refNameOf = (ref: string): string => ref.replace(/^refs\/(?:heads|tags)\//, "");

export const refTypeOf = (ref: string): "branch" | "tag" => (ref.startsWith("refs/tags/") ? "tag" : "branch");

/** `owner/name/.github/workflows/publish.yml@refs/heads/main` */
export function workflowRefOf({ repository, workflowPath, ref }: JobOrder): string {
  return `${repository.owner}/${repository.name}/${workflowPath}@${ref}`;
}
