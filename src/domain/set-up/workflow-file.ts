import { isStageMode, isTokenMode } from "../mode.ts";
import { managers } from "./managers.ts";
import { pins, uses, usesOwn } from "./pins.ts";
import type { OwnAction } from "./pins.ts";
import type { Plan, StepKind } from "./plan.ts";
import { workflowNameOf } from "./policy-file.ts";
import { yamlText } from "./yaml-text.ts";

/** Where things are that a workflow names. */
export interface WorkflowSite {
  /** null: nobody said where runners get our step from. */
  action: OwnAction | null;
  /** Of the release that runs here. */
  version: string;
  publicUrl: string;
  githubUrl: string;
  /** The registry that npm publishes to, with the `otp` step. */
  registry: string;
}

/** Node's line on which the jobs run: Corepack is part of it. */
const nodeVersion = 24;

interface Made {
  plan: Plan;
  site: WorkflowSite;
  name: string;
  folder: string;
}

/** The publishing job's steps after the package lies in `packed/`. Only `otp` has a code to be given, and so two ways. */
const publishing: Record<StepKind, (made: Made) => string[]> = { publish: ourPublish, otp: npmPublish };

/**
 * The workflow that publishes one package of a plan. Whatever runs code of others is in a job without the environment; the job that has
 * the token gets the packed package and only publishes; tag and release come after it.
 */
export function workflowFile(plan: Plan, name: string, site: WorkflowSite): string {
  const folder = plan.packages.find((one) => one.name === name)?.folder ?? "";
  const made: Made = { plan, site, name, folder };
  const several = plan.packages.length > 1;
  const title = several ? `Publish ${name}` : "Publish";
  return [
    `# Publishes ${name}: started by Countersign for /release, held by its gate until it is countersigned.`,
    "# Yours to change; what it has to stay is said in docs/policy.md, and looked at before each release.",
    `name: ${yamlText(title)}`,
    `run-name: ${several ? yamlText(`${title} \${{ inputs.version }}`) : "Publish ${{ inputs.version }}"}`,
    "",
    ...dispatch,
    "",
    "permissions: {}",
    "",
    "# One after the other, and none is cut off in the middle.",
    "concurrency:",
    `  group: ${workflowNameOf(plan, name).replace(/\.yml$/, "")}`,
    "  cancel-in-progress: false",
    "",
    "jobs:",
    ...packJob(made, builds.first),
    "",
    ...(plan.secondBuild ? [...packJob(made, builds.second), "", ...tellJob(made), ""] : []),
    ...publishJob(made),
    "",
    ...releaseJob(made),
    "",
  ].join("\n");
}

export const dispatch: readonly string[] = [
  "on:",
  "  workflow_dispatch:",
  "    inputs:",
  "      version:",
  "        description: Version to publish",
  "        type: string",
  "        required: true",
  "      tag:",
  "        description: Dist-tag on the registry",
  "        type: string",
  "        required: true",
];

/** No cache: what other workflows left there would be published. */
export const setUpNode: readonly string[] = [
  `      - uses: ${uses(pins.setupNode)}`,
  "        with:",
  `          node-version: ${nodeVersion}`,
  "          package-manager-cache: false",
];

/** The job that builds what is published, and the one that builds it again for comparison. */
interface BuildJob {
  says: string;
  key: string;
  name: string;
  artifact: string;
  tests: boolean;
}
const builds = {
  first: {
    ...{ says: "Whatever runs code of others runs here, where there is no token.", key: "pack" },
    ...{ name: "Build, test and pack", artifact: "package", tests: true },
  },
  second: {
    ...{ says: "The same commit on another runner: only what both build alike is published.", key: "again" },
    ...{ name: "Build it again", artifact: "package-again", tests: false },
  },
} as const satisfies Record<string, BuildJob>;

