import { graded, movedOddities, oddities } from "../../domain/out-of-band/oddities.ts";
import type { Graded, Source, Told } from "../../domain/out-of-band/oddities.ts";
import type { Oddity, Sighting, Watch } from "../../domain/out-of-band/types.ts";
import { GitHubError } from "../../github/types.ts";
import type { GitHubRepository } from "../../github/types.ts";
import { RegistryError } from "../../npm/types.ts";
import { after } from "../after.ts";
import { repositoryOf } from "../repository-of.ts";
import type { DeskParts } from "../types.ts";
import { alarmOf } from "./ask.ts";
import { tellSighting } from "./tell.ts";

/** GitHub and the registry are asked for so long what they know of it, in milliseconds; then people are called without. */
const patienceMs = 2 * 60_000;

/** Sightings of a package among which the one that explains another is looked for. */
const mostLooked = 100;

type Judged = Graded & { oddities: Oddity[] };

/**
 * Says what is odd about something that was noticed, and whether people are to be called: once, whoever does it. That it was said, the
 * audit, the messages and the issue that is to be written are one transaction.
 */
export async function judge(parts: DeskParts, sightingId: string): Promise<void> {
  const sighting = await parts.store.sightings.get(sightingId);
  if (sighting === null || sighting.verdict !== "noticed") return;
  const watch = await parts.store.watches.of(sighting.repositoryId, sighting.package);
  const github = await repositoryOf(parts, sighting.repositoryId);
  if (watch === null || github === null) return;
  const { verdict, why, oddities: found } = await judged(parts, sighting, watch, github);
  await parts.store.transaction(async (store) => {
    const inside = { ...parts, store };
    if (!(await store.sightings.judge(sighting.id, { verdict, oddities: found, expectedWhy: why }))) return;
    const { repositoryId, package: name, version, what, facts } = sighting;
    const codes = found.map(({ code }) => code);
    await store.audit.add({
      at: parts.clock.now(),
      what: verdict === "odd" ? "out-of-band.noticed" : "out-of-band.expected",
      actor: "countersign",
      repositoryId,
      detail: { package: name, version, what, publisher: facts.publisher, oddities: codes, why, sighting: sighting.id },
    });
    if (verdict !== "odd") return;
    await after(inside, "alarm-issue", alarmOf(sighting), "now");
    await tellSighting(inside, { ...sighting, verdict, oddities: found }, watch);
  });
}

async function judged(parts: DeskParts, sighting: Sighting, watch: Watch, github: GitHubRepository): Promise<Judged> {
  const { what, version, facts } = sighting;
  if (what === "published") {
    const found = oddities(facts, watch.policy, await told(parts, sighting, watch, github));
    return { ...graded(facts, found, watch.policy.localPublishing, parts.clock.now()), oddities: found };
  }
  const { repositoryId, package: name } = sighting;
  const others = await parts.store.sightings.ofPackage(repositoryId, name, mostLooked);
  const strange = what === "tag-moved" ? facts.from : version;
  if (others.some((one) => one.what === "published" && one.version === strange))
    return { verdict: "expected", why: "It undoes what was noticed before.", oddities: [] };
  if (what === "unpublished") {
    const text = "It was on the registry, and isn't any more: whoever depends on it can't install it.";
    return { verdict: "odd", why: null, oddities: [{ code: "unpublished", text }] };
  }
  const moved = movedOddities(facts.tags[0] ?? "", facts.from ?? "", version);
  if (moved.length > 0) return { verdict: "odd", why: null, oddities: moved };
  return { verdict: "expected", why: "Only `latest` on an older version calls people.", oddities: [] };
}

async function told(parts: DeskParts, sighting: Sighting, watch: Watch, github: GitHubRepository): Promise<Told> {
  const { owner, name } = github.repository;
  const patient = parts.clock.now().getTime() - sighting.seenAt.getTime() < patienceMs;
  const tokens = await parts.store.tokens.liveOfRepository(sighting.repositoryId);
  return {
    npmUsers: tokens.filter((one) => one.packages.includes(sighting.package)).map(({ npmUser }) => npmUser),
    source: await unreadLater(patient, async () => await sourceOf(github, sighting)),
    provenance: sighting.facts.provenance
      ? await unreadLater(patient, async () => {
          const { registry } = watch;
          return await parts.registry.provenance(sighting.package, sighting.version, registry ?? undefined);
        })
      : null,
    repository: `${parts.github.webUrl}/${owner}/${name}`,
  };
}

/** Somebody who doesn't answer is asked again for a while, by the task that is tried again; an alarm doesn't wait longer. */
async function unreadLater<T>(patient: boolean, ask: () => Promise<T>): Promise<T | "unread"> {
  try {
    return await ask();
  } catch (error) {
    const known = error instanceof GitHubError || error instanceof RegistryError;
    if (!known || (patient && isPassing(error))) throw error;
    return "unread";
  }
}

function isPassing({ code }: GitHubError | RegistryError): boolean {
  return code === "unavailable" || code === "limited";
}

/** The tags that tools give to a version of a package, and the place of the commit that it names. */
async function sourceOf(github: GitHubRepository, { package: name, version, facts }: Sighting): Promise<Source> {
  const { owner, name: repository, defaultBranch } = github.repository;
  let tag: Source["tag"] = null;
  for (const one of [`v${version}`, `${name}@${version}`, version]) {
    const commit = await github.tagCommit(one);
    if (commit === null) continue;
    tag = { name: one, commit };
    break;
  }
  if (facts.commit === null) return { tag, commit: null };
  return { tag, commit: await github.relation(`${owner}/${repository}`, defaultBranch, facts.commit) };
}
