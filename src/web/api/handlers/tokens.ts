import type { z } from "zod";
import { endOfDay } from "../../../domain/day.ts";
import type { Repository, SealedToken } from "../../../domain/release-types.ts";
import { longestDays, tokenState } from "../../../domain/token.ts";
import { createCommand, usualDays } from "../../../domain/token-command.ts";
import { idOf } from "../../forms.ts";
import { notThere } from "../../visit.ts";
import type { newToken, ofPlace } from "../schemas.ts";
import { mustSeeAll, seenRepositories } from "../visit.ts";
import type { SignedApiVisit } from "../visit.ts";

/** Where the person may put a token, and what is on file there. */
export async function listPlaces(visit: SignedApiVisit) {
  const seen = await seenRepositories(visit);
  const places = await visit.parts.desk.tokenPlaces(visit.session.person, [...seen.keys()]);
  return {
    places: places.map((place) => ({
      ...place,
      command: createCommand({
        ...{ packages: [place.package], mode: place.mode, registry: place.registry },
        days: Math.min(usualDays, place.rules.maxDays),
      }),
      current: place.current === null ? null : told(place.current, seen, visit.now),
    })),
  };
}

/** The name of the key that a place's environment has now, as the app reads it at GitHub. */
export async function tellKey(visit: SignedApiVisit, of: z.output<typeof ofPlace>) {
  await mustSeeAll(visit, [of.repository]);
  const { keyId } = await visit.parts.desk.tokenPlace(visit.session.person, of.repository, of.package, of.environment);
  return { keyId };
}

/** The person's ledger, the one that expires first in front. */
export async function listTokens(visit: SignedApiVisit) {
  const [seen, tokens] = await Promise.all([seenRepositories(visit), visit.parts.desk.tokensOf(visit.session.person)]);
  return { tokens: tokens.map((token) => told(token, seen, visit.now)) };
}

/** Everybody's tokens in one repository, for people with write access. */
export async function listRepositoryTokens(visit: SignedApiVisit) {
  const id = idOf(visit.params["id"]);
  if (id === null) throw notThere();
  await mustSeeAll(visit, [id]);
  const { packages } = await visit.parts.desk.repositoryTokens(visit.session.person, id);
  return {
    packages: packages.map(({ tokens, ...rest }) => ({
      ...rest,
      tokens: tokens?.map(({ token, state }) => ({ ...token, state })) ?? null,
    })),
  };
}

/** Takes a token that was sealed elsewhere, for all of its places or for none. */
export async function addToken(visit: SignedApiVisit, input: z.output<typeof newToken>) {
  await mustSeeAll(
    visit,
    input.places.map(({ repositoryId }) => repositoryId),
  );
  const expiresAt = /T/.test(input.expiresAt)
    ? new Date(input.expiresAt)
    : endOfDay(input.expiresAt, visit.now, longestDays);
  const { person } = visit.session;
  const tokens = await visit.parts.desk.registerToken({ ...input, person, expiresAt });
  const seen = await seenRepositories(visit);
  return { tokens: tokens.map((token) => told(token, seen, visit.now)) };
}

/** Forgets one of the person's tokens. */
export async function removeToken(visit: SignedApiVisit): Promise<null> {
  await visit.parts.desk.removeToken({ person: visit.session.person, tokenId: visit.params["id"] ?? "" });
  return null;
}

function told(token: SealedToken, seen: Map<number, Repository>, now: Date) {
  const { ciphertext: _never, slot: _ours, ...rest } = token;
  return { ...rest, repository: seen.get(token.repositoryId) ?? null, state: tokenState(token, now) };
}
