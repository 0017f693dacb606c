import { atLeast } from "../access.ts";
import { Answer, invalid, notFound } from "../errors.ts";
import type { CommentState, IssueState, RepositoryState } from "../state.ts";
import type { Handler, Request } from "./types.ts";
import { actorOf, found, noContent, ok, plainList, repositoryOf } from "./types.ts";

type Parts = Pick<Request, "core" | "hooks">;

/** GitHub refuses longer bodies (body is too long, maximum is 65536 characters). */
const longest = 65_536;

function bodyOf(request: Request): string {
  const body = String(request.body["body"] ?? "");
  if (body.trim() === "") throw invalid("Validation Failed: body can't be blank");
  if (body.length > longest) throw invalid(`Validation Failed: body is too long (maximum is ${longest} characters)`);
  return body;
}

function issueOf(request: Request): { repository: RepositoryState; issue: IssueState } {
  const repository = repositoryOf(request);
  return { repository, issue: found(repository.issues.get(Number(request.path["issue_number"]))) };
}

function commentOf(request: Request): { repository: RepositoryState; comment: CommentState; issue: IssueState } {
  const repository = repositoryOf(request);
  const comment = found(repository.comments.get(Number(request.path["comment_id"])));
  return { repository, comment, issue: found(repository.issues.get(comment.issueNumber)) };
}

/** One's own comment, or anybody's with write access. */
function mayChange({ core, caller }: Request, repository: RepositoryState, comment: CommentState): void {
  if (caller.kind !== "person" || comment.userId === caller.user.id) return;
  if (!atLeast(core.roleOf(repository, caller.user.id), "write"))
    throw new Answer(403, "Must have write access to it.");
}

/** Opens an issue or pull request and tells the apps. */
export function addIssue(
  { core, hooks }: Parts,
  repository: RepositoryState,
  userId: number,
  of: { title: string; body?: string; pullRequest?: boolean },
): IssueState {
  const issue: IssueState = {
    id: core.id(),
    number: repository.nextIssue++,
    title: of.title,
    body: of.body ?? "",
    userId,
    state: "open",
    pullRequest: of.pullRequest ?? false,
    createdAt: core.now(),
  };
  repository.issues.set(issue.number, issue);
  if (!issue.pullRequest) hooks.emit(repository, userId, (where) => core.shapes.webhook.issues(where, "opened", issue));
  core.changed();
  return issue;
}

/** Closes or reopens an issue and tells the apps. */
export function setIssueState(
  { core, hooks }: Parts,
  repository: RepositoryState,
  userId: number,
  issue: IssueState,
  state: IssueState["state"],
): void {
  if (issue.state === state) return;
  issue.state = state;
  const action = state === "closed" ? "closed" : "reopened";
  if (!issue.pullRequest) hooks.emit(repository, userId, (where) => core.shapes.webhook.issues(where, action, issue));
  core.changed();
}