function packJob({ plan, folder }: Made, { says, key, name, artifact, tests }: BuildJob): string[] {
  const words = managers[plan.manager];
  const place = folder === "" ? [] : [`        working-directory: ${yamlText(folder)}`];
  const script = (title: string, run: string): string[] => [`      - name: ${title}`, `        run: ${run}`, ...place];
  return [
    `  # ${says}`,
    `  ${key}:`,
    `    name: ${name}`,
    "    runs-on: ubuntu-latest",
    "    timeout-minutes: 30",
    "    permissions:",
    "      contents: read # to check out",
    "    steps:",
    `      - uses: ${uses(pins.checkout)}`,
    "        with:",
    "          persist-credentials: false",
    ...setUpNode,
    ...script("Set the version", 'npm pkg set "version=$VERSION"'),
    "        env:",
    "          VERSION: ${{ inputs.version }}",
    ...(words.prepare === null ? [] : ["      - name: Get the package manager", `        run: ${words.prepare}`]),
    ...(words.install === null ? [] : ["      - name: Install", `        run: ${words.install}`]),
    ...(plan.build ? script("Build", words.run("build")) : []),
    ...(plan.test && tests ? script("Test", words.run("test")) : []),
    "      - name: Pack",
    "        run: |",
    ...['mkdir -p "$PACKED"', ...words.pack].map((line) => `          ${line}`),
    ...place,
    "        env:",
    "          PACKED: ${{ runner.temp }}/packed",
    `      - uses: ${uses(pins.uploadArtifact)}`,
    "        with:",
    `          name: ${artifact}`,
    "          path: ${{ runner.temp }}/packed/*.tgz",
    "          if-no-files-found: error",
    "          retention-days: 1",
  ];
}

/** Tells of the second build, in a job that runs nothing of it: its OIDC tokens are out of reach for the package's own code. */
function tellJob({ site }: Made): string[] {
  return [
    "  tell:",
    "    name: Tell of the second build",
    `    needs: ${builds.second.key}`,
    "    runs-on: ubuntu-latest",
    "    timeout-minutes: 10",
    "    permissions:",
    "      id-token: write # to prove to Countersign which run this is",
    "    steps:",
    ...setUpNode,
    ...unpacked(builds.second.artifact),
    `      - uses: ${usesOwn(site.action, "second-build", site.version)}`,
    "        with:",
    `          url: ${yamlText(site.publicUrl)}`,
    "          package-dir: package",
    ...withoutScripts,
  ];
}

/** Gets what another job packed, and unpacks it where our steps pack it anew, in both jobs alike. */
const unpacked = (artifact: string): string[] => [...packedAs(artifact), ...unpack];
const packedAs = (artifact: string): string[] => [
  `      - uses: ${uses(pins.downloadArtifact)}`,
  "        with:",
  `          name: ${artifact}`,
  "          path: packed",
];
const unpack = ["      - name: Unpack", "        run: tar -xzf packed/*.tgz"];
const withoutScripts = ["        env:", '          NPM_CONFIG_IGNORE_SCRIPTS: "true"'];

function publishJob(made: Made): string[] {
  const { plan } = made;
  return [
    "  # Only publishes: nothing is installed, built or run here that came with the package.",
    "  publish:",
    "    name: Publish",
    "    needs: pack",
    "    runs-on: ubuntu-latest",
    `    environment: ${yamlText(plan.environment)}`,
    "    timeout-minutes: 30",
    "    permissions:",
    "      id-token: write # to prove to Countersign which job this is",
    "    steps:",
    ...setUpNode,
    ...(plan.step === "otp" ? [`          registry-url: ${yamlText(made.site.registry)}`] : []),
    ...packedAs(builds.first.artifact),
    ...publishing[plan.step](made),
  ];
}

/**
 * Our step publishes or stages, as the policy's mode says, the very bytes that it tells of. The package's scripts ran when it was packed.
 * Without a token npm gets the job's own identity.
 */
