import type { TokenPlace } from "../../desk/types.ts";
import { endOfDay } from "../../domain/day.ts";
import { Refusal } from "../../domain/errors.ts";
import { longestDays } from "../../domain/token.ts";
import { tokenName } from "../../domain/token-command.ts";
import { idOf, readForm, required } from "../forms.ts";
import type { Fields } from "../forms.ts";
import { doneFlash } from "../pages/done.ts";
import { prose } from "../pages/pieces.ts";
import { fieldName, firstDays, tokenFormPage } from "../pages/token-form.ts";
import type { Sealing, TokenDraft } from "../pages/token-form.ts";
import { choosePlacePage } from "../pages/token-places.ts";
import { tokensPage } from "../pages/tokens.ts";
import { goTo, page } from "../responses.ts";
import { troubleOf } from "../trouble.ts";
import { mustSee, notThere } from "../visit.ts";
import type { SignedVisit } from "../visit.ts";

const day = 86_400_000;

/** Environments that one form is for at most: each costs a question to GitHub. */
const mostPlaces = 20;

/** My tokens, what I have to do at npm, and where a token is missing. */
export async function showTokens(visit: SignedVisit): Promise<Response> {
  const { desk, store } = visit.parts;
  const { person } = visit.session;
  const ids = await visit.visible.of(visit.session);
  const [tokens, todos, places, repositories] = await Promise.all([
    desk.tokensOf(person),
    desk.todosOf(person),
    desk.tokenPlaces(person, [...ids]),
    store.repositories.all(),
  ]);
  const seen = new Map(repositories.filter((one) => ids.has(one.id)).map((one) => [one.id, one]));
  const own = tokens.map((token) => ({
    token,
    repository: seen.get(token.repositoryId) ?? null,
    place:
      places.find(
        (place) => place.repository.id === token.repositoryId && place.environmentId === token.environmentId,
      ) ?? null,
  }));
  return await page(tokensPage(visit, { own, todos, places }, { flash: doneFlash(visit.url) }));
}

/** The form for the chosen places; without any, the choice. */
export async function newToken(visit: SignedVisit): Promise<Response> {
  const chosen = chosenPlaces(visit.url.searchParams);
  if (chosen.length === 0) return await choosePlace(visit);
  const sealing = await sealingFor(visit, chosen, visit.url.searchParams.get("release"));
  const [first] = sealing.places;
  const draft = {
    npmUser: sealing.places.find(({ current }) => current !== null)?.current?.npmUser ?? "",
    label: tokenName([...new Set(sealing.places.flatMap((place) => place.packages))].toSorted()),
    npmKey: "",
    bypass2fa: false,
    expires: first === undefined ? "" : inDays(visit.now, firstDays(sealing.places)),
  };
  return await page(tokenFormPage(visit, sealing, draft, null));
}

interface Chosen {
  repository: string | null;
  package: string;
  /** The one that approves the package's stages; undefined: the one that publishes it. */
  environment: string | undefined;
}

/**
 * One place by `repository`, `package` and maybe `environment`, or several by `for`, each an id and a name with a space between them, and
 * maybe an environment on a second line (which forms send with CR and LF).
 */
function chosenPlaces(query: URLSearchParams): Chosen[] {
  const name = query.get("package");
  const several = query.getAll("for").map((text) => {
    const [place = "", environment] = text.split(/\r?\n/);
    const [repository = "", ...name] = place.split(" ");
    return { repository, package: name.join(" "), environment };
  });
  const environment = query.get("environment") ?? undefined;
  return name === null ? several : [{ repository: query.get("repository"), package: name, environment }, ...several];
}

async function choosePlace(visit: SignedVisit): Promise<Response> {
  const ids = await visit.visible.of(visit.session);
  return await page(choosePlacePage(visit, await visit.parts.desk.tokenPlaces(visit.session.person, [...ids])));
}

