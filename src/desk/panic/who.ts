import { Refusal } from "../../domain/errors.ts";
import type { Person, Repository } from "../../domain/release-types.ts";
import type { DeskParts } from "../types.ts";

/** Whether GitHub says that a person is an admin of a repository. */
export async function isAdmin(
  { github }: Pick<DeskParts, "github">,
  repository: Repository,
  person: Person,
): Promise<boolean> {
  return (await github.repository(repository).permission(person.login)) === "admin";
}

export async function refuseUnlessAdmin(
  parts: Pick<DeskParts, "github">,
  repository: Repository,
  person: Person,
  what: string,
): Promise<void> {
  if (await isAdmin(parts, repository, person)) return;
  throw new Refusal("not-allowed", `Only an admin of ${repository.owner}/${repository.name} may ${what}.`);
}
