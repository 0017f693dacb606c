import { calledWorkflows } from "../../domain/doctor/workflow/check.ts";
import type { WorkflowFile } from "../../domain/doctor/workflow/check.ts";
import type { Called } from "../../domain/workflow/called.ts";
import { GitHubError } from "../../github/types.ts";
import type { GitHubRepository } from "../../github/types.ts";

/** Workflows that are read for one: more than these no job calls that means well. */
const most = 20;

/**
 * The workflows that a workflow calls, and those that its own repository's call in turn, as they are at the commit that runs. One that
 * can't be read (in a private repository, not pinned to a commit, too large) is left out, and the judgement says so. Asks GitHub nothing
 * where nothing is called.
 */
export async function readCalled(
  github: Pick<GitHubRepository, "file" | "fileOf">,
  file: WorkflowFile,
  sha: string,
): Promise<Called> {
  const texts = new Map<string, string>();
  let next = [file];
  while (next.length > 0) {
    const calls = next.flatMap(calledWorkflows).filter(({ uses }) => !texts.has(uses));
    const different = [...new Map(calls.map((call) => [call.uses, call.target])).entries()];
    const read = await Promise.all(
      different.slice(0, most - texts.size).map(async ([uses, target]) => ({
        uses,
        path: target.kind === "local" ? target.path : null,
        text: await textOf(github, target, sha),
      })),
    );
    next = [];
    for (const { uses, path, text } of read) {
      if (text === null) continue;
      texts.set(uses, text);
      // What `./` means in a file of another repository isn't followed: the judgement refuses it.
      if (path !== null) next.push({ path, text });
    }
  }
  return texts;
}

type Target = ReturnType<typeof calledWorkflows>[number]["target"];

async function textOf(
  github: Pick<GitHubRepository, "file" | "fileOf">,
  target: Target,
  sha: string,
): Promise<string | null> {
  try {
    if (target.kind === "local") return (await github.file(target.path, sha))?.text ?? null;
    if (target.kind !== "remote" || !target.pinned) return null;
    return (await github.fileOf(target.repository, target.path, target.ref))?.text ?? null;
  } catch (error) {
    // Whatever doesn't let itself be read now isn't read; a GitHub that fails is told by its other answers.
    if (error instanceof GitHubError && ["invalid", "not-found", "forbidden", "moved"].includes(error.code))
      return null;
    throw error;
  }
}
