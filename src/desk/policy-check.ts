import { parsePolicy } from "../domain/policy.ts";
import { policyChanges } from "../domain/policy/changes.ts";
import type { PolicyChange } from "../domain/policy/changes.ts";
import type { Policy, PolicyProblem } from "../domain/policy-types.ts";
import { markdown } from "../domain/markdown.ts";
import { GitHubError } from "../github/types.ts";
import type { GitHubRepository, NewCheck } from "../github/types.ts";
import { after } from "./after.ts";
import { policyPath } from "./policy-at.ts";
import { repositoryOf } from "./repository-of.ts";
import type { DeskParts } from "./types.ts";

/** Asks for the check of a commit that touches the policy; once for each commit. */
export async function askPolicyCheck(
  parts: Pick<DeskParts, "store" | "clock" | "ids">,
  repositoryId: number,
  sha: string,
): Promise<void> {
  await after(parts, "policy-check", `${repositoryId} ${sha}`, "pushed");
}

/**
 * Says on a commit what its policy file is worth: each problem at its line, by the parser that decides when a release is asked for;
 * and in words what it changes against the default branch. It decides nothing: a release reads the default branch.
 */
export async function checkPolicy(parts: DeskParts, subject: string): Promise<void> {
  const [repositoryId = "", sha = ""] = subject.split(" ");
  const github = await repositoryOf(parts, Number(repositoryId));
  if (github === null) return;
  await check(parts, github, sha).catch((error: unknown) => {
    // The commit is gone by now, or the installation has no right to write checks: no release needs one.
    if (!(error instanceof GitHubError) || !["not-found", "invalid", "forbidden"].includes(error.code)) throw error;
    parts.log.info({ repository: Number(repositoryId), code: error.code }, "A policy could not be checked.");
  });
}

async function check(parts: DeskParts, github: GitHubRepository, sha: string): Promise<void> {
  const branch = github.repository.defaultBranch;
  const head = await github.branchHead(branch);
  const [file, atHead] = await Promise.all([
    github.file(policyPath, sha),
    head === null ? null : github.file(policyPath, head),
  ]);
  const against = head === sha ? "itself" : policyOf(atHead?.text ?? null);
  const about = {
    name: "Countersign policy",
    sha,
    detailsUrl: `${parts.publicUrl}/repositories/${github.repository.id}`,
  };
  await github.createCheck({ ...about, ...judged(file?.text ?? null, against, branch) });
}

/** What the default branch has: a policy, none that can be used, or this very commit. */
type Standing = Policy | null | "itself";

type Judged = Pick<NewCheck, "conclusion" | "title" | "summary" | "annotations">;

function judged(text: string | null, before: Standing, branch: string): Judged {
  if (text === null)
    return {
      ...{ conclusion: "neutral", annotations: [], title: "The policy file is removed" },
      summary: `Without \`${policyPath}\` on \`${branch}\` nothing of this repository can be released by Countersign.`,
    };
  const read = parsePolicy(text);
  return read.ok ? fine(read.policy, before, branch) : broken(read.problems);
}

function broken(problems: PolicyProblem[]): Judged {
  const lines = problems.map(
    ({ line, key, text }) => `- line ${line}${key === "" ? "" : `, \`${key}\``}: ${markdown(text)}`,
  );
  return {
    conclusion: "failure",
    title: problems.length === 1 ? "One problem" : `${problems.length} problems`,
    summary: [
      `\`${policyPath}\` can't be used as it is: once it is merged, every release is refused.`,
      "",
      ...lines,
    ].join("\n"),
    annotations: problems.map(({ line, key, text }) => ({
      ...{ path: policyPath, line, title: key === "" ? "Policy" : key, message: text },
    })),
  };
}

function fine(policy: Policy, before: Standing, branch: string): Judged {
  const good = { conclusion: "success" as const, annotations: [] };
  const packages = policy.packages.length === 1 ? "one package" : `${policy.packages.length} packages`;
  if (before === "itself")
    return {
      ...good,
      title: `A policy for ${packages}`,
      summary: `Releases are decided by it: it stands on \`${branch}\`.`,
    };
  if (before === null)
    return {
      ...good,
      title: `A policy for ${packages}`,
      summary: `There is none on \`${branch}\` that can be used: with this one, releases can be asked for.`,
    };
  const changes = policyChanges(before, policy);
  const looser = changes.filter((one) => one.looser).length;
  if (changes.length === 0)
    return { ...good, title: "Nothing changes", summary: `It means the same as the one on \`${branch}\`.` };
  return {
    ...good,
    title: `${changes.length} ${changes.length === 1 ? "change" : "changes"}${looser === 0 ? "" : `, ${looser} that ${looser === 1 ? "asks" : "ask"} for less`}`,
    summary: [
      `Against \`${branch}\`; ⚠️ asks for less than before, or lets more people do it.`,
      "",
      ...changes.map(line),
    ].join("\n"),
  };
}

function line({ package: name, text, looser }: PolicyChange): string {
  return `- ${looser ? "⚠️ " : ""}${name === null ? "" : `**${markdown(`\`${name}\``)}**: `}${markdown(text)}`;
}

function policyOf(text: string | null): Policy | null {
  const read = text === null ? null : parsePolicy(text);
  return read?.ok === true ? read.policy : null;
}
