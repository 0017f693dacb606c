import { Refusal } from "../domain/errors.ts";
import { code } from "../domain/markdown.ts";
import type { Person } from "../domain/release-types.ts";
import type { TokenState } from "../domain/token.ts";
import { tokensOfRepository, workingTokens } from "../desk/tokens/of-repository.ts";
import type { PackageTokens } from "../desk/tokens/of-repository.ts";
import { sealPath } from "../desk/tokens/for-release.ts";
import type { DeskParts } from "../desk/types.ts";
import type { GitHubRepository } from "../github/types.ts";

const words: Record<TokenState, string> = {
  alive: "works until",
  expiring: "ends soon, on",
  expired: "expired on",
  refused: "was refused at its last use; it would end on",
  "key-rotated": "has to be sealed again; it ends on",
  revoked: "was revoked; it would end on",
  gone: "was forgotten; it would end on",
};

/**
 * The answer to `/tokens`: for each package whether somebody could release it, until when, and how the asking person's own token
 * stands. It names nobody else and no token, since a thread may be public.
 * @throws Refusal for people without write access
 */
export async function tokensAnswer(parts: DeskParts, github: GitHubRepository, person: Person): Promise<string> {
  const permission = await github.permission(person.login);
  if (!["admin", "maintain", "write"].includes(permission))
    throw new Refusal("not-allowed", "Only people with write access are told how the npm tokens stand.");
  const packages = await tokensOfRepository(parts, github);
  if (packages.length === 0)
    return "No package here needs an npm token: the policy publishes by trusted publishing alone.";
  const rows = packages.map((one) => row(parts, github, person, one));
  return [
    "| package | environment | npm tokens on file | yours |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
    `All of yours: ${parts.publicUrl}/tokens`,
  ].join("\n");
}

function row(parts: DeskParts, github: GitHubRepository, person: Person, one: PackageTokens): string {
  const link = `${parts.publicUrl}${sealPath({ repositoryId: github.repository.id, package: one.package, ...(one.approvesStages ? { environment: one.environmentName } : {}) })}`;
  const cells = [code(one.package, "cell"), code(one.environmentName, "cell"), standing(one), own(one, person, link)];
  return `| ${cells.join(" | ")} |`;
}

function standing(one: PackageTokens): string {
  if (one.tokens === null) return "the environment doesn't exist";
  if (one.keep === "never") return "none is kept: a fresh one at each release";
  const { count, until } = workingTokens(one);
  const does = one.approvesStages ? "approve its stages" : "release it";
  if (count === 0 || until === null) return `⛔ none that works: nobody can ${does}`;
  const who = count === 1 ? `⚠️ only one person can ${does}` : `${count} people can ${does}`;
  return `${who}; from ${day(until)} nobody can`;
}

function own(one: PackageTokens, person: Person, link: string): string {
  if (one.keep === "never") return "";
  const mine = one.tokens?.find(({ token }) => token.personId === person.id);
  if (mine === undefined) return `none: [add one](${link})`;
  const said = `${words[mine.state]} ${day(mine.token.expiresAt)}`;
  return mine.state === "alive" ? said : `${said}: [replace it](${link})`;
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}