/** Writes a comment and tells the apps. */
export function addComment(
  { core, hooks }: Parts,
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

/** Changes a comment's words and tells the apps, also the one that did it. */
export function changeComment(
  { core, hooks }: Parts,
  repository: RepositoryState,
  comment: CommentState,
  userId: number,
  body: string,
): void {
  const issue = found(repository.issues.get(comment.issueNumber));
  const bodyFrom = comment.body;
  comment.body = body;
  comment.updatedAt = core.now();
  hooks.emit(repository, userId, (where) =>
    core.shapes.webhook.issueComment(where, { action: "edited", bodyFrom }, issue, comment),
  );
  core.changed();
}

/** Takes a comment away and tells the apps. */
export function removeComment(
  { core, hooks }: Parts,
  repository: RepositoryState,
  comment: CommentState,
  userId: number,
): void {
  const issue = found(repository.issues.get(comment.issueNumber));
  repository.comments.delete(comment.id);
  hooks.emit(repository, userId, (where) =>
    core.shapes.webhook.issueComment(where, { action: "deleted" }, issue, comment),
  );
  core.changed();
}

export const issues: Record<string, Handler> = {
  "issues/list-for-repo": (request) => {
    const repository = repositoryOf(request);
    const [state, creator] = [request.query.get("state") ?? "open", request.query.get("creator")];
    const all = [...repository.issues.values()].filter(
      (one) =>
        (state === "all" || one.state === state) &&
        (creator === null || request.core.state.users.get(one.userId)?.login.toLowerCase() === creator.toLowerCase()),
    );
    return plainList(
      request,
      all.toSorted((one, other) => other.number - one.number),
      (one) => request.core.shapes.reply.issue(repository, one),
    );
  },
  "issues/get": (request) => {
    const { repository, issue } = issueOf(request);
    return ok(request.core.shapes.reply.issue(repository, issue));
  },
  "issues/create": (request) => {
    const repository = repositoryOf(request);
    const [title, body] = [String(request.body["title"] ?? ""), String(request.body["body"] ?? "")];
    const issue = addIssue(request, repository, actorOf(request), { title, body });
    return { status: 201, body: request.core.shapes.reply.issue(repository, issue) };
  },
  "issues/update": (request) => {
    const { repository, issue } = issueOf(request);
    const { title, body, state } = request.body;
    if (typeof title === "string") issue.title = title;
    if (typeof body === "string") issue.body = body;
    if (state === "open" || state === "closed") setIssueState(request, repository, actorOf(request), issue, state);
    return ok(request.core.shapes.reply.issue(repository, issue));
  },
  "issues/list-comments": (request) => {
    const { repository, issue } = issueOf(request);
    const since = new Date(request.query.get("since") ?? 0);
    const { reply } = request.core.shapes;
    const all = [...repository.comments.values()].filter((one) => one.issueNumber === issue.number);
    return plainList(
      request,
      all.filter((one) => one.updatedAt >= since),
      (one) => reply.comment(repository, issue, one),
    );
  },
  "issues/create-comment": (request) => {
    const { repository, issue } = issueOf(request);
    const { caller } = request;
    const appId = caller.kind === "installation" || caller.kind === "person" ? caller.app.id : null;
    const comment = addComment(request, repository, issue, actorOf(request), bodyOf(request), appId);
    return { status: 201, body: request.core.shapes.reply.comment(repository, issue, comment) };
  },
  "issues/get-comment": (request) => {
    const { repository, comment, issue } = commentOf(request);
    return ok(request.core.shapes.reply.comment(repository, issue, comment));
  },
  "issues/update-comment": (request) => {
    const { repository, comment, issue } = commentOf(request);
    mayChange(request, repository, comment);
    changeComment(request, repository, comment, actorOf(request), bodyOf(request));
    return ok(request.core.shapes.reply.comment(repository, issue, comment));
  },
  "issues/delete-comment": (request) => {
    const { repository, comment } = commentOf(request);
    mayChange(request, repository, comment);
    removeComment(request, repository, comment, actorOf(request));
    return noContent;
  },
  "reactions/list-for-issue-comment": (request) => {
    const { comment } = commentOf(request);
    const wanted = request.query.get("content");
    const all = [...comment.reactions].flatMap(([content, people]) => [...people].map((id) => ({ content, id })));
    return plainList(
      request,
      all.filter(({ content }) => wanted === null || content === wanted),
      ({ content, id }) => reaction(request, comment, content, id),
    );
  },
  "reactions/create-for-issue-comment": (request) => {
    const { comment } = commentOf(request);
    const [content, userId] = [String(request.body["content"]), actorOf(request)];
    const people = comment.reactions.get(content) ?? new Set<number>();
    const before = people.has(userId);
    comment.reactions.set(content, people.add(userId));
    request.core.changed();
    return { status: before ? 200 : 201, body: reaction(request, comment, content, userId) };
  },
  "reactions/delete-for-issue-comment": (request) => {
    const { comment } = commentOf(request);
    const wanted = Number(request.path["reaction_id"]);
    const [key] = [...(comment.reactionIds ?? [])].find(([, id]) => id === wanted) ?? [];
    const [content = "", userId = ""] = key?.split(" ") ?? [];
    if (comment.reactions.get(content)?.delete(Number(userId)) !== true) throw notFound();
    request.core.changed();
    return noContent;
  },
};

function reaction({ core }: Request, comment: CommentState, content: string, userId: number): unknown {
  const ids = (comment.reactionIds ??= new Map<string, number>());
  const key = `${content} ${userId}`;
  const id = ids.get(key) ?? core.id();
  ids.set(key, id);
  return core.shapes.reply.reaction(id, content as "eyes", userId, core.now());
}
