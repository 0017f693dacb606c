import { createHash } from "node:crypto";
import type * as has from "../state.ts";
import type * as want from "./entities.ts";
import { blobSha } from "./git.ts";

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`The simulated GitHub has no ${what}.`);
  return value;
}

/** The simulator's state, whose entities point at each other by id, as the entities that the shapes read. */
export function viewsOf(state: has.State) {
  const account = (id: number): want.Account => {
    const known = state.users.get(id) ?? state.organizations.get(id)?.user;
    return found(known, `user ${id}`);
  };

  const team = (of: has.TeamState): want.Team => ({
    id: of.id,
    slug: of.slug,
    name: of.name,
    organization: account(of.orgId),
  });

  const teamById = (id: number): want.Team => {
    const all = [...state.organizations.values()].flatMap((organization) => organization.teams);
    const one = all.find((it) => it.id === id);
    return team(found(one, `team ${id}`));
  };

  const repository = (of: has.RepositoryState): want.Repository => ({ ...of, owner: account(of.ownerId) });

  const repositoryById = (id: number): want.Repository => {
    const known = state.repositories.get(id);
    return repository(found(known, `repository ${id}`));
  };

  const app = (id: number): want.App => {
    const known = found(state.apps.get(id), `app ${id}`);
    return { ...known, owner: account(known.ownerId) };
  };

  const installation = (of: has.InstallationState): want.Installation => ({
    ...of,
    account: account(of.accountId),
    app: { ...app(of.appId), permissions: of.permissions ?? app(of.appId).permissions },
    selection: "selected",
  });

  const association = (of: has.RepositoryState, userId: number): want.Comment["association"] => {
    if (of.ownerId === userId) return "OWNER";
    if (state.organizations.get(of.ownerId)?.members.has(userId) === true) return "MEMBER";
    return of.collaborators.has(userId) ? "COLLABORATOR" : "NONE";
  };

  const issue = (of: has.RepositoryState, it: has.IssueState): want.Issue => {
    const comments = [...of.comments.values()].filter((one) => one.issueNumber === it.number);
    const updatedAt = comments.reduce((latest, one) => (one.updatedAt > latest ? one.updatedAt : latest), it.createdAt);
    return {
      ...it,
      isPullRequest: it.pullRequest,
      user: account(it.userId),
      commentCount: comments.length,
      updatedAt,
      closedAt: it.state === "closed" ? updatedAt : null,
    };
  };

  const comment = (of: has.RepositoryState, it: has.CommentState): want.Comment => ({
    ...it,
    user: account(it.userId),
    app: it.appId === null ? null : app(it.appId),
    association: association(of, it.userId),
  });

  const commit = (it: has.CommitState): want.Commit => {
    const author = account(it.authorId);
    const email = `${author.id}+${author.login}@users.noreply.example.com`;
    return {
      sha: it.sha,
      treeSha: createHash("sha1").update(`tree ${it.sha}`).digest("hex"),
      message: it.message,
      author: { name: author.name ?? author.login, email, account: author },
      committedAt: it.at,
      parents: it.parent === null ? [] : [it.parent],
      touched: touched(it),
    };
  };

  /** What a commit changed against its parent, wherever that is. */
  function touched({ files, parent }: has.CommitState): want.Commit["touched"] {
    const of = [...state.repositories.values()].find(({ commits }) => commits.has(parent ?? ""));
    const before = of?.commits.get(parent ?? "")?.files ?? new Map<string, string>();
    return {
      added: [...files.keys()].filter((path) => !before.has(path)),
      removed: [...before.keys()].filter((path) => !files.has(path)),
      modified: [...files].flatMap(([path, text]) => (before.has(path) && before.get(path) !== text ? [path] : [])),
    };
  }

  const file = (at: has.CommitState, path: string): want.File | null => {
    const text = at.files.get(path);
    return text === undefined ? null : { path, text, sha: blobSha(text) };
  };

  const reviewer = ({ type, id }: { type: "User" | "Team"; id: number }): want.Reviewer =>
    type === "User" ? { type, user: account(id) } : { type, team: teamById(id) };

  const environment = (it: has.EnvironmentState): want.Environment => ({
    ...it,
    adminsCanBypass: it.canAdminsBypass,
    reviewers: it.reviewers?.map(reviewer) ?? null,
    branchPolicy:
      it.branchPolicy === null
        ? null
        : { protectedBranches: it.branchPolicy === "protected", customBranchPolicies: it.branchPolicy === "custom" },
  });

  const environmentById = (of: has.RepositoryState, id: number): want.Environment => {
    const known = of.environments.find((it) => it.id === id);
    return environment(found(known, `environment ${id}`));
  };

  const workflow = (of: has.RepositoryState, it: Pick<has.RunState, "workflowId" | "workflowName" | "path">) => ({
    id: it.workflowId,
    name: it.workflowName,
    path: it.path,
    createdAt: of.createdAt,
  });

  /** The run as it is, or as an earlier attempt left it. */
  const run = (of: has.RepositoryState, it: has.RunState, attempt = it.attempts.length): want.Run => {
    const at = found(it.attempts[attempt - 1], `attempt ${attempt} of run ${it.id}`);
    const head = of.commits.get(it.headSha);
    return {
      ...it,
      attempt,
      workflow: workflow(of, it),
      status: at.status,
      conclusion: at.conclusion,
      displayTitle: it.title,
      headCommit: head === undefined ? null : commit(head),
      headRepository: repositoryById(it.headRepositoryId),
      actor: account(it.actorId),
      triggeringActor: account(at.triggeringActorId),
      referencedWorkflows: [],
      startedAt: at.startedAt,
      updatedAt: at.updatedAt,
    };
  };

  const job = (it: has.JobState): want.Job => ({
    ...it,
    runner: it.startedAt === null ? null : { id: 1, name: "runner-1" },
    labels: ["ubuntu-latest"],
  });

  const deployment = (it: has.DeploymentState): want.Deployment => ({
    ...it,
    environment: it.environmentName,
    creator: account(it.creatorId),
  });

  const approval = (of: has.RepositoryState, it: has.ApprovalState): want.RunApproval => ({
    ...it,
    environments: it.environmentIds.map((id) => environmentById(of, id)),
    user: account(it.userId),
  });

  return {
    account,
    team,
    repository,
    app,
    installation,
    issue,
    comment,
    commit,
    file,
    reviewer,
    environment,
    workflow,
    run,
    job,
    deployment,
    approval,
  };
}
