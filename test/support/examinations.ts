import type { Examination } from "../../src/desk/doctor/types.ts";
import { judge } from "../../src/domain/doctor/report.ts";
import type { DoctorPolicy, Finding, Unchecked } from "../../src/domain/doctor/report.ts";
import { rules } from "../../src/domain/doctor/rules.ts";

type Examined = Extract<Examination, { state: "examined" }>;

const at = new Date("2026-11-23T10:00:00Z");
const path = ".github/workflows/publish.yml";

function examined(
  findings: Finding[],
  unchecked: Unchecked[],
  policy: DoctorPolicy = { levels: {}, waivers: [] },
): Examined {
  const told = new Set([...findings, ...unchecked].map(({ rule }) => rule));
  return {
    ...{ state: "examined", sha: "a".repeat(40), at, packages: ["@acme/widget"] },
    report: judge(findings, unchecked, policy, at),
    kept: rules.map(({ id }) => id).filter((id) => !told.has(id)),
  };
}

/** Every rule is kept. */
export const clean: Examined = examined([], []);

const pin = `--- a/${path}
+++ b/${path}
@@ -8,5 +8,5 @@
     runs-on: ubuntu-latest
     environment: npm
     steps:
-      - uses: actions/checkout@v5
+      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
       - run: npm publish
`;

const findings: Finding[] = [
  {
    ...{ rule: "standing-secret", where: null, subject: "NPM_TOKEN" },
    text: "A secret `NPM_TOKEN` exists in the repository; GitHub would use it silently.",
    mend: {
      text: "Delete it, and revoke the npm token that was in it.",
      command: "gh secret delete NPM_TOKEN --repo acme/widget",
    },
  },
  {
    ...{ rule: "admin-bypass", where: null, subject: "npm" },
    text: "Administrators may bypass the rules of `npm`.",
    mend: { text: "Switch off *Allow administrators to bypass configured protection rules*." },
  },
  {
    ...{ rule: "pinned-actions", where: { path, line: 11 }, subject: null },
    text: "`actions/checkout@v5` is a tag, which can be moved.",
    mend: { text: "Write the full commit, with the version as a comment.", diff: pin },
  },
  ...[14, 19].map((line): Finding => ({
    ...{ rule: "template-injection", where: { path, line }, subject: null },
    text: "`${{ inputs.version }}` is put into a script before the shell reads it.",
    mend: { text: 'Hand it over in `env:` and use the variable: `run: npm version "$VERSION"`.' },
  })),
  {
    ...{
      rule: "runner",
      where: { path: ".github/workflows/nightly-with-a-rather-long-name.yml", line: 7 },
      subject: null,
    },
    text: "It runs on `self-hosted`.",
    mend: { text: "Use a runner of GitHub's." },
  },
  {
    ...{ rule: "concurrency", where: { path, line: 1 }, subject: null },
    text: "There is no `concurrency`.",
    mend: { text: "Add `concurrency: { group: publish, cancel-in-progress: false }`." },
  },
  {
    ...{ rule: "package-exists", where: null, subject: "@acme/fresh" },
    text: "`@acme/fresh` isn't on the registry.",
    mend: { text: "Publish the first version by hand (see [publishing locally](../local-publishing.md))." },
  },
  {
    ...{ rule: "releaser-tokens", where: null, subject: "carol" },
    text: "carol has no npm token that works.",
    mend: { text: "carol seals one.", command: "countersign token add --package @acme/widget" },
  },
  {
    ...{ rule: "fit-workflow", where: { path, line: 6 }, subject: null },
    text: "The job `publish` has a `strategy`: one job has to reach the environment.",
    mend: { text: "Take the `strategy` out; [what a workflow has to be](../policy.md#what-the-workflow-has-to-be)." },
  },
];

const unchecked: Unchecked[] = [
  {
    rule: "impostor-commit",
    why: "`acme-private/setup` isn't shown to Countersign: whose commit it is can't be told.",
  },
  { rule: "publisher", why: "The registry doesn't answer at the moment." },
];

/** Of everything something: what blocks, warns, is waived, was waived, couldn't be looked at. */
export const manyFindings: Examined = examined(findings, unchecked, {
  levels: { concurrency: "block" },
  waivers: [
    { rule: "runner", path: null, by: "bob", reason: "the machine is wiped each night", until: "2027-01-31" },
    { rule: "concurrency", path, by: "carol", reason: "after the conference", until: "2026-11-20" },
  ],
});

/** Nothing but what is waived, and what nobody could look at. */
export const waivedOnly: Examined = examined(
  findings.filter(({ rule }) => rule === "runner"),
  unchecked,
  {
    levels: {},
    waivers: [{ rule: "runner", path: null, by: "bob", reason: "it is wiped each night", until: "2027-01-31" }],
  },
);

/** The policy can't be used. */
export const withoutPolicy: Examination = {
  state: "no-policy",
  why: "`.github/countersign.yml` can't be used:\n- line 3, `defaults.releaser`: there is no key `releaser` here.",
};
