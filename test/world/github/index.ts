/**
 * The simulated GitHub: GitHub's API over HTTP on loopback, stateful, in memory, judged by GitHub's own OpenAPI document.
 *
 *   const github = await startGitHub({ now, judge, runner });
 *   const app = github.createApp({ permissions, events });
 *   const alice = github.createUser("alice");
 *   const acme = github.createOrganization("acme", { admins: [alice], teams: { releasers: [alice] } });
 *   const widget = github.createRepository(acme, "widget", { files: { "package.json": "{}" } });
 *   const npm = github.createEnvironment(widget, "npm", { rules: [app], branches: ["main"] });
 *   github.setHook(app, "http://127.0.0.1:3000");
 *   const installation = github.install(app, acme, [widget]);
 *   const issue = github.openIssue(widget, alice, "Release 1.2.0");
 *   github.comment(widget, issue, alice, "/release 1.2.0");            // people's hands: places.ts, index.ts
 *   github.owners.suspend(installation, alice);                       // owners' hands: owners.ts
 *   await github.until(() => github.comments(widget, issue).length > 1);
 *   const token = github.signIn(app, alice);                          // a person's token, without a browser
 *   github.core.faults.on({ operation: "actions/create-or-update-environment-secret", dropAnswer: true, times: 1 });
 *   github.core.faults.deliveries((event) => (event === "workflow_job" ? "hold" : "send"));   // then github.hooks.release()
 *   github.core.limits.contentPerMinute = 80;                         // secondary limits are off until set
 *   github.core.log; github.core.state.deliveries; github.secretsOf(npm);                      // what happened
 *   judge.assertClean();
 *   await github.close();
 */
import sodium from "libsodium-wrappers";
import type { CoreOptions } from "./core.ts";
import { answerDevice } from "./device.ts";
import { last } from "./engine.ts";
import { review } from "./handlers/gates.ts";
import { addComment, addIssue, changeComment, removeComment, setIssueState } from "./handlers/issues.ts";
import { grant } from "./oauth.ts";
import { Owners } from "./owners.ts";
import { Places } from "./places.ts";
import { serve } from "./server.ts";
import type {
  AppState,
  CommentState,
  EnvironmentState,
  InstallationState,
  IssueState,
  JobState,
  OrganizationState,
  RepositoryState,
  RunState,
  UserState,
} from "./state.ts";

export { last } from "./engine.ts";

/** The simulated GitHub, and the hands of the people in it. */
export class GitHub extends Places {
  readonly owners: Owners;
  close: () => Promise<void> = () => Promise.resolve();
  /** The API without a port. */
  fetch: (request: Request) => Promise<Response> = () => Promise.reject(new Error("not started"));

  constructor(options: CoreOptions) {
    super(options);
    this.owners = new Owners(this.core, this.hooks);
  }

  get url(): string {
    return this.core.url;
  }

  /** Installs an app; `permissions` where the account has granted less than the app asks for. */
  install(
    app: AppState,
    on: OrganizationState | UserState,
    repositories: RepositoryState[],
    permissions?: InstallationState["permissions"],
  ): InstallationState {
    const installation: InstallationState = {
      id: this.core.id(),
      appId: app.id,
      accountId: "user" in on ? on.user.id : on.id,
      repositoryIds: new Set(repositories.map((one) => one.id)),
      ...(permissions === undefined ? {} : { permissions }),
      suspendedAt: null,
      createdAt: this.core.now(),
    };
    this.core.state.installations.set(installation.id, installation);
    const by = [...this.core.state.users.keys()][0] ?? 0;
    const { webhook } = this.core.shapes;
    this.hooks.send(app, webhook.installation("created", installation, repositories, by), installation.id, null);
    return installation;
  }

  /** A person's token, as the sign-in pages would give it. */
  signIn(app: AppState, by: UserState): string {
    return grant(this.core, by.id, app.id).access_token;
  }

  /** The person types in the code that a device shows, and agrees. */
  approveDevice(userCode: string, by: UserState): void {
    answerDevice(this.core, userCode, by, true);
  }

