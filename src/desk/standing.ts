import { isTokenMode } from "../domain/mode.ts";
import { Refusal } from "../domain/errors.ts";
import { mayBeOfLease } from "../domain/lease.ts";
import type { Message } from "../domain/message.ts";
import { waysOf } from "../domain/stage-approval.ts";
import type { Policy } from "../domain/policy-types.ts";
import type { Lease } from "../domain/release-types.ts";
import { GitHubError } from "../github/types.ts";
import type { GitHubRepository } from "../github/types.ts";
import { later } from "./after.ts";
import type { TaskKind } from "./after.ts";
import { tell } from "./channels/tell.ts";
import { disarm } from "./disarm.ts";
import { alone } from "./end.ts";
import { keepNamed } from "./out-of-band/keep.ts";
import { policyAtHead } from "./policy-at.ts";
import { repositoryOf } from "./repository-of.ts";
import { saveMove } from "./save-move.ts";
import type { DeskParts } from "./types.ts";

/** Where a secret of ours could lie. */
interface Spot {
  environment: string;
  secret: string;
}

/**
 * Looks whether an environment of the repository holds a secret of our name without a lease: at what the policy names now, and
 * wherever we ever armed. What one of our leases may have left is removed as that lease's; what somebody else put there is not
 * ours to delete: it is told, since whoever can start a job can read it. The policy that is read for it says what is to be watched at the
 * registry, too.
 * @throws GitHubError where GitHub doesn't answer, with nothing changed in the environment that was being read
 */
export async function lookForSecrets(parts: DeskParts, repositoryId: number): Promise<void> {
  const github = await repositoryOf(parts, repositoryId);
  if (github === null) return;
  try {
    const policy = await readPolicy(github);
    if (policy !== null) await keepNamed(parts, repositoryId, policy);
    for (const spot of await spotsOf(parts, github, policy)) await lookAt(parts, github, spot);
  } catch (error) {
    // What GitHub doesn't show us now is looked at when it does: at the next start, or tomorrow.
    if (!(error instanceof GitHubError) || !["forbidden", "not-found", "unauthorized"].includes(error.code))
      throw error;
    parts.log.info({ repository: repositoryId, code: error.code }, "A repository couldn't be looked at for secrets.");
  }
}

/**
 * Asks for that look at every repository, one a second or spread over a day, whichever is quicker: GitHub's budget is for releases.
 * Once an hour at most, however many instances start.
 */
export async function askAllSecrets(parts: Pick<DeskParts, "store" | "clock" | "ids">): Promise<void> {
  const now = parts.clock.now();
  const all = await parts.store.repositories.all();
  const apart = Math.min(1000, 86_400_000 / Math.max(1, all.length));
  const hour = now.toISOString().slice(0, 13);
  const kind: TaskKind = "secrets";
  const tasks = all.map(({ id }, index) => ({
    ...{ id: parts.ids.next(), kind, key: `${kind}:${id}:${hour}`, payload: { subject: String(id) } },
    ...{ createdAt: now, nextAt: later(now, Math.floor(index * apart)) },
  }));
  for (let from = 0; from < tasks.length; from += mostAtOnce)
    await parts.store.tasks.addAll(tasks.slice(from, from + mostAtOnce));
}

/** Tasks in one INSERT. */
const mostAtOnce = 1_000;

async function readPolicy(github: GitHubRepository): Promise<Policy | null> {
  return await policyAtHead(github).then(
    ({ policy }) => policy,
    (error: unknown) => {
      if (error instanceof Refusal) return null;
      throw error;
    },
  );
}

async function spotsOf(parts: DeskParts, github: GitHubRepository, policy: Policy | null): Promise<Spot[]> {
  const named = waysOf(policy ?? { packages: [] })
    .filter((one) => isTokenMode(one.mode))
    .map(({ environment, secret }) => ({ environment, secret }));
  const armed = await parts.store.leases.spots(github.repository.id);
  // GitHub compares both without regard to case.
  const key = ({ environment, secret }: Spot): string => `${environment}\n${secret}`.toLowerCase();
  return [...new Map([...armed, ...named].map((spot) => [key(spot), spot])).values()];
}

async function lookAt(parts: DeskParts, github: GitHubRepository, spot: Spot): Promise<void> {
  const environment = await github.environment(spot.environment);
  if (environment === null) return;
  const place = { repositoryId: github.repository.id, environmentId: environment.id };
  await alone(parts, place, async () => {
    if ((await parts.store.leases.locking(place.repositoryId, place.environmentId)) !== null) return;
    const found = await github.environmentSecret(spot.environment, spot.secret);
    if (found === null) return;
    const last = await parts.store.leases.last(place.repositoryId, place.environmentId);
    if (last !== null && last.secretName === spot.secret && mayBeOfLease(last, found.updatedAt))
      return await removeLeft(parts, last);
    await tellStanding(parts, github, spot, found.updatedAt);
  });
}

/** The lease was closed, and its secret is there: GitHub applied a PUT of ours long after it was given up. */
async function removeLeft(parts: DeskParts, lease: Lease): Promise<void> {
  // Locked again until it is read as absent twice: those readings may not take the next release's secret for this one's.
  const saved = await saveMove(parts, lease, { kind: "maybe-there-again", why: "left-behind", locks: true });
  if (saved === null) return;
  await parts.store.audit.add({
    at: parts.clock.now(),
    what: "lease.secret-came-back",
    actor: "countersign",
    repositoryId: lease.repositoryId,
    releaseId: lease.releaseId,
    detail: { lease: lease.id, environment: lease.environmentName },
  });
  await disarm(parts, lease.id, "left-behind");
}

async function tellStanding(parts: DeskParts, github: GitHubRepository, spot: Spot, since: Date): Promise<void> {
  const { id, owner, name } = github.repository;
  const cause = `${id} ${spot.environment} ${spot.secret} ${since.toISOString()}`;
  const text = `The environment ${spot.environment} holds a secret ${spot.secret} that Countersign didn't put there. Every job that gets into the environment can read it, and no release is armed while it is there. Delete it, and revoke what is in it.`;
  const message: Message = {
    kind: "secret-stays",
    repository: `${owner}/${name}`,
    ...{ environment: spot.environment, secret: spot.secret, why: "not-ours", text },
    link: `${parts.publicUrl}/repositories/${id}`,
  };
  await tell(parts, id, [], message, cause);
  parts.log.warn({ repository: id, environment: spot.environment }, "A secret of our name lies there without a lease.");
}
