import { notFound } from "../errors.ts";
import type { CommentState, IssueState, RepositoryState } from "../state.ts";
import type { Handler, Request } from "./types.ts";
import { actorOf, noContent, ok, repositoryOf } from "./types.ts";

function commentOf(request: Request): { repository: RepositoryState; comment: CommentState; issue: IssueState } {
  const repository = repositoryOf(request);
  const comment = repository.comments.get(Number(request.path["comment_id"]));
  const issue = repository.issues.get(comment?.issueNumber ?? 0);
  if (comment === undefined || issue === undefined) throw notFound();
  return { repository, comment, issue };
}

/** Writes a comment and tells the apps. */
export function addComment(
  { core, hooks }: Pick<Request, "core" | "hooks">,
  repository: RepositoryState,
  issue: IssueState,
  userId: number,
  body: string,
  appId: number | null,
): CommentState {
  const at = core.now();
  const comment: CommentState = {
    id: core.id(),
    issueNumber: issue.number,
    userId,
    body,
    createdAt: at,
    updatedAt: at,
    appId,
    reactions: new Map(),
  };
  repository.comments.set(comment.id, comment);
  hooks.emit(repository, userId, (where) =>
    core.shapes.webhook.issueComment(where, { action: "created" }, issue, comment),
  );
  core.changed();
  return comment;
}

export const repositories: Record<string, Handler> = {
  "repos/get": (request) => ok(request.core.shapes.reply.repository(repositoryOf(request))),
  "repos/get-branch": (request) => {
    const repository = repositoryOf(request);
    const name = request.path["branch"] ?? "";
    const commit = repository.commits.get(repository.branches.get(name) ?? "");
    if (commit === undefined) throw notFound();
    return ok(request.core.shapes.reply.branch(repository, name, commit));
  },
  "repos/get-commit": (request) => {
    const repository = repositoryOf(request);
    const ref = request.path["ref"] ?? "";
    const commit = repository.commits.get(repository.branches.get(ref) ?? ref);
    if (commit === undefined) throw notFound();
    return ok(request.core.shapes.reply.commit(repository, commit));
  },
  "repos/get-content": (request) => {
    const repository = repositoryOf(request);
    const ref = request.query.get("ref") ?? repository.defaultBranch;
    const commit = repository.commits.get(repository.branches.get(ref) ?? ref);
    const file =
      commit === undefined ? null : request.core.shapes.reply.file(repository, commit, request.path["path"] ?? "", ref);
    if (file === null) throw notFound();
    return ok(file);
  },
  "repos/get-collaborator-permission-level": (request) => {
    const repository = repositoryOf(request);
    const user = request.core.account(request.path["username"] ?? "");
    if (user === undefined) throw notFound();
    return ok(request.core.shapes.reply.permission(user.id, request.core.roleOf(repository, user.id)));
  },
  "teams/get-membership-for-user-in-org": ({ core, path }) => {
    const organization = core.state.organizations.get(core.account(path["org"] ?? "")?.id ?? 0);
    const team = organization?.teams.find((one) => one.slug === path["team_slug"]);
    const user = core.account(path["username"] ?? "");
    if (team === undefined || user === undefined || !team.members.has(user.id)) throw notFound();
    return ok(core.shapes.reply.teamMembership(team, user.id));
  },
  "issues/get": (request) => {
    const repository = repositoryOf(request);
    const issue = repository.issues.get(Number(request.path["issue_number"]));
    if (issue === undefined) throw notFound();
    return ok(request.core.shapes.reply.issue(repository, issue));
  },
  "issues/create-comment": (request) => {
    const repository = repositoryOf(request);
    const issue = repository.issues.get(Number(request.path["issue_number"]));
    if (issue === undefined) throw notFound();
    const { caller } = request;
    const appId = caller.kind === "installation" || caller.kind === "person" ? caller.app.id : null;
    const comment = addComment(request, repository, issue, actorOf(request), String(request.body["body"]), appId);
    return { status: 201, body: request.core.shapes.reply.comment(repository, issue, comment) };
  },
  "issues/get-comment": (request) => {
    const { repository, comment, issue } = commentOf(request);
    return ok(request.core.shapes.reply.comment(repository, issue, comment));
  },
  "issues/update-comment": (request) => {
    const { repository, comment, issue } = commentOf(request);
    comment.body = String(request.body["body"]);
    comment.updatedAt = request.core.now();
    request.core.changed();
    return ok(request.core.shapes.reply.comment(repository, issue, comment));
  },
  "issues/delete-comment": (request) => {
    const { repository, comment } = commentOf(request);
    repository.comments.delete(comment.id);
    return noContent;
  },
  "reactions/create-for-issue-comment": (request) => {
    const { comment } = commentOf(request);
    const content = String(request.body["content"]) as "eyes";
    const people = comment.reactions.get(content) ?? new Set<number>();
    const before = people.has(actorOf(request));
    comment.reactions.set(content, people.add(actorOf(request)));
    request.core.changed();
    return {
      status: before ? 200 : 201,
      body: request.core.shapes.reply.reaction(request.core.id(), content, actorOf(request), request.core.now()),
    };
  },
};