  /** The person types in the code, and says no. */
  denyDevice(userCode: string, by: UserState): void {
    answerDevice(this.core, userCode, by, false);
  }

  openIssue(repository: RepositoryState, by: UserState, title: string, pullRequest = false): IssueState {
    return addIssue(this, repository, by.id, { title, pullRequest });
  }

  closeIssue(repository: RepositoryState, by: UserState, issue: IssueState): void {
    setIssueState(this, repository, by.id, issue, "closed");
  }

  reopenIssue(repository: RepositoryState, by: UserState, issue: IssueState): void {
    setIssueState(this, repository, by.id, issue, "open");
  }

  comment(
    repository: RepositoryState,
    issue: IssueState,
    by: UserState,
    body: string,
    app: AppState | null = null,
  ): CommentState {
    return addComment(this, repository, issue, by.id, body, app?.id ?? null);
  }

  editComment(repository: RepositoryState, comment: CommentState, by: UserState, body: string): void {
    changeComment(this, repository, comment, by.id, body);
  }

  deleteComment(repository: RepositoryState, comment: CommentState, by: UserState): void {
    removeComment(this, repository, comment, by.id);
  }

  comments(repository: RepositoryState, issue: IssueState): CommentState[] {
    return [...repository.comments.values()].filter((one) => one.issueNumber === issue.number);
  }

  /** "Run workflow" on GitHub's Actions page. */
  runWorkflow(
    repository: RepositoryState,
    by: UserState,
    file: string,
    inputs: Record<string, string>,
    branch = "main",
  ): RunState {
    return this.engine.dispatch(repository, file, branch, inputs, by.id);
  }

  /** "Re-run all jobs", or those that are named. */
  rerun(repository: RepositoryState, run: RunState, by: UserState, which?: (job: JobState) => boolean): void {
    this.engine.rerun(repository, run, by.id, which);
  }

  cancelRun(repository: RepositoryState, run: RunState): void {
    this.engine.cancel(repository, run);
  }

  /** "Start all waiting jobs", where the environment lets administrators pass. */
  bypass(repository: RepositoryState, run: RunState, by: UserState): void {
    this.engine.bypass(repository, run, by.id);
  }

  reviewDeployment(
    repository: RepositoryState,
    run: RunState,
    by: UserState,
    environment: EnvironmentState,
    state: "approved" | "rejected",
    comment = "",
  ): void {
    review(this, repository, run, by.id, [environment.id], state, comment);
  }

  runs(repository: RepositoryState): RunState[] {
    return [...repository.runs.values()];
  }

  /** Names of all secrets of all environments that are there now. */
  environmentSecrets(): string[] {
    return [...this.core.state.repositories.values()].flatMap((repository) =>
      repository.environments.flatMap((environment) =>
        [...environment.secrets.keys()].map((name) => `${repository.name}/${environment.name}/${name}`),
      ),
    );
  }

  /** A run's status and conclusion, e.g. `completed/success`. */
  statusOf(run: RunState): string {
    const { status, conclusion } = last(run);
    return conclusion === null ? status : `${status}/${conclusion}`;
  }

  idle(): boolean {
    return this.hooks.idle() && this.engine.idle();
  }

  /** Resolves when a condition holds; it is looked at whenever something happened. Rejects after `ms` of real time. */
  async until(condition: () => boolean, what = "what was waited for", ms = 30_000): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => settle(() => reject(new Error(`${what} did not happen within ${ms} ms`))), ms);
      const look = (): void => {
        if (condition()) settle(resolve);
      };
      const settle = (end: () => void): void => {
        clearTimeout(timer);
        this.core.news.off("change", look);
        end();
      };
      this.core.news.on("change", look);
    });
  }
}

/** Starts a simulated GitHub on a random loopback port. */
export async function startGitHub(options: CoreOptions): Promise<GitHub> {
  await sodium.ready;
  const github = new GitHub(options);
  const server = await serve(github, github.engine, github.hooks);
  github.fetch = async (request) => await server.fetch(request);
  github.close = async () => {
    github.hooks.stop();
    github.engine.stop();
    await server.close();
  };
  return github;
}
