import { checkOtherWorkflow, checkWorkflow } from "../../src/domain/doctor/workflow/check.ts";
import type { Bench, Figure } from "./figure.ts";
import { timed } from "./figure.ts";

const sizes = [10, 50, 250] as const;
const place = { environment: "npm", secret: "NPM_TOKEN", mode: "otp", packages: ["@acme/widget"] } as const;

export const doctor: Bench = {
  name: "doctor",
  about:
    "the doctor's rules over the workflows of a repository, one that publishes and the rest of about 150 lines each, GitHub's parser of the publishing one included; without GitHub's round trips",
  async run() {
    const figures: Figure[] = [];
    for (const size of sizes) figures.push(...(await checked(size)));
    return figures;
  },
};

async function checked(size: number): Promise<Figure[]> {
  const others = Array.from({ length: size - 1 }, (_, index) => ({
    path: `.github/workflows/ci-${index}.yml`,
    text: ci(index),
  }));
  const { ms, result } = await timed(() => {
    const first = checkWorkflow({ path: ".github/workflows/publish.yml", text: publishing }, place);
    return Promise.resolve([first, ...others.map((file) => checkOtherWorkflow(file, [place]))]);
  });
  const findings = result.flatMap((one) => one.findings);
  if (findings.length > 0)
    throw new Error(`the bench's workflows are clean, and these were found: ${findings[0]?.text}`);
  return [{ what: `${size} workflows: own time`, value: ms, unit: "ms", ...(size === 50 ? { below: 2000 } : {}) }];
}

const pin = "08c6903cd8c0fde910a37f88322edcfb5dd907a8";

const publishing = `name: Publish
on:
  workflow_dispatch:
    inputs:
      version: { type: string, required: true }
      tag: { type: string, required: true }
permissions: {}
concurrency: { group: publish, cancel-in-progress: false }
jobs:
  publish:
    runs-on: ubuntu-latest
    environment: npm
    permissions: { contents: read, id-token: write }
    steps:
      - uses: actions/checkout@${pin} # v5.0.0
        with: { persist-credentials: false }
      - uses: acme/countersign/action/publish@${pin}
        with: { url: "https://countersign.example.org", npm-token: "\${{ secrets.NPM_TOKEN }}" }
`;

/** A workflow as repositories have many: a few jobs on several machines, with scripts of several lines. */
function ci(index: number): string {
  const jobs = ["lint", "unit", "browser", "docs"].map(
    (name) => `  ${name}-${index}:
    name: "${name} on \${{ matrix.os }}"
    if: github.event_name != 'schedule' || github.repository == 'acme/widget'
    runs-on: \${{ matrix.os }}
    strategy:
      fail-fast: false
      matrix:
        os: [ubuntu-latest, windows-latest]
        node: [20, 22, 24]
    env:
      NAME: \${{ github.event.pull_request.head.ref }}
      CACHE: \${{ hashFiles('**/package-lock.json') }}
    steps:
      - uses: actions/checkout@${pin} # v5.0.0
        with:
          persist-credentials: false
          fetch-depth: 0
      - name: Set up Node
        uses: actions/setup-node@${pin}
        with:
          node-version: \${{ matrix.node }}
          cache: npm
      - run: npm ci
      - name: Run what is to be run
        run: |
          set -euo pipefail
          # npm publish isn't among it
          for package in packages/*; do
            echo "::group::$package"
            (cd "$package" && npm run ${name} --if-present) || exit 1
            echo "::endgroup::"
          done
      - name: Say what came of it
        if: \${{ failure() && !cancelled() }}
        run: echo "\${{ matrix.os }} with $NAME" >> "$GITHUB_STEP_SUMMARY"
`,
  );
  return `name: CI ${index}\non:\n  push:\n    branches: [main]\n  pull_request:\npermissions:\n  contents: read\njobs:\n${jobs.join("")}`;
}
