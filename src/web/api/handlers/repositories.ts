import type { PolicyStanding, RepositoryInList } from "../../../desk/repository-views.ts";
import { principalName } from "../../../domain/facts.ts";
import type { PackagePolicy } from "../../../domain/policy-types.ts";
import { idOf } from "../../forms.ts";
import { notThere } from "../../visit.ts";
import { mustSeeAll } from "../visit.ts";
import type { SignedApiVisit } from "../visit.ts";
import { toldSighting } from "./sightings.ts";

/** Repositories that GitHub shows the person, as our own records have them. */
export async function listRepositories(visit: SignedApiVisit) {
  const ids = await visit.visible.of(visit.session);
  return { repositories: (await visit.parts.desk.repositories([...ids])).map(inList) };
}

/** One of them, with its policy as it is now and its last releases. */
export async function tellRepository(visit: SignedApiVisit) {
  const id = idOf(visit.params["id"]);
  if (id === null) throw notThere();
  await mustSeeAll(visit, [id]);
  const found = await visit.parts.desk.repository(id);
  if (found === null) throw notThere();
  const { policy, releases, watches, sightings } = found;
  return {
    ...inList(found),
    policy: toldPolicy(policy),
    ...{ releases, watches, sightings: sightings.map(toldSighting) },
  };
}

function inList({ repository, active, packages }: RepositoryInList) {
  return { ...repository, active, packages: packages.map(({ name, newest }) => ({ name, last: newest })) };
}

function toldPolicy(policy: PolicyStanding) {
  const nothing = { sha: null, problems: [], packages: [] };
  if (policy.state === "unread" || policy.state === "missing") return { ...nothing, state: policy.state };
  if (policy.state === "broken") return { ...nothing, ...policy };
  const { sha, lines } = policy;
  const packages = policy.policy.packages.map((one, index) => toldPackage(one, lines[index]?.line ?? 1));
  return { ...nothing, state: policy.state, sha, packages };
}

function toldPackage({ releasers, approvals, registry, localPublishing, ...rest }: PackagePolicy, line: number) {
  return {
    ...rest,
    line,
    releasers: releasers.map(principalName),
    approvals: { ...approvals, from: approvals.from.map(principalName) },
    registry: registry ?? null,
    localPublishing: localPublishing ?? null,
  };
}