/** Takes a sealed token; where the answer is no, the form comes back with the sentence, and with a fresh key. */
export async function registerToken(visit: SignedVisit): Promise<Response> {
  const fields = await readForm(visit.request);
  const releaseId = fields.get("release") ?? null;
  try {
    await visit.parts.desk.registerToken({
      person: visit.session.person,
      places: await postedPlaces(visit, fields),
      npmUser: required(fields, "npm_user", "Your npm user name"),
      label: fields.get("label") ?? "",
      npmKey: fields.get("npm_key") ?? null,
      bypass2fa: fields.get("bypass_2fa") === "yes",
      releaseId,
      expiresAt: endOfDay(required(fields, "expires", "The day on which the token expires"), visit.now, longestDays),
    });
  } catch (error) {
    return await formAgain(visit, fields, error);
  }
  return goTo(releaseId === null ? "/tokens?done=sealed" : `/releases/${encodeURIComponent(releaseId)}?done=sealed`);
}

async function postedPlaces(visit: SignedVisit, fields: Fields) {
  const places = [];
  for (let index = 0; index < mostPlaces && fields.has(fieldName("repository", index)); index += 1) {
    const field = (name: string): string => fieldName(name, index);
    const repositoryId = idOf(fields.get(field("repository")));
    if (repositoryId === null) throw notThere();
    await mustSee(visit, repositoryId);
    places.push({
      repositoryId,
      packages: required(fields, field("package"), "The package").split(/\s+/),
      environment: fields.get(field("environment")) ?? undefined,
      keyId: required(fields, field("key_id"), "The key's name"),
      ciphertext: fields.get(field("ciphertext")) ?? "",
    });
  }
  return places;
}

async function formAgain(visit: SignedVisit, fields: Fields, error: unknown): Promise<Response> {
  const trouble = error instanceof Refusal && error.code !== "not-found" ? troubleOf(error) : null;
  if (trouble === null || trouble.status === 403) throw error;
  const chosen: Chosen[] = [];
  for (let index = 0; index < mostPlaces && fields.has(fieldName("repository", index)); index += 1)
    chosen.push({
      repository: fields.get(fieldName("repository", index)) ?? null,
      package: (fields.get(fieldName("package", index)) ?? "").split(/\s+/)[0] ?? "",
      environment: fields.get(fieldName("environment", index)) ?? undefined,
    });
  const sealing = await sealingFor(visit, chosen, fields.get("release") ?? null);
  const draft: TokenDraft = {
    npmUser: fields.get("npm_user") ?? "",
    label: fields.get("label") ?? "",
    npmKey: fields.get("npm_key") ?? "",
    bypass2fa: fields.get("bypass_2fa") === "yes",
    expires: fields.get("expires") ?? "",
  };
  const problem = prose(`${trouble.text} Paste the token once more to seal it again.`);
  return await page(tokenFormPage(visit, sealing, draft, problem), trouble.status);
}

/** Forgets one of my tokens. */
export async function removeToken(visit: SignedVisit): Promise<Response> {
  await visit.parts.desk.removeToken({ person: visit.session.person, tokenId: visit.params["id"] ?? "" });
  return goTo("/tokens?done=removed");
}

/** I have done at npm what I was asked to. */
export async function closeTodo(visit: SignedVisit): Promise<Response> {
  await visit.parts.desk.closeTodo({ person: visit.session.person, todoId: visit.params["id"] ?? "" });
  return goTo("/tokens?done=todo");
}

/** The places with their present keys. @throws Refusal where one isn't there, or they don't fit one token */
async function sealingFor(visit: SignedVisit, chosen: Chosen[], releaseId: string | null): Promise<Sealing> {
  if (chosen.length > mostPlaces)
    throw new Refusal("bad-input", `Choose at most ${mostPlaces} packages in one go, and come back for the rest.`);
  const places: TokenPlace[] = [];
  for (const one of chosen) {
    const repositoryId = idOf(one.repository);
    if (repositoryId === null) throw notThere();
    await mustSee(visit, repositoryId);
    const place = await visit.parts.desk.tokenPlace(visit.session.person, repositoryId, one.package, one.environment);
    // Packages that share an environment share its secret.
    const twice = places.some((other) => other.environmentId === place.environmentId);
    if (!twice) places.push(place);
  }
  if (new Set(places.map((place) => place.registry)).size > 1)
    throw new Refusal("bad-input", "These packages are on different registries: seal a token for each registry.");
  return { places, releaseId };
}

function inDays(now: Date, days: number): string {
  return new Date(now.getTime() + days * day).toISOString().slice(0, 10);
}
