import { Refusal } from "../../domain/errors.ts";
import { carriesToken } from "../../domain/npm-token.ts";
import { environmentKey, isActive } from "../../domain/release.ts";
import type { SealedToken } from "../../domain/release-types.ts";
import { nextWarning } from "../../domain/warning.ts";
import type { DeskForWeb, DeskParts, TokenPlace } from "../types.ts";
import { after } from "../after.ts";
import { lookAtWarnings } from "../warnings/ask.ts";
import { refuseExpiry } from "./expiry.ts";
import { owe } from "./forget.ts";
import { tokenPlace } from "./places.ts";
import { refuseUnsealed } from "./sealed.ts";

type Input = Parameters<DeskForWeb["registerToken"]>[0];
type Sealed = Input["places"][number];
interface Words {
  npmUser: string;
  label: string;
  npmKey: string | null;
}

/** Environments that one npm token may be sealed for in one go. */
const mostPlaces = 50;

const carried =
  "There is a token in a field that is not for it, and it was sent as it is. Nothing was kept: revoke that token at npm, make a new one, and paste it where the page asks for it.";

/**
 * Puts a token that the person's browser (or CLI) sealed on file, for one environment or for several in one go: all or none. What
 * was there is removed as replaced. Rights, rules, environments and keys are read from GitHub again: a page may be old.
 * @throws Refusal with nothing changed
 * @throws GitHubError
 */
export async function registerToken(parts: DeskParts, input: Input): Promise<SealedToken[]> {
  if (input.places.length === 0) throw new Refusal("bad-input", "Choose at least one environment for the token.");
  if (input.places.length > mostPlaces)
    throw new Refusal("bad-input", `Seal a token for at most ${mostPlaces} environments in one go.`);
  for (const { ciphertext } of input.places) refuseUnsealed(ciphertext);
  const words = { npmUser: npmUserOf(input.npmUser), label: labelOf(input.label), npmKey: npmKeyOf(input.npmKey) };
  const now = parts.clock.now();
  const found: Array<{ place: TokenPlace; sealed: Sealed }> = [];
  for (const sealed of input.places) found.push({ sealed, place: await checkedPlace(parts, input, sealed, now) });
  refuseTwice(found.map(({ place }) => place));
  const groupId = parts.ids.next();
  const tokens = found.map(({ place, sealed }) =>
    sealedToken(parts.ids.next(), groupId, input, words, place, sealed, now),
  );
  if (input.releaseId !== null) await refuseOtherRelease(parts, input, tokens);
  await parts.store.transaction(async (store) => {
    for (const [index, token] of tokens.entries()) {
      const before = found[index]?.place.current ?? null;
      await store.tokens.put(token);
      if (before !== null) await owe({ ...parts, store }, before, "replaced");
      await lookAtWarnings({ ...parts, store }, token.repositoryId, token.personId);
      await store.audit.add({
        at: now,
        what: "token.sealed",
        actor: input.person.login,
        actorId: input.person.id,
        repositoryId: token.repositoryId,
        ...(token.forReleaseId === null ? {} : { releaseId: token.forReleaseId }),
        detail: {
          token: token.id,
          group: groupId,
          packages: token.packages,
          environment: token.environmentName,
          npmUser: words.npmUser,
          keyId: token.keyId,
          expiresAt: input.expiresAt.toISOString(),
          bypass2fa: token.bypass2fa,
          replaces: before?.id ?? null,
        },
      });
    }
    if (input.releaseId === null) return;
    const inside = { ...parts, store };
    await after(inside, "evaluate", input.releaseId, `token-${groupId}`);
  });
  return tokens;
}

/** The place as GitHub has it now, with everything that the policy asks of a token there held against this one. */
async function checkedPlace(parts: DeskParts, input: Input, sealed: Sealed, now: Date): Promise<TokenPlace> {
  const [first = "", ...others] = [...new Set(sealed.packages)];
  const place = await tokenPlace(parts, input.person, sealed.repositoryId, first, sealed.environment);
  for (const other of others)
    if (!place.packages.includes(other))
      throw new Refusal(
        "bad-input",
        `${place.package} and ${other} don't share the environment \`${place.environmentName}\`, or you may not release both.`,
      );
  if (place.keyId !== sealed.keyId)
    throw new Refusal(
      "token-key-rotated",
      `GitHub changed the key of \`${place.environmentName}\` between page and post: open the page again and seal the token to the new one.`,
    );
  refuseExpiry(input.expiresAt, now, place.rules);
  if (input.bypass2fa && place.rules.bypass2fa === null)
    throw new Refusal(
      "bad-input",
      `A token that bypasses 2FA isn't allowed for ${place.package}: whoever steals it can publish alone. Make one with “Bypass 2FA” off.`,
    );
  if (place.rules.keep === "never" && input.releaseId === null)
    throw new Refusal(
      "not-now",
      `No token is kept for ${place.package} (\`keep: never\`): ask for the release first, then seal a fresh token from its page.`,
    );
  return place;
}

function refuseTwice(places: TokenPlace[]): void {
  const keys = places.map((place) => environmentKey(place.repository.id, place.environmentId));
  if (new Set(keys).size < keys.length)
    throw new Refusal("bad-input", "One environment is chosen twice: choose each once.");
}

/** A token for one release is for the releaser, and for the environment of that release. */
async function refuseOtherRelease(parts: DeskParts, input: Input, tokens: SealedToken[]): Promise<void> {
  const release = await parts.store.releases.get(input.releaseId ?? "");
  const [token] = tokens;
  if (release === null || token === undefined || !isActive(release.state))
    throw new Refusal("no-release", "The release that this token is for is over. Ask again with /release.");
  const fits =
    tokens.length === 1 &&
    release.releaserId === input.person.id &&
    release.repositoryId === token.repositoryId &&
    release.environmentId === token.environmentId;
  if (!fits) throw new Refusal("not-allowed", "Only whoever asked for the release seals a token for it.");
}

function sealedToken(
  id: string,
  groupId: string,
  input: Input,
  words: Words,
  place: TokenPlace,
  sealed: Sealed,
  now: Date,
): SealedToken {
  const life = { sealedAt: now, expiresAt: input.expiresAt };
  return {
    id,
    groupId,
    repositoryId: place.repository.id,
    environmentId: place.environmentId,
    environmentName: place.environmentName,
    personId: input.person.id,
    personLogin: input.person.login,
    ...words,
    packages: [...new Set(sealed.packages)].toSorted(),
    bypass2fa: input.bypass2fa,
    approvesStages: place.approvesStages,
    keyId: place.keyId,
    ciphertext: sealed.ciphertext,
    ...life,
    lastUsedAt: null,
    removedAt: null,
    removedWhy: null,
    slot: `${environmentKey(place.repository.id, place.environmentId)}/${input.person.id}`,
    forReleaseId: input.releaseId,
    seen: null,
    refusedAt: null,
    refusedWhy: null,
    // A token for one release is gone after it: nobody is warned of its end.
    warnAt: input.releaseId === null ? nextWarning(life, now, place.warnings) : null,
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

/** npm's id of a token is a UUID; its first characters, as lists show them, do too. */
function npmKeyOf(given: string | null): string | null {
  const key = (given ?? "").trim();
  if (key === "") return null;
  if (carriesToken(key)) throw new Refusal("bad-input", carried);
  if (/^[0-9a-f][0-9a-f-]{5,63}$/i.test(key)) return key;
  throw new Refusal(
    "bad-input",
    "The token's id at npm has digits and the letters a to f, as `npm token list` shows it.",
  );
}
