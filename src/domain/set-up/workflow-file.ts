import type { Mode } from "../policy-types.ts";
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

/** The publishing job's steps after the package lies in `packed/`, mode by mode; a mode that isn't run yet has none. */
const publishing: Record<Mode, Record<StepKind, (made: Made) => string[]> | null> = {
  otp: { publish: ourPublish, otp: npmPublish },
  stage: null,
  "trusted-stage": null,
  trusted: null,
};

/** Modes that a workflow can be made for. */
export function isOffered(mode: Mode): boolean {
  return publishing[mode] !== null;
}

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
    ...packJob(made),
    "",
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

function packJob({ plan, folder }: Made): string[] {
  const words = managers[plan.manager];
  const place = folder === "" ? [] : [`        working-directory: ${yamlText(folder)}`];
  const script = (name: string, run: string): string[] => [`      - name: ${name}`, `        run: ${run}`, ...place];
  return [
    "  # Whatever runs code of others runs here, where there is no token.",
    "  pack:",
    "    name: Build, test and pack",
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
    ...(plan.test ? script("Test", words.run("test")) : []),
    "      - name: Pack",
    "        run: |",
    ...['mkdir -p "$PACKED"', ...words.pack].map((line) => `          ${line}`),
    ...place,
    "        env:",
    "          PACKED: ${{ runner.temp }}/packed",
    `      - uses: ${uses(pins.uploadArtifact)}`,
    "        with:",
    "          name: package",
    "          path: ${{ runner.temp }}/packed/*.tgz",
    "          if-no-files-found: error",
    "          retention-days: 1",
  ];
}

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
    `      - uses: ${uses(pins.downloadArtifact)}`,
    "        with:",
    "          name: package",
    "          path: packed",
    ...(publishing[plan.mode]?.[plan.step](made) ?? []),
  ];
}

/** Our step publishes the very bytes that it asks the second factor for. Its scripts ran when it was packed. */
function ourPublish({ site, plan }: Made): string[] {
  return [
    "      - name: Unpack",
    "        run: tar -xzf packed/*.tgz",
    `      - uses: ${usesOwn(site.action, "publish", site.version)}`,
    "        with:",
    `          url: ${yamlText(site.publicUrl)}`,
    "          package-dir: package",
    "          npm-token: ${{ secrets.NPM_TOKEN }}",
    ...(plan.access === "" ? [] : [`          access: ${plan.access}`]),
    "        env:",
    '          NPM_CONFIG_IGNORE_SCRIPTS: "true"',
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
  return [
    "  # The publishing job ends well only once the registry has taken the version.",
    "  release:",
    "    name: Tag and release",
    "    needs: publish",
    "    runs-on: ubuntu-latest",
    "    timeout-minutes: 10",
    "    permissions:",
    "      contents: write # to make the tag and the release",
    "    steps:",
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

/** `gh` takes another variable for a server of one's own (its manual, `gh help environment`). */
function tokenLines(githubUrl: string): string[] {
  const host = URL.parse(githubUrl)?.host ?? "github.com";
  if (host === "github.com") return ["          GH_TOKEN: ${{ github.token }}"];
  const variable = host.endsWith(".ghe.com") ? "GH_TOKEN" : "GH_ENTERPRISE_TOKEN";
  return [`          GH_HOST: ${JSON.stringify(host)}`, `          ${variable}: \${{ github.token }}`];
}
