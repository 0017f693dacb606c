import { principalName } from "../../domain/facts.ts";
import { packageNameProblem } from "../../domain/package-name.ts";
import type { Policy } from "../../domain/policy-types.ts";
import type { Person } from "../../domain/release-types.ts";
import type { Manager } from "../../domain/set-up/managers.ts";
import { managers } from "../../domain/set-up/managers.ts";
import type { Draft, PlannedPackage } from "../../domain/set-up/plan.ts";
import { readYaml } from "../../domain/yaml.ts";
import { GitHubError } from "../../github/types.ts";
import type { GitHubRepository } from "../../github/types.ts";

/** Packages of a workspace that are looked at; what is beyond them the person writes down. */
const mostFolders = 30;

type Manifest = Record<string, unknown>;

/**
 * What the form begins with: the packages that the default branch has, how it installs, and whoever asks as releaser; or what the policy
 * says, where there is one. What GitHub doesn't show is left empty, never guessed.
 */
export async function suggest(
  github: GitHubRepository,
  person: Person,
  sha: string | null,
  policy: Policy | null,
): Promise<Draft> {
  const seen = sha === null ? nothing : await lookAt(github, sha).catch(orNothing);
  const first = policy?.packages[0];
  const known = new Map(seen.packages.map(({ name, folder }) => [name, folder]));
  const packages =
    policy === null ? seen.packages : policy.packages.map(({ name }) => ({ name, folder: known.get(name) ?? "" }));
  const scripts = scriptsOf(seen.manifest);
  return {
    packages: packages.map(({ name, folder }) => (folder === "" ? name : `${name} ${folder}`)).join("\n"),
    releasers: first === undefined ? person.login : first.releasers.map(principalName).join(", "),
    approvals: String(first?.approvals.count ?? 1),
    approvers: first === undefined ? "" : first.approvals.from.map(principalName).join(", "),
    environment: first?.environment ?? "publish",
    mode: first?.mode ?? "otp",
    step: "publish",
    secondBuild: first?.secondBuild === true ? "on" : "",
    manager: seen.manager,
    access: github.repository.private ? "" : "public",
    build: scripts.build ? "on" : "",
    test: scripts.test ? "on" : "",
  };
}

interface Seen {
  manifest: Manifest;
  packages: PlannedPackage[];
  manager: Manager;
}

const nothing: Seen = { manifest: {}, packages: [], manager: "npm" };

function orNothing(error: unknown): Seen {
  if (error instanceof GitHubError) return nothing;
  throw error;
}

async function lookAt(github: GitHubRepository, sha: string): Promise<Seen> {
  const names = new Set(((await github.folder("", sha)) ?? []).map(({ name }) => name));
  if (!names.has("package.json")) return nothing;
  const manifest = await manifestAt(github, sha, "");
  const patterns = [
    ...patternsOf(manifest["workspaces"]),
    ...(names.has("pnpm-workspace.yaml") ? await pnpmPatterns(github, sha) : []),
  ];
  const folders = await foldersOf(github, sha, patterns);
  const found = [{ folder: "", manifest }];
  for (const folder of folders.slice(0, mostFolders))
    found.push({ folder, manifest: await manifestAt(github, sha, folder) });
  const packages = found.flatMap(({ folder, manifest: { name, private: hidden } }) =>
    typeof name === "string" && hidden !== true && packageNameProblem(name) === null ? [{ name, folder }] : [],
  );
  return { manifest, packages, manager: await managerOf(github, sha, names) };
}

async function managerOf(github: GitHubRepository, sha: string, names: ReadonlySet<string>): Promise<Manager> {
  const found = (Object.keys(managers) as Manager[]).find((one) => {
    const { lockfile } = managers[one];
    return lockfile !== null && names.has(lockfile);
  });
  if (found !== "yarn") return found ?? "none";
  const lock = await github.file("yarn.lock", sha).catch(() => null);
  return lock?.text.includes("# yarn lockfile v1") === true ? "yarn-1" : "yarn";
}

/** A package.json that can't be read is none. */
async function manifestAt(github: GitHubRepository, sha: string, folder: string): Promise<Manifest> {
  const file = await github.file(folder === "" ? "package.json" : `${folder}/package.json`, sha).catch(() => null);
  try {
    const read = JSON.parse(file?.text ?? "{}") as unknown;
    return typeof read === "object" && read !== null ? (read as Manifest) : {};
  } catch {
    return {};
  }
}

/** npm and Yarn: a list, or a table with one. */
function patternsOf(workspaces: unknown): string[] {
  const list: unknown = Array.isArray(workspaces)
    ? workspaces
    : (workspaces as { packages?: unknown } | null | undefined)?.packages;
  return Array.isArray(list) ? list.filter((one): one is string => typeof one === "string") : [];
}

async function pnpmPatterns(github: GitHubRepository, sha: string): Promise<string[]> {
  const file = await github.file("pnpm-workspace.yaml", sha).catch(() => null);
  const read = readYaml(file?.text ?? "", { bytes: 64 * 1024, anchors: false });
  return read.ok ? patternsOf(read.file.value) : [];
}

/** Folders by name, and those of one folder (`packages/*`): what other patterns mean the person writes down. */
async function foldersOf(github: GitHubRepository, sha: string, patterns: string[]): Promise<string[]> {
  const folders: string[] = [];
  for (const pattern of patterns.slice(0, mostFolders)) {
    const clean = pattern.replace(/^\.\//, "").replace(/\/$/, "");
    const parent = /^([\w@.-]+(?:\/[\w@.-]+)*)\/\*$/.exec(clean)?.[1];
    if (parent !== undefined) {
      const inside = (await github.folder(parent, sha)) ?? [];
      folders.push(...inside.filter(({ isFolder }) => isFolder).map(({ name }) => `${parent}/${name}`));
    } else if (/^[\w@.-]+(?:\/[\w@.-]+)*$/.test(clean)) folders.push(clean);
  }
  return [...new Set(folders)];
}

/** npm's own stand-in for a test always fails. */
function scriptsOf({ scripts }: Manifest): { build: boolean; test: boolean } {
  const own = (typeof scripts === "object" && scripts !== null ? scripts : {}) as Record<string, unknown>;
  const test = own["test"];
  return {
    build: typeof own["build"] === "string",
    test: typeof test === "string" && !test.includes("no test specified"),
  };
}
