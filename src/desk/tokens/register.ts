import { Refusal } from "../../domain/errors.ts";
import { carriesToken } from "../../domain/npm-token.ts";
import { environmentKey } from "../../domain/release.ts";
import type { SealedToken } from "../../domain/release-types.ts";
import type { DeskForWeb, DeskParts, TokenPlace } from "../types.ts";
import { tokenPlace } from "./places.ts";
import { refuseUnsealed } from "./sealed.ts";

type Input = Parameters<DeskForWeb["registerToken"]>[0];

/** npm's longest life of a token that may publish. */
export const longestDays = 90;

const day = 86_400_000;

const carried =
  "There is a token in a field that is not for it, and it was sent as it is. Nothing was kept: revoke that token at npm, make a new one, and paste it where the page asks for it.";

/**
 * Puts a token that the person's browser (or CLI) sealed on file; the one that was there is removed as replaced.
 * Rights, environment and key are read from GitHub again: a page may be old.
 * @throws Refusal with nothing changed
 * @throws GitHubError
 */
export async function registerToken(parts: DeskParts, input: Input): Promise<SealedToken> {
  refuseUnsealed(input.ciphertext);
  const words = { npmUser: npmUserOf(input.npmUser), label: labelOf(input.label) };
  const now = parts.clock.now();
  refuseExpiry(input.expiresAt, now);
  const place = await tokenPlace(parts, input.person, input.repositoryId, input.package);
  if (place.keyId !== input.keyId)
    throw new Refusal(
      "token-key-rotated",
      "GitHub changed the environment's key between page and post: open the page again and seal the token to the new one.",
    );
  const token = sealedToken(parts.ids.next(), input, words, place, now);
  await parts.store.transaction(async (store) => {
    await store.tokens.put(token);
    await store.audit.add({
      at: now,
      what: "token.sealed",
      actor: input.person.login,
      actorId: input.person.id,
      repositoryId: input.repositoryId,
      detail: {
        token: token.id,
        package: place.package,
        environment: place.environmentName,
        npmUser: words.npmUser,
        keyId: place.keyId,
        expiresAt: input.expiresAt.toISOString(),
        replaces: place.current?.id ?? null,
      },
    });
  });
  return token;
}

function sealedToken(
  id: string,
  input: Input,
  words: { npmUser: string; label: string },
  place: TokenPlace,
  now: Date,
): SealedToken {
  return {
    id,
    repositoryId: input.repositoryId,
    environmentId: place.environmentId,
    environmentName: place.environmentName,
    personId: input.person.id,
    personLogin: input.person.login,
    ...words,
    keyId: place.keyId,
    ciphertext: input.ciphertext,
    expiresAt: input.expiresAt,
    sealedAt: now,
    lastUsedAt: null,
    removedAt: null,
    removedWhy: null,
    slot: `${environmentKey(input.repositoryId, place.environmentId)}/${input.person.id}`,
  };
}

/** npm's own rule for names of users: lower case, URL-safe, no dot or underscore in front (old accounts have capitals). */
function npmUserOf(given: string): string {
  const name = given.trim().replace(/^~|^@/, "");
  if (carriesToken(name)) throw new Refusal("bad-input", carried);
  if (/^[a-z0-9-][a-z0-9._-]{0,213}$/i.test(name)) return name;
  throw new Refusal(
    "bad-input",
    "That is not the form of an npm user name: letters, digits, `-`, `.` and `_`, as `npm whoami` says it.",
  );
}

function labelOf(given: string): string {
  const label = given.replace(/\s+/g, " ").trim();
  if (carriesToken(label)) throw new Refusal("bad-input", carried);
  if (label.length <= 100 && !/\p{Cc}/u.test(label)) return label;
  throw new Refusal("bad-input", "The label is too long: use at most 100 characters.");
}

function refuseExpiry(expiresAt: Date, now: Date): void {
  const left = expiresAt.getTime() - now.getTime();
  if (Number.isNaN(left)) throw new Refusal("bad-input", "Give the day on which npm lets the token expire.");
  if (left <= 0)
    throw new Refusal("bad-input", "That day is over: a token that has expired can't publish. Make a new one.");
  if (left > longestDays * day)
    throw new Refusal(
      "bad-input",
      `npm lets no publishing token live longer than ${longestDays} days: look at its expiry again.`,
    );
}
