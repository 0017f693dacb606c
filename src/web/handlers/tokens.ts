import { Refusal } from "../../domain/errors.ts";
import { longestDays } from "../../domain/token.ts";
import { idOf, readForm, required } from "../forms.ts";
import type { Fields } from "../forms.ts";
import { doneFlash } from "../pages/done.ts";
import { prose } from "../pages/pieces.ts";
import { tokenFormPage, tokenName, usualDays } from "../pages/token-form.ts";
import type { TokenDraft } from "../pages/token-form.ts";
import { choosePlacePage, tokensPage } from "../pages/tokens.ts";
import { goTo, page } from "../responses.ts";
import { troubleOf } from "../trouble.ts";
import { mustSee, notThere } from "../visit.ts";
import type { SignedVisit } from "../visit.ts";

const day = 86_400_000;

/** My tokens, and where one is missing. */
export async function showTokens(visit: SignedVisit): Promise<Response> {
  const { desk, store } = visit.parts;
  const { person } = visit.session;
  const ids = await visit.visible.of(visit.session);
  const [tokens, places, repositories] = await Promise.all([
    desk.tokensOf(person),
    desk.tokenPlaces(person, [...ids]),
    store.repositories.all(),
  ]);
  const seen = new Map(repositories.filter((one) => ids.has(one.id)).map((one) => [one.id, one]));
  const own = tokens.map((token) => ({
    token,
    repository: seen.get(token.repositoryId) ?? null,
    places: places.filter(
      (place) => place.repository.id === token.repositoryId && place.environmentId === token.environmentId,
    ),
  }));
  const missing = places.filter((place) => place.current === null || place.current.expiresAt <= visit.now);
  return await page(tokensPage(visit, own, missing, { flash: doneFlash(visit.url) }));
}

/** The form for one package; without one, the choice of packages. */
export async function newToken(visit: SignedVisit): Promise<Response> {
  const { searchParams } = visit.url;
  const name = searchParams.get("package");
  if (name === null) return await choosePlace(visit);
  const place = await placeOf(visit, searchParams.get("repository"), name);
  const draft = {
    npmUser: place.current?.npmUser ?? "",
    label: tokenName(place),
    expires: inDays(visit.now, usualDays),
  };
  return await page(tokenFormPage(visit, place, draft, null));
}

async function choosePlace(visit: SignedVisit): Promise<Response> {
  const ids = await visit.visible.of(visit.session);
  return await page(choosePlacePage(visit, await visit.parts.desk.tokenPlaces(visit.session.person, [...ids])));
}

/** Takes a sealed token; where the answer is no, the form comes back with the sentence, and with a fresh key. */
export async function registerToken(visit: SignedVisit): Promise<Response> {
  const fields = await readForm(visit.request);
  const repository = fields.get("repository") ?? null;
  const name = required(fields, "package", "The package");
  try {
    const repositoryId = idOf(repository);
    if (repositoryId === null) throw notThere();
    await mustSee(visit, repositoryId);
    await visit.parts.desk.registerToken({
      person: visit.session.person,
      places: [
        {
          repositoryId,
          packages: [name],
          keyId: required(fields, "key_id", "The key's name"),
          ciphertext: fields.get("ciphertext") ?? "",
        },
      ],
      npmUser: required(fields, "npm_user", "Your npm user name"),
      label: fields.get("label") ?? "",
      npmKey: null,
      bypass2fa: false,
      releaseId: null,
      expiresAt: endOf(required(fields, "expires", "The day on which the token expires"), visit.now),
    });
  } catch (error) {
    return await formAgain(visit, fields, error);
  }
  return goTo("/tokens?done=sealed");
}

async function formAgain(visit: SignedVisit, fields: Fields, error: unknown): Promise<Response> {
  const trouble = error instanceof Refusal && error.code !== "not-found" ? troubleOf(error) : null;
  if (trouble === null || trouble.status === 403) throw error;
  const place = await placeOf(visit, fields.get("repository"), fields.get("package") ?? "");
  const draft: TokenDraft = {
    npmUser: fields.get("npm_user") ?? "",
    label: fields.get("label") ?? "",
    expires: fields.get("expires") ?? "",
  };
  const problem = prose(`${trouble.text} Paste the token once more to seal it again.`);
  return await page(tokenFormPage(visit, place, draft, problem), trouble.status);
}

/** Forgets one of my tokens. */
export async function removeToken(visit: SignedVisit): Promise<Response> {
  await visit.parts.desk.removeToken({ person: visit.session.person, tokenId: visit.params["id"] ?? "" });
  return goTo("/tokens?done=removed");
}

async function placeOf(visit: SignedVisit, repository: string | null | undefined, name: string) {
  const repositoryId = idOf(repository);
  if (repositoryId === null) throw notThere();
  await mustSee(visit, repositoryId);
  return await visit.parts.desk.tokenPlace(visit.session.person, repositoryId, name);
}

function inDays(now: Date, days: number): string {
  return new Date(now.getTime() + days * day).toISOString().slice(0, 10);
}

/** The end of a day, in UTC, but no later than npm lets a token live: a day is given without its hour. */
function endOf(text: string, now: Date): Date {
  const end = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T23:59:59Z`) : new Date(Number.NaN);
  const latest = now.getTime() + longestDays * day;
  return end.getTime() > latest && end.getTime() - latest < day ? new Date(latest) : end;
}
