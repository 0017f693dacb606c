import type { Place, Token } from "./answers.ts";
import { many } from "./call.ts";
import type { Call } from "./call.ts";
import { Failure, usage } from "./failure.ts";
import { isInteractive } from "./io.ts";
import { ask } from "./prompt.ts";

/** One environment that a token is to be sealed for. */
export interface Target {
  place: Place;
  /** Packages that the token is for, all of this environment. */
  packages: string[];
}

/** Which environments a command means: by --package, --repository or --all, the only one, or as the person chooses. */
export async function chooseTargets(call: Call, all: Place[]): Promise<Target[]> {
  const places = ofKind(call, all);
  if (places.length === 0)
    throw new Failure(
      "not-allowed",
      call.values["stages"] === true
        ? "There is no package whose stages you may approve: look at `stageApproval` in the policy."
        : "There is no package that you may release with a token: look at `releasers` in the policy.",
    );
  const packages = many(call.values, "package");
  const repositories = many(call.values, "repository");
  const every = call.values["all"] === true;
  if (every && packages.length + repositories.length > 0)
    throw usage("--all is every environment: leave out --package and --repository, or --all.");
  if (packages.length + repositories.length > 0) return named(places, packages, repositories);
  const targets = wholeEnvironments(call, places);
  const [only, ...others] = targets;
  if (every || (only !== undefined && others.length === 0)) return targets;
  if (isInteractive(call.io) && !call.output.json) return await chosen(call, targets);
  throw usage(
    `Say which of your ${targets.length} environments it is for: --package, --repository owner/name, or --all.`,
  );
}

/** Places to publish from, or with --stages those that approve what is staged: one token for both would be one too strong. */
function ofKind(call: Call, places: Place[]): Place[] {
  const stages = call.values["stages"] === true;
  return places.filter(({ approvesStages = false }) => approvesStages === stages);
}

/** The environments that a token of before is in, as they are now. */
export function targetsOf(call: Call, tokens: Token[], places: Place[]): Target[] {
  return tokens.flatMap((token) => {
    const here = places.filter((place) => sameEnvironment(place, token));
    const [place] = here;
    if (place === undefined) {
      call.output.warn(
        `You may not put a token into ${token.environmentName} for ${token.packages.join(", ")} any more: left out.`,
      );
      return [];
    }
    const kept = token.packages.filter((name) => place.packages.includes(name));
    return [{ place, packages: kept.length > 0 ? kept : place.packages }];
  });
}

/** `owner/name` */
export function repositoryName({ repository }: Pick<Place, "repository">): string {
  return `${repository.owner}/${repository.name}`;
}

function named(places: Place[], packages: string[], repositories: string[]): Target[] {
  const of = (repository: string): Place[] =>
    places.filter((place) => repositoryName(place).toLowerCase() === repository.toLowerCase());
  for (const one of repositories)
    if (of(one).length === 0) throw new Failure("not-found", `You have no package to release with a token in ${one}.`);
  const within = repositories.length === 0 ? places : repositories.flatMap(of);
  for (const one of packages)
    if (!within.some((place) => place.package === one))
      throw new Failure("not-found", `${one} is not among the packages that you may release with a token there.`);
  return grouped(packages.length === 0 ? within : within.filter((place) => packages.includes(place.package)));
}

/** Every environment with all its packages; those that keep no token only take one for a release that waits. */
function wholeEnvironments(call: Call, places: Place[]): Target[] {
  const kept = places.filter((place) => place.rules.keep !== "never" || typeof call.values["release"] === "string");
  for (const { package: name } of places.filter((place) => !kept.includes(place)))
    call.output.warn(`No token is kept for ${name} (\`keep: never\`): left out.`);
  return grouped(kept);
}

/** Places that share an environment share a token. */
function grouped(places: Place[]): Target[] {
  const targets: Target[] = [];
  for (const place of places) {
    const known = targets.find((target) => sameEnvironment(target.place, place, place.repository.id));
    if (known === undefined) targets.push({ place, packages: [place.package] });
    else if (!known.packages.includes(place.package)) known.packages.push(place.package);
  }
  return targets;
}

function sameEnvironment(
  place: Place,
  other: { environmentId: number; repositoryId?: number },
  repositoryId = other.repositoryId,
): boolean {
  return place.environmentId === other.environmentId && place.repository.id === repositoryId;
}

async function chosen({ io, output }: Call, targets: Target[]): Promise<Target[]> {
  targets.forEach(({ place, packages }, index) => {
    const current = place.current === null ? "no token yet" : `token until ${place.current.expiresAt.slice(0, 10)}`;
    output.note(
      `${index + 1}  ${packages.join(", ")}  in ${repositoryName(place)}, ${place.environmentName}  (${current})`,
    );
  });
  const answer = await ask(io, "For which? Numbers, or `all`");
  if (answer.toLowerCase() === "all") return targets;
  const numbers = [...new Set(answer.split(/[\s,]+/).filter((part) => part !== ""))].map(Number);
  const picked = numbers.map((number) => targets[number - 1]);
  if (picked.length === 0 || picked.some((one) => one === undefined))
    throw usage("Give the numbers of the environments, like `1,3`, or `all`.");
  return picked.filter((one) => one !== undefined);
}
