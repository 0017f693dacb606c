import { trustCommand } from "../coach/index.ts";
import { readPrincipal } from "../policy/people.ts";
import type { Repository } from "../release-types.ts";
import type { PlaceFacts, SetUpFacts } from "./facts.ts";
import { pathPart, shellWord } from "./shell.ts";
import type { SetUpStep } from "./steps.ts";

/** Where it is to be done. */
export interface RemedySite {
  githubUrl: string;
  /** Our own app's id at GitHub; `integration_id` there. null: GitHub couldn't be asked. */
  appId: number | null;
  repository: Repository;
}

/** The same once we know who we are at GitHub. */
type KnownSite = RemedySite & { appId: number };

/** What takes an owner's hand: on the pages of GitHub or npm, or with the command line of either. */
export interface Remedy {
  at: "GitHub" | "npm";
  /** Whom it takes, and the path of clicks; words in `backquotes` are what GitHub writes there. */
  click: string;
  /** Where the path begins; null: there is no page for it. */
  url: string | null;
  /** One after the other; none where no command does it. For sh, bash and zsh. */
  commands: string[];
}

/**
 * How a step that isn't done is done; null: the files and tokens of this site do it, or nothing has to be done. GitHub's pages and the
 * bodies of the calls after its documents ("Managing environments for deployment", REST "Deployment environments"); not tried on a
 * live GitHub.
 */
export function remedyOf(step: SetUpStep, facts: SetUpFacts, site: RemedySite): Remedy | null {
  if (step.state === "done") return null;
  if (step.id === "trusted-publisher") return remedyAtNpm(step, facts, site.repository);
  return site.appId === null ? null : atGitHub(step, facts, { ...site, appId: site.appId });
}

function atGitHub(step: SetUpStep, facts: SetUpFacts, site: KnownSite): Remedy | null {
  if (step.id === "app") return appRemedy(facts.access.state, site);
  const place = facts.places.find((one) => one.name === step.about);
  if (place === undefined || place.read === null) return null;
  const { environment } = place.read;
  const settings = `${repositoryUrl(site)}/settings/environments`;
  const page = environment.exists ? `${settings}/${environment.id}/edit` : `${settings}/new`;
  const at = (click: string, commands: string[]): Remedy => ({
    ...{ at: "GitHub", click: `An administrator: ${click}` },
    ...{ url: page, commands },
  });
  const name = code(place.name);
  if (!environment.exists && step.id !== "environment" && step.id !== "secret") return null;
  switch (step.id) {
    case "environment":
      return at(
        `\`Settings\` → \`Environments\` → \`New environment\`, name it ${name}, then what follows. The commands do all of it but the reviewers.`,
        [update(site, place), allowBranch(site, place), ...(place.policy.gate === "rule" ? [enable(site, place)] : [])],
      );
    case "our-rule":
      return at(`below \`Deployment protection rules\` of ${name} tick this app, and \`Save protection rules\`.`, [
        enable(site, place),
      ]);
    case "admin-bypass":
      return at(
        `on ${name} take the tick off \`Allow administrators to bypass configured protection rules\`, and \`Save protection rules\`.`,
        [update(site, place)],
      );
    case "branches":
      return at(
        `below \`Deployment branches and tags\` of ${name} choose \`Selected branches and tags\`, and add ${code(site.repository.defaultBranch)}.`,
        [...(environment.branchRestricted ? [] : [update(site, place)]), allowBranch(site, place)],
      );
    case "other-rules":
      return at(`below \`Deployment protection rules\` of ${name} take the tick off every other app.`, []);
    case "secret":
      return secretRemedy(site, place);
    case "reviewers":
      return at(
        `on ${name} tick \`Required reviewers\`, name up to six people or teams, tick \`Prevent self-review\`, and \`Save protection rules\`.`,
        reviewers(site, place),
      );
    default:
      return null;
  }
}

const code = (text: string): string => `\`${text.replaceAll("`", "'")}\``;

function repositoryUrl({ githubUrl, repository }: RemedySite): string {
  return `${githubUrl}/${pathPart(repository.owner)}/${pathPart(repository.name)}`;
}

function appRemedy(state: SetUpFacts["access"]["state"], { githubUrl, repository }: RemedySite): Remedy | null {
  if (state === "unread") return null;
  const { owner, ownerType, installationId } = repository;
  const base = ownerType === "Organization" ? `${githubUrl}/organizations/${pathPart(owner)}` : githubUrl;
  const what = state === "lacking" ? "`Review request`, `Accept new permissions`" : "unsuspend or install it there";
  return {
    at: "GitHub",
    click: `An owner of ${code(owner)}: the account's \`Settings\` → \`GitHub Apps\` → \`Configure\`, ${what}.`,
    url: state === "removed" ? `${base}/settings/installations` : `${base}/settings/installations/${installationId}`,
    commands: [],
  };
}

/**
 * npm's page and command for a trusted publisher that can't be seen; null for any other step. After npm's documents and its CLI's source,
 * not tried at npm itself: it compares all of it to the letter, and takes a wrong one without a word when it is saved.
 */
