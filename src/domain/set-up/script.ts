import type { Repository } from "../release-types.ts";
import type { Offer } from "./offers.ts";
import { pathPart, shellWord } from "./shell.ts";

/** Ends a file's text in the script: a line that the file hasn't. */
function markFor(lines: readonly string[]): string {
  let mark = "END_OF_COUNTERSIGN_FILE";
  while (lines.includes(mark)) mark += "_";
  return mark;
}

/** What branch, commits and pull request are called. */
export interface ScriptWords {
  branch: string;
  title: string;
  body: string;
}

const setUpWords: ScriptWords = {
  branch: "countersign-set-up",
  title: "Set up Countersign",
  body: "Policy and workflow, as Countersign's set-up page made them.",
};

/**
 * A script for bash and GitHub's command line that puts the files on a branch of their own and opens the pull request, with the rights
 * of whoever runs it. It looks at no folder of theirs, says each thing before it does it, and stops at the first that fails.
 */
export function setUpScript(
  files: ReadonlyArray<Pick<Offer, "path" | "text">>,
  repository: Repository,
  githubUrl: string,
  { branch, title, body }: ScriptWords = setUpWords,
): string {
  const host = URL.parse(githubUrl)?.host ?? "github.com";
  const { owner, name, defaultBranch } = repository;
  const full = `${owner}/${name}`;
  return [
    "#!/usr/bin/env bash",
    `# Opens a pull request in ${full} with the files below, with your own rights.`,
    "# Needs bash and gh (https://cli.github.com), signed in with write access (gh auth login --scopes workflow).",
    "# It makes one branch and one pull request and changes nothing else. Read it before you run it.",
    "# It reads and writes no folder of yours: everything happens at GitHub.",
    "set -Eeuo pipefail",
    "",
    `repository=${shellWord(`repos/${pathPart(owner)}/${pathPart(name)}`)}`,
    `base=${shellWord(defaultBranch)}`,
    `base_in_address=${shellWord(defaultBranch.split("/").map(pathPart).join("/"))}`,
    `branch=${shellWord(branch)}-$(date +%Y%m%d%H%M%S)`,
    `title=${shellWord(title)}`,
    ...(host === "github.com" ? [] : [`export GH_HOST=${shellWord(host)}`]),
    "",
    "# put <path as in an address>: commits what stands on standard input to the branch, in place of a file that is there.",
    "put() {",
    "  local path=$1 content there",
    "  content=$(base64 | tr -d '\\n')",
    `  printf 'Commits %s to %s.\\n' "$path" "$branch"`,
    `  if there=$(gh api "$repository/contents/$path?ref=$branch" --jq .sha 2>/dev/null); then`,
    `    gh api --method PUT "$repository/contents/$path" --silent -f "message=$title: $path" \\`,
    `      -f "branch=$branch" -f "content=$content" -f "sha=$there"`,
    "  else",
    `    gh api --method PUT "$repository/contents/$path" --silent -f "message=$title: $path" \\`,
    `      -f "branch=$branch" -f "content=$content"`,
    "  fi",
    "}",
    "",
    `printf 'Makes the branch %s from %s in %s.\\n' "$branch" "$base" ${shellWord(full)}`,
    'sha=$(gh api "$repository/git/ref/heads/$base_in_address" --jq .object.sha)',
    'gh api --method POST "$repository/git/refs" --silent -f "ref=refs/heads/$branch" -f "sha=$sha"',
    "# From here on there is a branch that would be left over.",
    `trap 'printf "Stopped: %s is as it was. Delete the branch %s, and run this again once that is mended.\\n" "$base" "$branch" >&2' ERR`,
    "",
    ...files.flatMap(({ path, text }) => {
      const lines = text.replace(/\n$/, "").split("\n");
      const mark = markFor(lines);
      return [`put ${shellWord(path.split("/").map(pathPart).join("/"))} <<'${mark}'`, ...lines, mark, ""];
    }),
    "printf 'Opens the pull request; its address is on the next line.\\n'",
    'gh api --method POST "$repository/pulls" --jq .html_url -f "title=$title" \\',
    `  -f "head=$branch" -f "base=$base" -f ${shellWord(`body=${body}`)}`,
    "",
  ].join("\n");
}
