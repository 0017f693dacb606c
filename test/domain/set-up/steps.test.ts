import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkEnvironment, checkSecret } from "../../../src/domain/checks.ts";
import type { EnvironmentFacts, SecretFacts } from "../../../src/domain/facts.ts";
import type { PublisherFacts, SetUpFacts } from "../../../src/domain/set-up/facts.ts";
import { remedyOf } from "../../../src/domain/set-up/remedies.ts";
import { pathPart, shellWord } from "../../../src/domain/set-up/shell.ts";
import { isSetUp, setUpSteps } from "../../../src/domain/set-up/steps.ts";
import { bareSetUp, widget } from "../../web/bench.ts";

const anEnvironment = fc.record<EnvironmentFacts>({
  name: fc.constant("npm"),
  exists: fc.boolean(),
  id: fc.constant(9),
  adminsCanBypass: fc.constantFrom(true, false, null),
  waitTimer: fc.constantFrom(0, 30),
  requiredReviewers: fc.boolean(),
  preventSelfReview: fc.boolean(),
  branchRestricted: fc.boolean(),
  branchAllowed: fc.boolean(),
  ourRule: fc.boolean(),
  otherRules: fc.constantFrom<string[]>([], ["other-gate"]),
});
const aSecret = fc.record<SecretFacts>({
  name: fc.constant("NPM_TOKEN"),
  inEnvironment: fc.boolean(),
  elsewhere: fc.constantFrom<SecretFacts["elsewhere"]>([], ["repository"], ["organization"]),
});

function factsOf(environment: EnvironmentFacts, secret: SecretFacts): SetUpFacts {
  const [place] = bareSetUp().places;
  return {
    ...{ access: { state: "fine" }, policy: { state: "fine" }, more: 0 },
    workflows: [{ path: ".github/workflows/publish.yml", reading: { state: "fit" } }],
    places: place === undefined ? [] : [{ ...place, read: { environment, secret, reviewers: [] } }],
    tokens: [{ package: "@acme/widget", environment: "npm", keep: "until-expiry", working: 1 }],
    publishers: [],
  };
}

test("every step is done only where the decision would find nothing wrong with the place either", () => {
  fc.assert(
    fc.property(anEnvironment, aSecret, (environment, secret) => {
      const steps = setUpSteps(factsOf(environment, secret), "main");
      const decided = [checkEnvironment(environment, { gate: "rule", mode: "otp" }, "main"), checkSecret(secret)];
      const fit = decided.every(({ verdict }) => verdict === "satisfied");
      // Required reviewers alone would hold a job too; a set-up asks for our own rule.
      if (isSetUp(steps)) expect(fit).toBe(true);
      if (fit && environment.ourRule) expect(isSetUp(steps)).toBe(true);
    }),
  );
});

