import type { World } from "./index.ts";
import { createActions } from "./actions.ts";
import { manifest, workflow } from "./scene.ts";
import type {
  AppState,
  EnvironmentState,
  IssueState,
  OrganizationState,
  RepositoryState,
  UserState,
} from "./github/state.ts";

/** The people and places of every story: alice and carol release, bob and dave approve, mallory has no business there. */
export interface Cast {
  app: AppState;
  alice: UserState;
  bob: UserState;
  carol: UserState;
  dave: UserState;
  mallory: UserState;
  acme: OrganizationState;
  widget: RepositoryState;
  npm: EnvironmentState;
  /** Where stages are approved, in the stories that have it. */
  approveStage: EnvironmentState | null;
  issue: IssueState;
}

/** The policy of the stories. */
export const policy = `version: 1
packages:
  - name: "@acme/widget"
    environment: npm
    releasers: [alice, carol]
    approvals:
      count: 1
      from: [bob, dave, "@acme/maintainers"]
`;

export interface CastOptions {
  /** Where the app will be; known before it starts, since the workflow names it. */
  publicUrl: string;
  /** A file of test/world/workflows. */
  workflow?: string;
  policy?: string;
  policyLines?: string;
  /** More files, or others. */
  files?: Record<string, string>;
  /** With the second environment and its workflow, for policies with `stageApproval`. */
  approvesStages?: boolean;
  /** For workflows that name the registry. */
  registryUrl?: string;
}

/** Sets the scene: organisation, repository with policy and workflow, protected environment, installed app, an open issue. */
export function createCast({ github }: Pick<World, "github">, options: CastOptions): Cast {
  const [alice, bob, carol, dave, mallory] = ["alice", "bob", "carol", "dave", "mallory"].map((login) =>
    github.createUser(login),
  ) as [UserState, UserState, UserState, UserState, UserState];
  const app = github.createApp(manifest());
  const acme = github.createOrganization("acme", {
    admins: [dave],
    members: [alice, bob, carol],
    teams: { maintainers: [bob, dave] },
  });
  const widget = github.createRepository(acme, "widget", {
    collaborators: [
      [alice, "write"],
      [bob, "write"],
      [carol, "write"],
    ],
    files: {
      ".github/countersign.yml": (options.policy ?? policy) + (options.policyLines ?? ""),
      ".github/workflows/publish.yml": workflow(
        options.workflow ?? "publish.yml",
        options.publicUrl,
        options.registryUrl,
      ),
      ...(options.approvesStages === true
        ? { ".github/workflows/approve-stage.yml": workflow("approve-stage.yml", options.publicUrl) }
        : {}),
      "package.json": `${JSON.stringify({ name: "@acme/widget", version: "1.0.0", license: "MIT", files: ["index.js"] }, null, 2)}\n`,
      "index.js": "export const widget = true;\n",
      ...options.files,
    },
  });
  const npm = github.createEnvironment(widget, "npm", { rules: [app], branches: ["main"] });
  const approveStage =
    options.approvesStages === true
      ? github.createEnvironment(widget, "approve-stage", { rules: [app], branches: ["main"] })
      : null;
  github.setHook(app, options.publicUrl);
  app.deviceFlow = true;
  github.install(app, acme, [widget]);
  const issue = github.openIssue(widget, alice, "Release the widget");
  createActions(github);
  return { app, alice, bob, carol, dave, mallory, acme, widget, npm, approveStage, issue };
}