export function remedyAtNpm(step: SetUpStep, facts: SetUpFacts, repository: Repository): Remedy | null {
  const publisher = facts.publishers.find((one) => one.policy.name === step.about);
  if (step.id !== "trusted-publisher" || step.state !== "unseen" || publisher === undefined) return null;
  const { policy, settings } = publisher;
  const { workflow, environment, mode } = policy;
  const may = mode === "trusted" ? "publish" : "stage publishes";
  const where =
    settings === null
      ? "with the command, if the registry knows trusted publishers at all"
      : `in the package's settings, below \`Trusted Publisher\`: GitHub Actions, ${code(repository.owner)}, ${code(repository.name)}, workflow ${code(workflow)}, environment ${code(environment)}, allowed to ${may}; or with the command (npm 11.15 or later)`;
  const full = `${repository.owner}/${repository.name}`;
  return {
    at: "npm",
    click: `A maintainer of the package at npm, ${where}. It asks for the second factor.`,
    url: settings,
    commands: [trustCommand(policy, full, mode)],
  };
}

/** A call of GitHub's own command line. A path without a slash before it, which Git's shell for Windows would take for a folder. */
function gh(site: RemedySite, method: string, path: string, fields: string[]): string {
  const host = URL.parse(site.githubUrl)?.host ?? "github.com";
  const where = host === "github.com" ? [] : ["--hostname", host];
  const base = `repos/${pathPart(site.repository.owner)}/${pathPart(site.repository.name)}`;
  const words = ["gh", "api", ...where, "--method", method, `${base}/${path}`].map(shellWord);
  return [...words, ...fields].join(" ");
}

/** `-F` makes numbers and truths of such words, `-f` leaves a text a text. */
const typed = (name: string, value: string): string => `-F ${shellWord(`${name}=${value}`)}`;
const text = (name: string, value: string): string => `-f ${shellWord(`${name}=${value}`)}`;

/**
 * Creates or changes an environment. GitHub's documents don't say what becomes of a field that is left out, so everything that is
 * there is sent along.
 */
function update(site: RemedySite, place: PlaceFacts, more?: string[]): string {
  const kept = place.read;
  const environment = kept?.environment;
  const reviewing = (kept?.reviewers ?? []).flatMap(({ type, id }) => [
    text("reviewers[][type]", type),
    typed("reviewers[][id]", String(id)),
  ]);
  return gh(site, "PUT", `environments/${pathPart(place.name)}`, [
    typed("wait_timer", String(environment?.waitTimer ?? 0)),
    typed("can_admins_bypass", "false"),
    typed("prevent_self_review", String(more !== undefined || (environment?.preventSelfReview ?? false))),
    ...(more ?? reviewing),
    typed("deployment_branch_policy[protected_branches]", "false"),
    typed("deployment_branch_policy[custom_branch_policies]", "true"),
  ]);
}

function allowBranch(site: RemedySite, place: PlaceFacts): string {
  const path = `environments/${pathPart(place.name)}/deployment-branch-policies`;
  return gh(site, "POST", path, [text("name", site.repository.defaultBranch), text("type", "branch")]);
}

function enable(site: KnownSite, place: PlaceFacts): string {
  const path = `environments/${pathPart(place.name)}/deployment_protection_rules`;
  return gh(site, "POST", path, [typed("integration_id", String(site.appId))]);
}

/** Six are the most that GitHub takes. Their ids are asked for where the command runs. */
function reviewers(site: RemedySite, place: PlaceFacts): string[] {
  const kept = place.read?.reviewers ?? [];
  if (kept.length > 0)
    return [
      update(
        site,
        place,
        kept.flatMap(({ type, id }) => [text("reviewers[][type]", type), typed("reviewers[][id]", String(id))]),
      ),
    ];
  const host = URL.parse(site.githubUrl)?.host ?? "github.com";
  const ask = (path: string): string =>
    `-F "reviewers[][id]=$(gh api ${host === "github.com" ? "" : `--hostname ${shellWord(host)} `}${shellWord(path)} --jq .id)"`;
  const fields = place.approvers.slice(0, 6).flatMap((name) => {
    const principal = readPrincipal(name);
    if (typeof principal === "string") return [];
    return principal.kind === "person"
      ? [text("reviewers[][type]", "User"), ask(`users/${principal.login}`)]
      : [text("reviewers[][type]", "Team"), ask(`orgs/${principal.org}/teams/${principal.slug}`)];
  });
  return fields.length === 0 ? [] : [update(site, place, fields)];
}

function secretRemedy(site: KnownSite, place: PlaceFacts): Remedy {
  const { inEnvironment = false, elsewhere = [] } = place.read?.secret ?? {};
  const name = pathPart(place.policy.secret);
  const commands = [
    ...(inEnvironment ? [gh(site, "DELETE", `environments/${pathPart(place.name)}/secrets/${name}`, [])] : []),
    ...(elsewhere.includes("repository") ? [gh(site, "DELETE", `actions/secrets/${name}`, [])] : []),
  ];
  const organisation = elsewhere.includes("organization")
    ? " One of the organisation's an owner deletes in its own settings, or takes this repository out of it."
    : "";
  return {
    at: "GitHub",
    click: `An administrator: \`Settings\` → \`Secrets and variables\` → \`Actions\`, delete ${code(place.policy.secret)}.${organisation} Revoke the token at npm.`,
    url: `${repositoryUrl(site)}/settings/secrets/actions`,
    commands,
  };
}
