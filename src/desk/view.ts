import type { Reason } from "../domain/reason.ts";
import { isEnd, mayMove } from "../domain/release.ts";
import type { Person, Release, Repository } from "../domain/release-types.ts";
import { policiesOf, policyAt } from "./policy-at.ts";
import { repositoryOf } from "./repository-of.ts";
import { stageAbilities } from "./stage/abilities.ts";
import type { Abilities, DeskParts, ReleaseView } from "./types.ts";
import { mayApproveAny } from "./weigh.ts";

const nothingYet: Reason = { rule: "release", verdict: "waiting", text: "The run is being started." };

/** A release with all that a page or comment shows of it; null where there is none of that id. */
export async function viewRelease(parts: Pick<DeskParts, "store">, releaseId: string): Promise<ReleaseView | null> {
  const release = await parts.store.releases.get(releaseId);
  return release === null ? null : ((await viewsOf(parts, [release]))[0] ?? null);
}

/** Many at once, in the order given; those whose repository nobody knows are left out. */
export async function viewsOf(parts: Pick<DeskParts, "store">, releases: Release[]): Promise<ReleaseView[]> {
  const ids = releases.map(({ id }) => id);
  const [repositories, approvals, leases, challenges] = await Promise.all([
    repositoriesOf(parts, releases),
    parts.store.approvals.ofReleases(ids),
    parts.store.leases.ofReleases(ids),
    parts.store.challenges.pendingOf(ids),
  ]);
  const leaseOf = new Map(leases.map((lease) => [lease.releaseId, lease]));
  const challengeOf = new Map(challenges.map((challenge) => [challenge.releaseId, challenge]));
  return releases.flatMap((release) => {
    const repository = repositories.get(release.repositoryId);
    if (repository === undefined) return [];
    const own = approvals.filter(({ releaseId }) => releaseId === release.id);
    const rest = { lease: leaseOf.get(release.id) ?? null, challenge: challengeOf.get(release.id) ?? null };
    return [
      {
        release: addressed(release, repository),
        repository,
        approvals: own,
        ...rest,
        decision: release.decision ?? nothingYet,
      },
    ];
  });
}

/** The run's page under the name that the repository has now: the one on record is of when the run was started. */
function addressed(release: Release, { owner, name }: Repository): Release {
  const { runUrl } = release;
  const path = `/${encodeURIComponent(owner)}/${encodeURIComponent(name)}/actions/runs/`;
  return runUrl === null ? release : { ...release, runUrl: runUrl.replace(/\/[^/]+\/[^/]+\/actions\/runs\//, path) };
}

async function repositoriesOf(parts: Pick<DeskParts, "store">, releases: Release[]): Promise<Map<number, Repository>> {
  const ids = [...new Set(releases.map(({ repositoryId }) => repositoryId))];
  const found = await Promise.all(ids.map((id) => parts.store.repositories.get(id)));
  return new Map(found.filter((one) => one !== null).map((one) => [one.id, one]));
}

/** What a person may do on a release now; where not, why not. */
export async function abilities(parts: DeskParts, view: ReleaseView, person: Person): Promise<Abilities> {
  const { release } = view;
  const over = isEnd(release.state) ? `This release is over (${release.state}).` : null;
  const owner = person.id === release.releaserId;
  const writes = over === null && (owner || (await canWrite(parts, release, person)));
  return {
    ...(await deciding(parts, release, person, over)),
    ...(await stageAbilities(parts, release, person)),
    cancel:
      over ??
      (!mayMove(release.state, "cancelled")
        ? "Its run is over; it can't be cancelled any more."
        : writes || `Only ${release.releaserLogin} or somebody with write access may cancel it.`),
    confirm:
      over ??
      (release.state !== "unconfirmed"
        ? "There is nothing to confirm."
        : owner || `Only ${release.releaserLogin} can confirm this run.`),
    answer:
      over ??
      (view.challenge?.state !== "open"
        ? "npm asks for nothing now."
        : owner || `Only ${release.releaserLogin} can answer npm.`),
  };
}

async function deciding(
  parts: DeskParts,
  release: Release,
  person: Person,
  over: string | null,
): Promise<Pick<Abilities, "approve" | "reject">> {
  if (over !== null) return { approve: over, reject: over };
  if (release.purpose !== "publish") {
    const alone = `${release.releaserLogin} asked for it, and npm asks them for the second factor: nobody else has to approve it.`;
    return { approve: alone, reject: alone };
  }
  if (!["requested", "dispatching", "waiting"].includes(release.state)) {
    const why =
      release.state === "unconfirmed"
        ? `${release.releaserLogin} has to confirm the run first.`
        : "It was approved already.";
    return { approve: why, reject: why };
  }
  const github = await repositoryOf(parts, release.repositoryId);
  if (github === null)
    return { approve: "GitHub doesn't show us the repository.", reject: "GitHub doesn't show us the repository." };
  const policies = policiesOf(await policyAt(github, release.policySha), release);
  const owner = person.id === release.releaserId;
  const named = await mayApproveAny(github, policies, person.login);
  const given = (await parts.store.approvals.of(release.id)).some(
    (word) => word.personId === person.id && word.verdict === "approved",
  );
  const stranger = `The policy doesn't name ${person.login} among those who approve.`;
  const approve =
    given && release.gateAskedAt !== null
      ? "You have approved it."
      : owner && !policies.some(({ approvals }) => approvals.self)
        ? "You asked for this release; somebody else has to countersign."
        : named || stranger;
  return { approve, reject: owner || named || stranger };
}

async function canWrite(parts: DeskParts, release: Release, person: Person): Promise<boolean> {
  const github = await repositoryOf(parts, release.repositoryId);
  const permission = (await github?.permission(person.login)) ?? "none";
  return ["admin", "maintain", "write"].includes(permission);
}
