import { z } from "zod";
import type { Caller } from "./caller.ts";
import { instant, read } from "./read.ts";
import type { GitHubRepository } from "./types.ts";

type Words = Pick<
  GitHubRepository,
  "answerGate" | "reportGate" | "comment" | "editComment" | "readComment" | "react" | "createCheck"
>;

/** GitHub takes at most 1,024 characters in a gate's comment (docs, "Creating custom deployment protection rules"). */
const gateComment = (text: string): string => (text.length > 1024 ? `${text.slice(0, 1021)}…` : text);
const made = z.object({ id: z.number() });
const comment = z.object({
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullable(),
  created_at: instant,
  updated_at: instant,
});

/** Our gate's answers, comments and reactions. None of the POSTs is ever repeated by itself. */
export function words(ask: Caller): Words {
  const gate = "POST /repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule";
  const oneComment = "/repos/{owner}/{repo}/issues/comments/{comment_id}";
  const words = { priority: "comment", content: true } as const;
  return {
    async answerGate(runId, environment, state, text) {
      await ask(
        "answerGate",
        gate,
        { run_id: runId, environment_name: environment, state, comment: gateComment(text) },
        { priority: "arm" },
      );
    },
    async reportGate(runId, environment, text) {
      await ask(
        "reportGate",
        gate,
        { run_id: runId, environment_name: environment, comment: gateComment(text) },
        { priority: "arm" },
      );
    },
    async comment(issue, body) {
      const route = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
      const { data } = await ask("comment", route, { issue_number: issue, body }, words);
      return read(made, "comment", data).id;
    },
    async editComment(id, body) {
      await ask("editComment", `PATCH ${oneComment}`, { comment_id: id, body }, { priority: "comment" });
    },
    async readComment(id) {
      const found = await ask.orNull("readComment", `GET ${oneComment}`, { comment_id: id });
      if (found === null) return null;
      const { body, user, created_at, updated_at } = read(comment, "readComment", found);
      return { body: body ?? "", userLogin: user?.login ?? "ghost", createdAt: created_at, updatedAt: updated_at };
    },
    async createCheck({ name, sha, conclusion, title, summary, detailsUrl, annotations }) {
      const output = {
        title,
        summary: summary.slice(0, 65_535),
        annotations: annotations.slice(0, 50).map(({ path, line, title: about, message, level = "failure" }) => ({
          ...{ path, start_line: line, end_line: line, annotation_level: level, title: about, message },
        })),
      };
      const check = { name, head_sha: sha, status: "completed", conclusion, details_url: detailsUrl, output };
      await ask("createCheck", "POST /repos/{owner}/{repo}/check-runs", check, words);
    },
    async react(id, content) {
      await ask("react", `POST ${oneComment}/reactions`, { comment_id: id, content }, words);
    },
  };
}
