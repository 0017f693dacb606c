import { Refusal } from "../../domain/errors.ts";
import type { Person, Repository, Stop } from "../../domain/release-types.ts";
import type { DeskParts } from "../types.ts";
import { panic } from "./begin.ts";
import type { Begun } from "./begin.ts";
import { mayBeThere, ofAccount } from "./carry-out.ts";
import { liftStop } from "./lift.ts";
import { isAdmin } from "./who.ts";

/** A stop, and what of it is still under way. */
export interface SeenStop {
  stop: Stop;
  /** Secrets that aren't known to be deleted yet. */
  secrets: number;
  /** Releases that aren't over. */
  releases: number;
}

/** What pages and the API do with stops. */
export interface PanicDesk {
  /** Those that last, of accounts that have one of these repositories; which, isn't asked where nothing is stopped. */
  stops(repositoryIds: () => Promise<ReadonlySet<number>>): Promise<SeenStop[]>;
  /** Those that were lifted, newest first. */
  pastStops(repositoryIds: ReadonlySet<number>): Promise<Stop[]>;
  /** `repositoryIds`: those of the account that GitHub shows the person. @throws Refusal where they are an admin of none of them */
  panic(input: StopAsk): Promise<Begun>;
  lift(input: StopAsk): Promise<Stop>;
}

export interface StopAsk {
  person: Person;
  /** Login of the account, in any case. */
  account: string;
  repositoryIds: ReadonlySet<number>;
  reason: string;
  origin: Stop["origin"];
}

/** Of so many repositories GitHub is asked whether somebody is an admin there. */
const mostAsked = 20;

export function createPanicDesk(parts: DeskParts): PanicDesk {
  const known = async (ids: ReadonlySet<number>): Promise<Repository[]> =>
    (await parts.store.repositories.all()).filter(({ id }) => ids.has(id));
  return {
    async stops(ids) {
      const open = await parts.store.stops.open();
      if (open.length === 0) return [];
      const accounts = new Set((await known(await ids())).map(({ ownerId }) => ownerId));
      const seen = open.filter(({ accountId }) => accounts.has(accountId));
      return await Promise.all(seen.map(async (stop) => ({ stop, ...(await left(parts, stop)) })));
    },
    async pastStops(ids) {
      const accounts = new Set((await known(ids)).map(({ ownerId }) => ownerId));
      const recent = await parts.store.stops.recent([...accounts], 20);
      return recent.filter(({ openFor }) => openFor === null);
    },
    panic: async (ask) =>
      await panic(parts, { ...ask, repository: await ruled(parts, ask, await known(ask.repositoryIds)) }),
    lift: async (ask) =>
      await liftStop(parts, { ...ask, repository: await ruled(parts, ask, await known(ask.repositoryIds)) }),
  };
}

async function left(parts: DeskParts, stop: Stop): Promise<{ secrets: number; releases: number }> {
  const { leases, releases } = await ofAccount(parts, stop);
  return { secrets: leases.filter(mayBeThere).length, releases: releases.length };
}

/** The first repository of the account in which the person is an admin: the one where the stop was begun, if it is one of them. */
async function ruled(parts: DeskParts, { account, person }: StopAsk, seen: Repository[]): Promise<Repository> {
  const its = seen.filter(({ owner }) => owner.toLowerCase() === account.toLowerCase());
  const [first] = its;
  if (first === undefined)
    throw new Refusal("not-found", "There is no such account here, or GitHub shows you none of its repositories.");
  const begun = (await parts.store.stops.of(first.ownerId))?.repositoryId;
  const ordered = its.toSorted((one, other) => Number(other.id === begun) - Number(one.id === begun));
  for (const repository of ordered.slice(0, mostAsked)) if (await isAdmin(parts, repository, person)) return repository;
  throw new Refusal(
    "not-allowed",
    `Only an admin of a repository of ${first.owner} may stop its releases, or lift that.`,
  );
}
