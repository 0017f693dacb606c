import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { checkWorkflow } from "../../../src/domain/doctor/workflow/check.ts";
import { parsePolicy } from "../../../src/domain/policy.ts";
import { managers } from "../../../src/domain/set-up/managers.ts";
import type { Manager } from "../../../src/domain/set-up/managers.ts";
import { offersOf } from "../../../src/domain/set-up/offers.ts";
import { pins, readOwnAction } from "../../../src/domain/set-up/pins.ts";
import { readPlan } from "../../../src/domain/set-up/plan.ts";
import type { Draft, Plan } from "../../../src/domain/set-up/plan.ts";
import { policyFile, workflowNameOf } from "../../../src/domain/set-up/policy-file.ts";
import { setUpScript } from "../../../src/domain/set-up/script.ts";
import { workflowFile } from "../../../src/domain/set-up/workflow-file.ts";
import type { WorkflowSite } from "../../../src/domain/set-up/workflow-file.ts";
import { readWorkflow } from "../../../src/domain/workflow.ts";
import { actionlint } from "../doctor/actionlint.ts";
import { aDraft, widget } from "../../web/bench.ts";

const site: WorkflowSite = {
  action: { repository: "acme/countersign", commit: "c".repeat(40) },
  version: "0.1.0",
  publicUrl: "https://countersign.example.com",
  githubUrl: "https://github.com",
  registry: "https://npm.example/",
};

function planOf(over: Partial<Draft> = {}): Plan {
  const read = readPlan(aDraft({ approvers: "bob", ...over }));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.plan;
}

/** One of every kind: how it installs, what publishes, one package or several. */
const kinds = (Object.keys(managers) as Manager[]).flatMap((manager) =>
  (["publish", "otp"] as const).flatMap((step) =>
    ["@acme/widget", "@acme/parser packages/parser\nleft-pad packages/left pad"].map((packages) => ({
      manager,
      mode: "otp",
      step,
      packages,
    })),
  ),
);
/** The other modes, with and without a second build; what installs and packs is as above. */
const others = (["otp", "stage", "trusted-stage", "trusted"] as const).flatMap((mode) =>
  (mode === "otp" ? ["on"] : ["", "on"]).map((secondBuild) => ({ mode, secondBuild, packages: "@acme/widget" })),
);

describe("the policy of a set-up", () => {
  const name = fc.constantFrom("alice", "bob", "yes", "12345", "@acme/team-1", "null", "a-b_corp");
  const environments = fc.oneof(
    fc.constantFrom(
      "publish",
      "npm / production",
      "📦 publish",
      "yes",
      "1.0",
      "#x",
      "a: b",
      "- x",
      "'\"`$(id)",
      "ünï/cødé",
    ),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }),
  );

  test("says what the plan says, whatever people and environments are called", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 2, maxLength: 5 }),
        environments,
        fc.boolean(),
        (people, environment, several) => {
          const read = readPlan(
            aDraft({
              packages: several ? "@acme/a a\n@acme/b b" : "@acme/a",
              releasers: people.join(", "),
              environment,
              approvers: "carol",
            }),
          );
          if (!read.ok) {
            expect(Object.keys(read.problems)).toEqual(["environment"]);
            return;
          }
          const { plan } = read;
          const policy = parsePolicy(policyFile(plan, "https://x.example"));
          if (!policy.ok) throw new Error(JSON.stringify(policy.problems));
          for (const one of policy.policy.packages) {
            expect(one.environment).toBe(environment.trim());
            expect(one.workflow).toBe(workflowNameOf(plan, one.name));
            expect(one.releasers).toHaveLength(people.length);
            expect(one.approvals).toMatchObject({ count: 1, self: false, from: [{ kind: "person", login: "carol" }] });
            const text = workflowFile(plan, one.name, site);
            expect(readWorkflow(text, one)).toMatchObject({ ok: true, job: { key: "publish", name: "Publish" } });
          }
        },
      ),
    );
  });

  test("each package has a workflow of its own, also where names differ in signs alone", () => {
    const plan = planOf({ packages: "a-b a\na.b b\n@a/b c\na-b-2 d" });
    const names = plan.packages.map(({ name: one }) => workflowNameOf(plan, one));
    expect(names).toEqual(["publish-a-b.yml", "publish-a-b-2.yml", "publish-a-b-3.yml", "publish-a-b-2-2.yml"]);
    const policy = parsePolicy(policyFile(plan, null));
    expect(policy.ok).toBe(true);
  });
});

