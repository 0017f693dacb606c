import type { SealedToken } from "./release-types.ts";

/** What a forecast looks at of a token. */
export type ForecastToken = Pick<
  SealedToken,
  "packages" | "personId" | "personLogin" | "expiresAt" | "removedAt" | "refusedAt" | "forReleaseId" | "approvesStages"
>;

/** Who can release one package with the tokens on file, and until when. */
export interface Forecast {
  package: string;
  /** From then on nobody can release it, unless somebody seals a new token; in the past where nobody can by now. */
  nobodyFrom: Date;
  /** The one person who can release it now; null: several can, or nobody. */
  only: { id: number; login: string } | null;
}

/**
 * How long the packages of a repository can be released with the tokens on file: one entry for each package that a token was
 * sealed for, in order of name. Tokens that were forgotten, refused by the runner, or sealed for one release only, carry nothing; nor do
 * those that only approve what is staged.
 */
export function forecast(tokens: readonly ForecastToken[], now: Date): Forecast[] {
  const standing = tokens.filter(
    (token) =>
      token.removedAt === null && token.refusedAt === null && token.forReleaseId === null && !token.approvesStages,
  );
  const names = [...new Set(standing.flatMap((token) => token.packages))].toSorted();
  return names.map((name) => {
    const its = standing.filter((token) => token.packages.includes(name));
    const last = Math.max(...its.map((token) => token.expiresAt.getTime()));
    const alive = its.filter((token) => token.expiresAt > now);
    const [one] = alive;
    const alone = one !== undefined && alive.every((token) => token.personId === one.personId);
    return {
      package: name,
      nobodyFrom: new Date(last),
      only: alone ? { id: one.personId, login: one.personLogin } : null,
    };
  });
}

/** The forecast in words: one sentence, or two. `quote` marks the package's name as the place of the words has it. */
export function forecastWords(
  { package: name, nobodyFrom, only }: Forecast,
  now: Date,
  quote: (name: string) => string = (text) => text,
): string[] {
  if (nobodyFrom <= now) return [`Since ${dayWords(nobodyFrom)} nobody can release ${quote(name)}.`];
  const from = `From ${dayWords(nobodyFrom)} nobody can release ${quote(name)}.`;
  return only === null ? [from] : [from, `Only ${only.login} can release ${quote(name)}.`];
}

/**
 * What the end of somebody's tokens means, package by package: from when they can't release it, or nobody can, and that nobody
 * else can now. Of other people's tokens no more is told than that. A package that another token of theirs carries on is left out.
 */
export function ownersForecast(
  owner: { id: number; login: string },
  ending: readonly ForecastToken[],
  all: readonly ForecastToken[],
  now: Date,
  quote: (name: string) => string = (text) => text,
): string[] {
  const everybodys = new Map(forecast(all, now).map((one) => [one.package, one]));
  const own = all.filter((token) => token.personId === owner.id);
  return forecast(own, now).flatMap((mine) => {
    const ends = (token: ForecastToken): boolean =>
      token.packages.includes(mine.package) && token.expiresAt.getTime() === mine.nobodyFrom.getTime();
    if (!ending.some(ends)) return [];
    const everybody = everybodys.get(mine.package);
    if (everybody?.nobodyFrom.getTime() === mine.nobodyFrom.getTime()) return forecastWords(everybody, now, quote);
    const word = mine.nobodyFrom <= now ? "Since" : "From";
    return [`${word} ${dayWords(mine.nobodyFrom)} ${owner.login} can't release ${quote(mine.package)}.`];
  });
}

/** A day as sentences have it, `3 December 2026`: the day that the owner gave, which ends with UTC's. */
export function dayWords(at: Date): string {
  return `${at.getUTCDate()} ${at.toLocaleString("en", { month: "long", timeZone: "UTC" })} ${at.getUTCFullYear()}`;
}
