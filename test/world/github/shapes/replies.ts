import type * as has from "../state.ts";
import * as apps from "./apps.ts";
import type { Json, Reaction, Workflow } from "./entities.ts";
import * as environments from "./environments.ts";
import * as git from "./git.ts";
import * as issues from "./issues.ts";
import * as people from "./people.ts";
import * as repositories from "./repository.ts";
import * as runs from "./runs.ts";
import { iso, type Site } from "./site.ts";
import { viewsOf } from "./views.ts";

type Repo = has.RepositoryState;
type Run = has.RunState;
type Job = has.JobState;

/** The objects that GitHub answers with, straight out of the simulator's state. */
export function repliesOf(state: has.State, site: Site) {
  const view = viewsOf(state);
  const since = (gates: readonly has.GateState[], kind: has.GateState["kind"]): Date | null =>
    gates.find((gate) => gate.kind === kind && gate.state === "pending")?.since ?? null;

  function reactionsOf(it: has.CommentState): Reaction[] {
    return [...it.reactions].flatMap(([content, userIds]) =>
      [...userIds].map((userId) => ({
        id: userId,
        content: content as Reaction["content"],
        user: view.account(userId),
        createdAt: it.createdAt,
      })),
    );
  }

  return {
    user: (id: number): Json => people.user(site, view.account(id)),
    publicUser: (id: number): Json => people.publicUser(site, view.account(id), iso(new Date(0))),
    teamMembership: (of: has.TeamState, userId: number): Json =>
      people.teamMembership(site, view.team(of), view.account(userId), "active"),
    organizationMembership: (of: has.OrganizationState, userId: number): Json =>
      people.organizationMembership(
        site,
        of.user,
        view.account(userId),
        "active",
        of.members.get(userId) === "admin" ? "admin" : "member",
      ),
    permission: (userId: number, role: people.Role): Json =>
      people.collaboratorPermission(site, view.account(userId), role),
    app: (id: number): Json => apps.app(site, view.app(id)),
    installation: (of: has.InstallationState): Json => apps.installation(site, view.installation(of)),
    installationToken: (of: has.InstallationState, token: string, expiresAt: Date, some?: readonly Repo[]): Json =>
      apps.installationToken(site, view.installation(of), token, expiresAt, some?.map(view.repository)),
    authorization: (appId: number, userId: number, token: { value: string; createdAt: Date; expiresAt: Date }): Json =>
      apps.authorization(site, view.app(appId), view.account(userId), { id: 1, ...token }),
    deliveryLine: (it: has.DeliveryState): Json => apps.deliveryLine(it),
    delivery: (it: has.DeliveryState): Json => apps.delivery(it, state.apps.get(it.appId)?.hookUrl ?? ""),

    repository: (of: Repo): Json => repositories.fullRepository(site, view.repository(of)),
    repositoryInList: (of: Repo): Json => repositories.repository(site, view.repository(of)),
    /** As a person's own list has it: with what they may do there. */
    repositoryOfPerson: (of: Repo, role: people.Role): Json => ({
      ...repositories.repository(site, view.repository(of)),
      permissions: people.permissionsOf(role),
    }),
    commit: (of: Repo, it: has.CommitState): Json => git.commit(site, view.repository(of), view.commit(it)),
    branch: (of: Repo, name: string, head: has.CommitState): Json =>
      git.branch(site, view.repository(of), name, view.commit(head), of.protectedBranches.has(name)),
    fileCommit: (of: Repo, it: has.CommitState, path: string, ref: string): Json => {
      const file = view.file(it, path);
      const content = file === null ? {} : git.contentFile(site, view.repository(of), file, ref);
      // The file as it is listed, without its text.
      delete content["content"];
      delete content["encoding"];
      return {
        content: file === null ? null : content,
        commit: git.fileCommit(site, view.repository(of), view.commit(it)),
      };
    },
    pullRequest: (of: Repo, it: git.PullRequest): Json => git.pullRequest(site, view.repository(of), it, view.account),
    release: (of: Repo, it: has.GitHubReleaseState): Json => git.release(site, view.repository(of), it, view.account),
    gitRef: (of: Repo, ref: string, sha: string): Json => git.gitRef(site, view.repository(of), ref, sha),
    /** Null: no such file at that commit. */
    file: (of: Repo, at: has.CommitState, path: string, ref: string): Json | null => {
      const file = view.file(at, path);
      return file === null ? null : git.contentFile(site, view.repository(of), file, ref);
    },
    issue: (of: Repo, it: has.IssueState): Json => issues.issue(site, view.repository(of), view.issue(of, it)),
    comment: (of: Repo, on: has.IssueState, it: has.CommentState): Json =>
      issues.comment(site, view.repository(of), view.issue(of, on), view.comment(of, it), reactionsOf(it)),
    reaction: (id: number, content: Reaction["content"], userId: number, createdAt: Date): Json =>
      issues.reaction(site, { id, content, user: view.account(userId), createdAt }),

    environment: (of: Repo, it: has.EnvironmentState): Json =>
      environments.environment(site, view.repository(of), view.environment(it)),
    secret: (it: has.SecretState): Json => environments.secret(it),
    publicKey: (it: has.EnvironmentState): Json =>
      environments.publicKey(it.keyId, Buffer.from(it.publicKey).toString("base64")),
    branchPolicy: (it: has.EnvironmentState["branchPatterns"][number]): Json => environments.branchPolicy(it),
    customRule: (it: has.CustomRuleState): Json => environments.customRule(site, { ...it, app: view.app(it.appId) }),

    workflow: (of: Repo, it: Workflow): Json => runs.workflow(site, view.repository(of), it),
    run: (of: Repo, it: Run, attempt?: number): Json => runs.run(site, view.repository(of), view.run(of, it, attempt)),
    dispatched: (of: Repo, runId: number): Json => runs.dispatched(site, view.repository(of), runId),
    job: (of: Repo, on: Run, it: Job): Json =>
      runs.job(site, view.repository(of), view.run(of, on, it.attempt), view.job(it)),
    deployment: (of: Repo, it: has.DeploymentState): Json =>
      runs.deployment(site, view.repository(of), view.deployment(it)),
    /** `gates`: those of the job that waits on the environment. */
    pendingDeployment: (
      of: Repo,
      on: has.EnvironmentState,
      gates: readonly has.GateState[],
      currentUserCanApprove: boolean,
    ): Json =>
      environments.pendingDeployment(site, view.repository(of), {
        environment: view.environment(on),
        waitTimerStartedAt: since(gates, "wait-timer"),
        currentUserCanApprove,
      }),
    approval: (of: Repo, it: has.ApprovalState): Json =>
      environments.runApproval(site, view.repository(of), view.approval(of, it)),
    checkRun: (of: Repo, appId: number, it: Parameters<typeof runs.checkRun>[3]): Json =>
      runs.checkRun(site, view.repository(of), view.app(appId), it),
  };
}
