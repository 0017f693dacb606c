import { Refusal } from "../../domain/errors.ts";
import { ownersForecast } from "../../domain/forecast.ts";
import type { Message } from "../../domain/message.ts";
import type { WarningPolicy } from "../../domain/policy-types.ts";
import type { SealedToken } from "../../domain/release-types.ts";
import { daysLeft, nextWarning, warningNow } from "../../domain/warning.ts";
import type { WarnDays } from "../../domain/warning.ts";
import { GitHubError } from "../../github/types.ts";
import { tell } from "../channels/tell.ts";
import { policyAtHead } from "../policy-at.ts";
import { repositoryOf } from "../repository-of.ts";
import { sealPath } from "../tokens/for-release.ts";
import type { DeskParts } from "../types.ts";
import { lookAtWarnings, readPersonIn } from "./ask.ts";

type Parts = Pick<DeskParts, "store" | "github" | "clock" | "ids" | "publicUrl">;

/** A warning that was given just now. */
interface Given {
  token: SealedToken;
  days: WarnDays;
}

/** What holds where the policy can't be read: the same as where it says nothing. */
const otherwise: WarningPolicy = { hour: 9, zone: "UTC", to: null };

/**
 * Gives one person the warnings that are due for their tokens in one repository: the most urgent of each token, once ever. That
 * it was given, that the issue and the channels are to hear of it, and when the token is looked at next, are one transaction: a
 * crash leaves all of it to be done, or nothing.
 * @throws GitHubError where GitHub can't be asked for the policy just now
 */
export async function warn(parts: Parts, subject: string): Promise<void> {
  const { repositoryId, personId } = readPersonIn(subject);
  const time = await warningPolicy(parts, repositoryId);
  await parts.store.transaction(async (store) => {
    const inside = { ...parts, store };
    const now = parts.clock.now();
    const given: Given[] = [];
    for (const token of await dueTokens(inside, repositoryId, personId, now)) {
      // One that the runner refused stays so until it is replaced: its owner has heard of that, and its end changes nothing.
      const days = token.refusedAt === null ? warningNow(token, now, time) : null;
      if (days !== null && (await give(inside, token, days))) given.push({ token, days });
      await store.tokens.warnNext(token.id, nextWarning(token, now, time));
    }
    if (given.length === 0) return;
    await lookAtWarnings(inside, repositoryId, personId);
    await tellChannels(inside, given, time.to);
  });
}

/** In order of id, so that two who are at it at once don't wait for each other. */
async function dueTokens(
  { store }: Pick<Parts, "store">,
  repositoryId: number,
  personId: number,
  now: Date,
): Promise<SealedToken[]> {
  const live = await store.tokens.liveOfRepository(repositoryId);
  return live
    .filter((token) => token.personId === personId && token.warnAt !== null && token.warnAt <= now)
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

async function give(parts: Parts, token: SealedToken, days: WarnDays): Promise<boolean> {
  const at = parts.clock.now();
  const { id: tokenId, repositoryId, personId } = token;
  const isNew = await parts.store.warnings.give({ id: parts.ids.next(), tokenId, repositoryId, personId, days, at });
  if (!isNew) return false;
  await parts.store.audit.add({
    at,
    what: "token.warned",
    actor: "countersign",
    repositoryId,
    detail: { token: tokenId, owner: token.personLogin, days, expiresAt: token.expiresAt.toISOString() },
  });
  return true;
}

async function tellChannels(parts: Parts, given: Given[], named: string[] | null): Promise<void> {
  const [first] = given;
  if (first === undefined) return;
  const { repositoryId, personId, personLogin } = first.token;
  // One after another: a transaction has one connection.
  const repository = await parts.store.repositories.get(repositoryId);
  const person = await parts.store.people.get(personId);
  const all = await parts.store.tokens.liveOfRepository(repositoryId);
  const now = parts.clock.now();
  const owner = { id: personId, login: person?.login ?? personLogin };
  const tokens = given.map(({ token }) => token);
  const message: Message = {
    kind: "token-warning",
    repository: repository === null ? String(repositoryId) : `${repository.owner}/${repository.name}`,
    owner: owner.login,
    lines: tokens.map((token) => ({
      packages: token.packages,
      environment: token.environmentName,
      // On its last day a token hasn't ended yet.
      daysLeft: token.expiresAt > now ? Math.max(1, daysLeft(token, now)) : 0,
      endsAt: token.expiresAt.toISOString(),
    })),
    forecast: ownersForecast(owner, tokens, all, now),
    link: parts.publicUrl + (given.length === 1 ? sealPath(placeOf(first.token)) : "/tokens"),
  };
  const cause = given.map(({ token, days }) => `${token.id}-${days}`).join("+");
  await tell(parts, repositoryId, [personId], message, cause, named);
}

function placeOf({ repositoryId, packages }: SealedToken): { repositoryId: number; package: string } {
  return { repositoryId, package: packages[0] ?? "" };
}

/** A policy that is missing, broken, or not shown to us any more keeps nobody from being warned. */
async function warningPolicy(parts: Pick<Parts, "store" | "github">, repositoryId: number): Promise<WarningPolicy> {
  const github = await repositoryOf(parts, repositoryId);
  if (github === null) return otherwise;
  try {
    return (await policyAtHead(github)).policy.warnings;
  } catch (error) {
    if (error instanceof Refusal) return otherwise;
    if (error instanceof GitHubError && ["forbidden", "not-found", "invalid"].includes(error.code)) return otherwise;
    throw error;
  }
}
