import type { Mode } from "./policy-types.ts";

/** What an npm token is to be good for. */
export interface TokenWish {
  packages: string[];
  mode: Mode;
  /** Where it is not npm's. */
  registry: string | null;
  /** Days that it may live. */
  days: number;
}

/** Days that are asked for where nobody says otherwise. */
export const usualDays = 30;

/**
 * npm's command for a token that fits: these packages only, as far as the mode needs it, second factor kept (options as of npm 11.20,
 * `npm help token`).
 */
export function createCommand(wish: TokenWish): string {
  const permission = wish.mode === "stage" ? "read-write-stage-only" : "read-write";
  return [
    "npm token create",
    `--name ${quoted(tokenName(wish.packages))}`,
    ...wish.packages.map((name) => `--packages ${quoted(name)}`),
    `--packages-and-scopes-permission ${permission}`,
    `--expires ${wish.days}`,
    ...(wish.registry === null ? [] : [`--registry ${quoted(wish.registry)}`]),
  ].join(" ");
}

/** Our own command line's command that seals a token, for who has no script in the browser. */
export function sealCommand(packages: readonly string[], releaseId: string | null, approvesStages = false): string {
  return [
    "countersign token add",
    ...packages.map((name) => `--package ${quoted(name)}`),
    ...(releaseId === null ? [] : [`--release ${quoted(releaseId)}`]),
    ...(approvesStages ? ["--stages"] : []),
  ].join(" ");
}

/** npm's command for revoking a token: by its id, since the lists at npm show no more of the token itself than its ends. */
export function revokeCommand(npmKey: string | null): string {
  return npmKey === null ? "npm token list" : `npm token revoke ${quoted(npmKey)}`;
}

/** A name that the person finds again in npm's list. */
export function tokenName(packages: readonly string[]): string {
  const [first = "packages"] = packages;
  const more = packages.length > 1 ? `-and-${packages.length - 1}-more` : "";
  return `countersign-${first.replace(/[^A-Za-z0-9-]+/g, "-").replace(/^-+/, "")}${more}`.slice(0, 100);
}

function quoted(text: string): string {
  return /^[\w@./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