test("whatever isn't done says what to do, and where", () => {
  fc.assert(
    fc.property(anEnvironment, aSecret, (environment, secret) => {
      const facts = factsOf(environment, secret);
      for (const step of setUpSteps(facts, "main").filter(({ state }) => state !== "done")) {
        expect(step.text).toMatch(/\.$|\.\.$/);
        const remedy = remedyOf(step, facts, { githubUrl: "https://github.com", appId: 7, repository: widget });
        if (environment.exists) expect(remedy?.url).toMatch(/^https:\/\/github\.com\/acme\/widget\/settings\//);
      }
    }),
  );
});

describe("a package that is published without a token", () => {
  const policy = {
    name: "@acme/widget",
    mode: "trusted-stage",
    workflow: "publish.yml",
    environment: "npm's",
  } as const;
  const settings = "https://www.npmjs.com/package/@acme/widget/access";
  const site = { githubUrl: "https://github.com", appId: null, repository: widget };

  function stepsWith(standing: PublisherFacts["standing"], more: Partial<SetUpFacts> = {}) {
    const facts: SetUpFacts = {
      ...bareSetUp(),
      ...{ access: { state: "fine" }, policy: { state: "fine" }, workflows: [], places: [], tokens: [] },
      publishers: [{ policy, settings, standing, cameTrusted: null }],
      ...more,
    };
    return { facts, steps: setUpSteps(facts, "main") };
  }

  test("has no step for a token, and one for npm's trusted publisher that nobody calls done before a release proved it", () => {
    const { steps, facts } = stepsWith("unseen");
    expect(steps.map(({ id, state }) => [id, state])).toEqual([
      ["app", "done"],
      ["policy", "done"],
      ["trusted-publisher", "unseen"],
    ]);
    const step = steps.at(-1);
    expect(step?.text).toContain("the first release that goes through proves it");
    const remedy = step && remedyOf(step, facts, site);
    expect(remedy).toMatchObject({
      ...{ at: "npm", url: settings },
      commands: [
        "npm trust github @acme/widget --repo acme/widget --file publish.yml --env 'npm'\\''s' --allow-stage-publish",
      ],
    });
    // It has to be tried once, so nothing waits for it.
    expect(isSetUp(steps)).toBe(true);
    expect(stepsWith("proven").steps.at(-1)?.state).toBe("done");
  });

  test("can't have a trusted publisher before its first version is there", () => {
    const { steps, facts } = stepsWith("no-package");
    const step = steps.at(-1);
    expect([step?.state, isSetUp(steps)]).toEqual(["missing", false]);
    expect(step?.text).toContain("publish its first version by hand or in the mode `stage`");
    expect(step && remedyOf(step, facts, site)).toBeNull();
  });

  test("wants its stage approvers' tokens where the policy lets them approve from here", () => {
    const one = { package: "@acme/widget", environment: "approve", keep: "until-expiry" as const, working: 0 };
    const step = stepsWith("proven", { tokens: [{ ...one, approvesStages: true }] }).steps.at(-1);
    expect(step).toMatchObject({ id: "tokens", title: "A stage approver's npm token is on file", state: "missing" });
  });
});

describe("commands for GitHub's command line", () => {
  /** Words as a shell hands them to a program. */
  const words = (command: string): string[] =>
    execFileSync("bash", ["--norc", "-c", `gh() { printf '%s\\0' "$@"; }\n${command}`], { encoding: "utf8" })
      .split("\0")
      .slice(0, -1);

  test("words reach the program as they are, whatever is in them", () => {
    const word = fc.string({ unit: "binary", maxLength: 40 }).filter((text) => !text.includes("\0"));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 50 }), (texts) => {
        expect(words(`gh ${texts.map(shellWord).join(" ")}`)).toEqual(texts.map((text) => text.toWellFormed()));
      }),
      { numRuns: 20 },
    );
  });

  test("a name is one part of the address, whatever is in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (name) => {
        fc.pre(name.isWellFormed());
        expect(pathPart(name)).toMatch(/^[\w.~%-]+$/);
        expect(decodeURIComponent(pathPart(name))).toBe(name);
      }),
    );
  });

  test("an environment with a slash, spaces and an emoji is made with everything that it needs", () => {
    const facts = bareSetUp();
    const [place] = facts.places;
    const name = "npm / it's 🚀";
    const named: SetUpFacts = { ...facts, places: place === undefined ? [] : [{ ...place, name }] };
    const step = setUpSteps(named, "main").find(({ id }) => id === "environment");
    const remedy = step && remedyOf(step, named, { githubUrl: "https://github.com", appId: 7, repository: widget });
    const path = "repos/acme/widget/environments/npm%20%2F%20it%27s%20%F0%9F%9A%80";
    expect(remedy?.commands.map(words)).toEqual([
      [
        ...["api", "--method", "PUT", path, "-F", "wait_timer=0", "-F", "can_admins_bypass=false"],
        ...["-F", "prevent_self_review=false", "-F", "deployment_branch_policy[protected_branches]=false"],
        ...["-F", "deployment_branch_policy[custom_branch_policies]=true"],
      ],
      ["api", "--method", "POST", `${path}/deployment-branch-policies`, "-f", "name=main", "-f", "type=branch"],
      ["api", "--method", "POST", `${path}/deployment_protection_rules`, "-F", "integration_id=7"],
    ]);
  });
});