describe("a plan that can't be used gets a sentence at its field:", () => {
  test.each<[string, Partial<Draft>, string, string]>([
    ["no package", { packages: " \n" }, "packages", "Name at least one package"],
    ["a name that npm doesn't take", { packages: "Left Pad!" }, "packages", "is not a folder"],
    ["a folder outside", { packages: "left-pad ../x" }, "packages", "is not a folder"],
    ["a package twice", { packages: "left-pad a\nleft-pad b" }, "packages", "twice"],
    ["nobody releases", { releasers: "" }, "releasers", "at least one"],
    ["an e-mail address", { releasers: "a@b.example" }, "releasers", "e-mail"],
    ["too many approvals", { approvals: "11" }, "approvals", "0 to 10"],
    ["a lone releaser who would have to approve", { approvers: "" }, "approvals", ""],
    ["a second build that nothing compares", { step: "otp", secondBuild: "on" }, "step", "compares nothing"],
    ["no environment", { environment: "" }, "environment", "name the environment"],
    ["an expression as environment", { environment: "${{ inputs.tag }}" }, "environment", "expression"],
  ])("%s", (_what, over, field, said) => {
    const read = readPlan(aDraft({ approvers: "bob", ...over }));
    expect(read.ok).toBe(false);
    if (read.ok) return;
    expect(Object.keys(read.problems)).toEqual([field]);
    expect(Object.values(read.problems)[0]?.toLowerCase()).toContain(said.toLowerCase());
  });
});

describe("the workflow of a set-up", () => {
  test.each([...kinds, ...others])("has nothing that actionlint finds: %j", async (kind) => {
    const plan = planOf(kind);
    for (const { name } of plan.packages) {
      const text = workflowFile(plan, name, site);
      expect(await actionlint(text)).toEqual([]);
    }
  });

  test.each([...kinds, ...others])("has nothing that the doctor finds, and pins all it uses: %j", (kind) => {
    const plan = planOf(kind);
    const policy = parsePolicy(policyFile(plan, null));
    if (!policy.ok) throw new Error(JSON.stringify(policy.problems));
    for (const one of policy.policy.packages) {
      const file = { path: `.github/workflows/${one.workflow}`, text: workflowFile(plan, one.name, site) };
      const { environment, secret, mode, secondBuild } = one;
      const checked = checkWorkflow(file, { environment, secret, mode, secondBuild, packages: [one.name] });
      expect(checked.findings.map(({ rule, where, text }) => `${where?.line} ${rule}: ${text}`)).toEqual([]);
      expect(checked.pins.length).toBeGreaterThan(5);
    }
  });

  test("is looked at by an actionlint that finds what is planted", async () => {
    const text = workflowFile(planOf(), "@acme/widget", site).replace("needs: pack", "needs: pakc");
    expect((await actionlint(text)).map(({ message }) => message).join()).toContain("pakc");
  });

  interface Step {
    uses?: string;
    run?: string;
    with?: Record<string, unknown>;
  }
  interface Job {
    permissions: Record<string, string>;
    environment?: string;
    needs?: string;
    steps: Step[];
  }

  test.each(kinds)("keeps what the guide and zizmor ask for: $manager, $step, $packages", (kind) => {
    const plan = planOf(kind);
    const file = parse(workflowFile(plan, plan.packages[0]?.name ?? "", site)) as {
      permissions: object;
      concurrency: object;
      jobs: Record<string, Job>;
    };
    expect(file.permissions).toEqual({});
    expect(file.concurrency).toMatchObject({ "cancel-in-progress": false });
    const { pack, publish, release, ...others } = file.jobs;
    expect(others).toEqual({});
    expect([pack?.permissions, publish?.permissions, release?.permissions]).toEqual([
      { contents: "read" },
      { "id-token": "write" },
      { contents: "write" },
    ]);
    expect([pack?.environment, publish?.environment, release?.environment]).toEqual([undefined, "npm", undefined]);
    expect([pack?.needs, publish?.needs, release?.needs]).toEqual([undefined, "pack", "publish"]);
    const steps = [pack, publish, release].flatMap((job) => job?.steps ?? []);
    for (const { uses, run, with: given } of steps) {
      if (uses !== undefined) expect(uses).toMatch(/@[0-9a-f]{40}$/);
      if (run !== undefined) expect(run).not.toContain("${{");
      if (uses?.startsWith("actions/checkout@") === true) expect(given).toMatchObject({ "persist-credentials": false });
      if (uses?.startsWith("actions/setup-node@") === true)
        expect(given).toMatchObject({ "package-manager-cache": false });
    }
    const commands = (publish?.steps ?? []).flatMap(({ run }) => run ?? []).join("\n");
    expect(commands).not.toMatch(/\b(?:npm (?:ci|install|test|run)|pnpm|yarn|corepack)\b/);
  });

  test.each(others)("has the token in token modes alone, and waits for npm where it is staged: %j", (kind) => {
    const { mode, secondBuild } = kind;
    const file = parse(workflowFile(planOf(kind), "@acme/widget", site)) as { jobs: Record<string, Job> };
    const { publish, release, again, tell } = file.jobs;
    const token = mode === "otp" || mode === "stage";
    expect(JSON.stringify(file).includes("secrets.")).toBe(token);
    expect(publish?.permissions).toEqual({ "id-token": "write" });
    const waits = release?.steps.some(({ uses }) => uses?.includes("/live@") === true);
    expect(waits).toBe(mode === "stage" || mode === "trusted-stage");
    // Code of others is never in a job that can ask for OIDC tokens.
    expect(again?.permissions).toEqual(secondBuild === "" ? undefined : { contents: "read" });
    expect(tell?.permissions).toEqual(secondBuild === "" ? undefined : { "id-token": "write" });
    expect(tell?.steps.flatMap(({ run }) => run ?? [])).toEqual(
      secondBuild === "" ? undefined : ["tar -xzf packed/*.tgz"],
    );
    expect([again?.environment, tell?.environment]).toEqual([undefined, undefined]);
  });

  test("has a blank where nobody said whose step it is, and says what belongs there", () => {
    const text = workflowFile(planOf(), "@acme/widget", { ...site, action: null });
    expect(text).toContain("uses: OWNER/countersign/action/publish@COMMIT # put owner and full commit here");
    expect(readOwnAction("acme/countersign@main")).toBeNull();
    expect(readOwnAction(`acme/countersign@${"c".repeat(40)}`)).toEqual(site.action);
  });

  test("gives gh what it takes on a GitHub of one's own", () => {
    const text = workflowFile(planOf(), "@acme/widget", { ...site, githubUrl: "https://github.acme.example" });
    expect(text).toContain('GH_HOST: "github.acme.example"\n          GH_ENTERPRISE_TOKEN: ${{ github.token }}');
    expect(workflowFile(planOf(), "@acme/widget", site)).toContain("GH_TOKEN: ${{ github.token }}");
  });

  test("pins each action of others to a full commit with its version beside it", () => {
    for (const { commit, version } of Object.values(pins)) {
      expect(commit).toMatch(/^[0-9a-f]{40}$/);
      expect(version).toMatch(/^v\d+\.\d+\.\d+$/);
    }
  });
});

