import { z } from "zod";
import type { Repository } from "../domain/release-types.ts";
import { caller } from "./caller.ts";
import type { CallParts } from "./call.ts";
import { forAMinute, remembering, rememberingOthers } from "./file-cache.ts";
import type { FileCache, OwnersCache } from "./file-cache.ts";
import { read } from "./read.ts";
import { others } from "./other-repositories.ts";
import { forAnHour } from "./relation-cache.ts";
import type { RelationCache } from "./relation-cache.ts";
import { contents, ownersFile } from "./repository-contents.ts";
import { environments } from "./repository-environments.ts";
import { issues } from "./repository-issues.ts";
import { people } from "./repository-people.ts";
import { runs } from "./repository-runs.ts";
import { secrets } from "./repository-secrets.ts";
import { words } from "./repository-words.ts";
import type { GitHubRepository } from "./types.ts";

/** A repository as GitHub describes it, the part that is used. */
export const repositoryShape = z.object({
  id: z.number(),
  name: z.string(),
  full_name: z.string(),
  private: z.boolean(),
  archived: z.boolean().default(false),
  default_branch: z.string().default("main"),
  owner: z.object({ id: z.number(), login: z.string(), type: z.string() }),
});

/** From GitHub's description to ours. */
export function toRepository(said: z.output<typeof repositoryShape>, installationId: number): Repository {
  return {
    id: said.id,
    installationId,
    owner: said.owner.login,
    ownerId: said.owner.id,
    ownerType: said.owner.type === "Organization" ? "Organization" : "User",
    name: said.name,
    private: said.private,
    defaultBranch: said.default_branch,
  };
}

/** GitHub as we use it, for one repository. */
export function createRepositoryClient(
  parts: CallParts,
  repository: Repository,
  files: FileCache = new Map(),
  owners: OwnersCache = new Map(),
  relations: RelationCache = new Map(),
): GitHubRepository {
  const ask = caller(parts, repository);
  // That another repository has moved says nothing of this one.
  const elsewhere = others(caller({ ...parts, onMoved: undefined }, repository));
  return {
    repository,
    async read() {
      const found = await ask.orNull("read", "GET /repos/{owner}/{repo}");
      if (found === null) return null;
      const said = read(repositoryShape, "read", found);
      return { ...toRepository(said, repository.installationId), archived: said.archived, fullName: said.full_name };
    },
    ...contents(ask),
    file: remembering(files, repository.id, contents(ask).file),
    ownersFile: forAMinute(owners, repository.ownerId, parts.now, (path) => ownersFile(ask, path)),
    ...elsewhere,
    fileOf: rememberingOthers(files, repository.installationId, elsewhere.fileOf),
    relation: forAnHour(relations, repository.installationId, parts.now, elsewhere.relation),
    ...people(ask),
    ...environments(ask),
    ...secrets(ask, repository.ownerType),
    ...runs(ask),
    ...words(ask),
    ...issues(ask),
  };
}
