import { Refusal } from "../../domain/errors.ts";
import { findPackage } from "../../domain/policy.ts";
import type { Sighting } from "../../domain/out-of-band/types.ts";
import type { Person, Repository } from "../../domain/release-types.ts";
import { either, shown } from "../../domain/shown.ts";
import type { GitHubRepository } from "../../github/types.ts";
import { after } from "../after.ts";
import { policyAtHead } from "../policy-at.ts";
import { isPrincipal } from "../principals.ts";
import type { DeskParts } from "../types.ts";
import { alarmOf } from "./ask.ts";

/** What somebody says to have been one of them. */
export interface Acknowledgement {
  repository: Repository;
  person: Person;
  version: string;
  /** undefined: the only one with such a version. */
  package: string | undefined;
  origin: "chat" | "dashboard" | "api";
}

/**
 * Somebody who may release the package, or administers the repository, says that it was one of them: the alarm about that version is
 * over. Nothing at the registry changes by it. Returns what was acknowledged.
 * @throws Refusal where there is nothing of that version to acknowledge, or for others
 */
export async function acknowledge(parts: DeskParts, said: Acknowledgement): Promise<Sighting[]> {
  const { repository, person, version } = said;
  const of = (one: Sighting): boolean =>
    one.version === version && (said.package === undefined || one.package === said.package);
  const open = (await parts.store.sightings.open([repository.id])).filter(of);
  const names = [...new Set(open.map((one) => one.package))];
  const [name] = names;
  if (name === undefined) throw await nothing(parts, said, of);
  if (names.length > 1)
    throw new Refusal(
      "bad-input",
      `Several packages have a ${shown(version)} without a release: say which one, ${either(names)}.`,
    );
  await refuseUnlessMay(parts.github.repository(repository), name, person);
  const at = parts.clock.now();
  const by = { acknowledgedAt: at, acknowledgedById: person.id, acknowledgedByLogin: person.login };
  const { origin } = said;
  for (const { id, what } of open)
    await parts.store.transaction(async (store) => {
      // Somebody said so in the same moment: it is said once.
      if (!(await store.sightings.acknowledge(id, by))) return;
      await store.audit.add({
        ...{ at, what: "out-of-band.acknowledged", actor: person.login, actorId: person.id },
        repositoryId: repository.id,
        detail: { package: name, version, what, origin, sighting: id },
      });
      await after({ ...parts, store }, "alarm-issue", alarmOf({ repositoryId: repository.id, package: name }), "now");
    });
  return open.map((one) => ({ ...one, ...by }));
}

/** The same for one sighting as a page shows it, and what else happened to that version. */
export async function acknowledgeOne(
  parts: DeskParts,
  input: { repositoryId: number; sightingId: string; person: Person; origin: "dashboard" | "api" },
): Promise<Sighting[]> {
  const [repository, sighting] = await Promise.all([
    parts.store.repositories.get(input.repositoryId),
    parts.store.sightings.get(input.sightingId),
  ]);
  if (repository === null || sighting === null || sighting.repositoryId !== repository.id)
    throw new Refusal("not-found", "There is nothing here, or GitHub doesn't show it to you.");
  const { version, package: name } = sighting;
  return await acknowledge(parts, {
    ...{ repository, person: input.person, version, package: name },
    origin: input.origin,
  });
}

async function nothing(
  parts: Pick<DeskParts, "store">,
  { repository, version }: Acknowledgement,
  of: (one: Sighting) => boolean,
): Promise<Refusal> {
  const before = (await parts.store.sightings.recent([repository.id], 200)).find(of);
  if (before === undefined || before.verdict === "noticed")
    return new Refusal(
      "not-now",
      `No version ${shown(version)} of this repository's packages was seen without a release: there is nothing to acknowledge.`,
    );
  if (before.verdict === "expected")
    return new Refusal("not-now", `${shown(version)} was expected: it raised no alarm, and there is nothing to do.`);
  return new Refusal(
    "not-now",
    `${before.acknowledgedByLogin ?? "Somebody"} said already that ${shown(version)} was one of them.`,
  );
}

/** Asked of GitHub now, by the policy as it is now: somebody who was taken out of either may not silence anything. */
async function refuseUnlessMay(github: GitHubRepository, name: string, { login }: Person): Promise<void> {
  const permission = await github.permission(login);
  if (permission === "admin") return;
  if (["maintain", "write"].includes(permission)) {
    const policy = await policyAtHead(github).catch((error: unknown) => {
      if (error instanceof Refusal) return null;
      throw error;
    });
    const found = policy === null ? null : findPackage(policy.policy, name);
    if (found !== null && !(found instanceof Refusal) && (await isPrincipal(github, found.releasers, login))) return;
  }
  throw new Refusal(
    "not-allowed",
    `Only somebody who may release ${shown(name)}, or an admin of this repository, can say that a version was one of them.`,
  );
}