describe("what is offered", () => {
  test("are links that fill in GitHub's page for a new file, letter by letter", () => {
    const branch = { ...widget, defaultBranch: "release/1.x 🚀" };
    const [policy, workflow] = offersOf(planOf(), site, branch);
    for (const offer of [policy, workflow]) {
      const link = new URL(offer?.link ?? "");
      expect(decodeURIComponent(link.pathname)).toBe("/acme/widget/new/release/1.x 🚀");
      expect(link.searchParams.get("filename")).toBe(offer?.path);
      expect(link.searchParams.get("value")).toBe(offer?.text);
      expect(link.href.length).toBeLessThan(8000);
    }
    expect([policy?.path, workflow?.path]).toEqual([".github/countersign.yml", ".github/workflows/publish.yml"]);
  });

  test("are no links where the address would be too long for servers", () => {
    const packages = Array.from({ length: 30 }, (_, at) => `@acme/${"long-".repeat(30)}${at} p${at}`).join("\n");
    const [policy] = offersOf(planOf({ packages }), site, widget);
    expect(policy?.link).toBeNull();
  });

  test("are a script that bash finds nothing wrong with, whatever is in the files", () => {
    const folder = mkdtempSync(join(tmpdir(), "countersign-script-"));
    const odd = { ...widget, name: "it's", defaultBranch: "a'b/$(id)" };
    const offers = offersOf(planOf({ environment: "$(touch x) `id` '\"" }), site, odd);
    const file = join(folder, "set-up.sh");
    writeFileSync(file, setUpScript(offers, odd, "https://github.acme.example"));
    expect(execFileSync("bash", ["--norc", "-n", file], { encoding: "utf8" })).toBe("");
    rmSync(folder, { recursive: true });
  });
});
