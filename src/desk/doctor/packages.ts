import { checkDirectory } from "../../domain/doctor/package/directory.ts";
import { checkPackage } from "../../domain/doctor/package/check.ts";
import { checkPeople } from "../../domain/doctor/people/check.ts";
import { principalName } from "../../domain/facts.ts";
import type { ReleaserFacts } from "../../domain/facts.ts";
import { isTokenMode } from "../../domain/mode.ts";
import type { PackagePolicy } from "../../domain/policy-types.ts";
import type { SealedToken } from "../../domain/release-types.ts";
import { approvalWay } from "../../domain/stage-approval.ts";
import { tokenState } from "../../domain/token.ts";
import type { TokenState } from "../../domain/token.ts";
import { tokenRules } from "../../domain/token-rules.ts";
import { GitHubError } from "../../github/types.ts";
import type { GitHubRepository } from "../../github/types.ts";
import type { PinnedPolicy } from "../policy-at.ts";
import { someAtOnce } from "../some-at-once.ts";
import { organizationOf } from "../tokens/rules.ts";
import type { DeskParts } from "../types.ts";
import type { Collection, Part } from "./collect.ts";
import { lanes, rulesOf } from "./places.ts";

type Parts = Pick<DeskParts, "store" | "registry" | "clock">;

/** Each package at the registry, and the people whom the policy names for it. */
export async function examinePackages(
  parts: Parts,
  github: GitHubRepository,
  { policy, sha }: Pick<PinnedPolicy, "policy" | "sha">,
  collection: Collection,
): Promise<void> {
  const sealed = await parts.store.tokens.liveOfRepository(github.repository.id);
  await someAtOnce(
    policy.packages,
    async (one) => {
      await collection.attempt(
        `The package \`${one.name}\``,
        ofRegistry,
        async () => await examinePackage(parts, one, sealed),
      );
      await collection.attempt(
        `The folder of \`${one.name}\``,
        ["directory"],
        async () => await examineDirectory(github, one, sha),
      );
      await collection.attempt(
        `Whom the policy names for \`${one.name}\``,
        rulesOf("people"),
        async () => await examinePeople(parts, github, one, sealed),
      );
      const way = approvalWay(one);
      if (way === null) return;
      await collection.attempt(
        `Who approves stages of \`${one.name}\``,
        rulesOf("people"),
        async () => await examinePeople(parts, github, way, sealed),
      );
    },
    lanes,
  );
}

const ofRegistry = rulesOf("package").filter((id) => id !== "directory");

/** Where the policy names one. */
async function examineDirectory(
  github: GitHubRepository,
  { name, directory }: PackagePolicy,
  sha: string,
): Promise<Part> {
  const looked: Part["looked"] = ["directory"];
  if (directory === undefined) return { findings: [], unchecked: [], looked };
  const path = directory === "." ? "package.json" : `${directory}/package.json`;
  const file = await github.file(path, sha);
  return { findings: checkDirectory({ name, directory, manifest: file?.text ?? null }), unchecked: [], looked };
}

async function examinePackage(parts: Parts, policy: PackagePolicy, sealed: SealedToken[]): Promise<Part> {
  const published = await parts.registry.history(policy.name, policy.registry);
  const npmUser = (login: string): string | null =>
    sealed.find((token) => token.personLogin.toLowerCase() === login.toLowerCase() && isFor(token, policy))?.npmUser ??
    null;
  const people = policy.releasers.filter((one) => one.kind === "person");
  const isNpm = parts.registry.webOrigins(policy.registry).includes("https://www.npmjs.com");
  const { findings, unchecked } = checkPackage({
    name: policy.name,
    published,
    releasers: people.map(({ login }) => ({ login, npmUser: npmUser(login) })),
    teams: policy.releasers.filter((one) => one.kind === "team").map(principalName),
    byToken: isTokenMode(policy.mode),
    settingsUrl: isNpm ? `https://www.npmjs.com/package/${policy.name}/access` : null,
  });
  return { findings, unchecked, looked: ofRegistry };
}

function isFor(token: SealedToken, policy: PackagePolicy): boolean {
  return token.environmentName.toLowerCase() === policy.environment.toLowerCase();
}

async function examinePeople(
  parts: Parts,
  github: GitHubRepository,
  policy: PackagePolicy,
  sealed: SealedToken[],
): Promise<Part> {
  const named = policy.approvals.from.flatMap((one) => (one.kind === "person" ? [one.login] : []));
  const [permissions, tokens] = await Promise.all([
    readPermissions(github, named),
    tokenStates(parts, github, policy, sealed),
  ]);
  const { findings, unchecked } = checkPeople({ policy, permissions, tokens });
  return { findings, unchecked, looked: rulesOf("people") };
}

async function readPermissions(
  github: GitHubRepository,
  logins: string[],
): Promise<Map<string, ReleaserFacts["permission"]>> {
  const found = new Map<string, ReleaserFacts["permission"]>();
  await someAtOnce(logins, async (login) => {
    const permission = await github.permission(login).catch((error: unknown) => {
      if (error instanceof GitHubError) return null;
      throw error;
    });
    if (permission !== null) found.set(login.toLowerCase(), permission);
  });
  return found;
}

/** null where nobody's token is to lie there before a release. */
async function tokenStates(
  parts: Parts,
  github: GitHubRepository,
  policy: PackagePolicy,
  sealed: SealedToken[],
): Promise<Map<string, TokenState> | null> {
  if (!isTokenMode(policy.mode)) return null;
  if (tokenRules(policy, await organizationOf(github)).keep === "never") return null;
  const own = sealed.filter((token) => isFor(token, policy) && token.forReleaseId === null);
  // Only where a token is on file it matters to which key it was sealed.
  const key = own.length === 0 ? null : await github.environmentKey(policy.environment).catch(noKey);
  const now = parts.clock.now();
  return new Map(own.map((token) => [token.personLogin.toLowerCase(), tokenState(token, now, key?.keyId ?? null)]));
}

/** Of an environment that isn't there its own rule tells. */
function noKey(error: unknown): null {
  if (error instanceof GitHubError && error.code === "not-found") return null;
  throw error;
}