function ourPublish({ site, plan }: Made): string[] {
  return [
    ...unpack,
    `      - uses: ${usesOwn(site.action, "publish", site.version)}`,
    "        with:",
    `          url: ${yamlText(site.publicUrl)}`,
    "          package-dir: package",
    ...(isTokenMode(plan.mode) ? ["          npm-token: ${{ secrets.NPM_TOKEN }}"] : []),
    ...(plan.access === "" ? [] : [`          access: ${plan.access}`]),
    ...withoutScripts,
  ];
}

/** For those who come from the guide's `wait-for-secrets`: the code is an output, and npm publishes. */
function npmPublish({ site, plan }: Made): string[] {
  const access = plan.access === "" ? "" : ` --access ${plan.access}`;
  return [
    `      - uses: ${usesOwn(site.action, "otp", site.version)}`,
    "        id: otp",
    "        with:",
    `          url: ${yamlText(site.publicUrl)}`,
    "          secrets: |",
    "            OTP:",
    "              name: 'npm otp'",
    "              description: 'An npm one time password'",
    "      # Without the id-token variables npm uses the token, and doesn't try trusted publishing first.",
    "      - name: npm publish",
    "        run: |",
    "          env -u ACTIONS_ID_TOKEN_REQUEST_URL -u ACTIONS_ID_TOKEN_REQUEST_TOKEN \\",
    `            npm publish ./packed/*.tgz --ignore-scripts --tag "$TAG"${access}`,
    "        env:",
    "          TAG: ${{ inputs.tag }}",
    "          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}",
    "          NPM_CONFIG_OTP: ${{ steps.otp.outputs.OTP }}",
  ];
}

function releaseJob({ plan, name, site }: Made): string[] {
  const tag = plan.packages.length > 1 ? `${name}@\${{ inputs.version }}` : "v${{ inputs.version }}";
  const staged = isStageMode(plan.mode);
  return [
    staged
      ? "  # A staged version waits at npm for a person: where that takes longer than an hour, run this job alone again."
      : "  # The publishing job ends well only once the registry has taken the version.",
    "  release:",
    "    name: Tag and release",
    "    needs: publish",
    "    runs-on: ubuntu-latest",
    `    timeout-minutes: ${staged ? 70 : 10}`,
    "    permissions:",
    "      contents: write # to make the tag and the release",
    ...(staged ? ["      id-token: write # to ask Countersign whether it is live"] : []),
    "    steps:",
    ...(staged ? waitUntilLive(site) : []),
    "      - name: Create the tag and the release",
    "        run: |",
    '          latest=$([ "$TAG" = latest ] && echo true || echo false)',
    '          gh release create "$NAME" --repo "$GITHUB_REPOSITORY" --target "$GITHUB_SHA" --title "$NAME" \\',
    '            --generate-notes --latest="$latest"',
    "        env:",
    ...tokenLines(site.githubUrl),
    `          NAME: ${tag.startsWith("@") ? JSON.stringify(tag) : tag}`,
    "          TAG: ${{ inputs.tag }}",
  ];
}

function waitUntilLive(site: WorkflowSite): string[] {
  return [
    `      - uses: ${usesOwn(site.action, "live", site.version)}`,
    "        with:",
    `          url: ${yamlText(site.publicUrl)}`,
    '          wait-timeout: "60"',
  ];
}

/** `gh` takes another variable for a server of one's own (its manual, `gh help environment`). */
function tokenLines(githubUrl: string): string[] {
  const host = URL.parse(githubUrl)?.host ?? "github.com";
  if (host === "github.com") return ["          GH_TOKEN: ${{ github.token }}"];
  const variable = host.endsWith(".ghe.com") ? "GH_TOKEN" : "GH_ENTERPRISE_TOKEN";
  return [`          GH_HOST: ${JSON.stringify(host)}`, `          ${variable}: \${{ github.token }}`];
}
