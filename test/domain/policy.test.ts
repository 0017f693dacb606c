import { readFileSync } from "node:fs";
import fc from "fast-check";
import { stringify } from "yaml";
import { describe, expect, test } from "vitest";
import { Refusal } from "../../src/domain/errors.ts";
import { findPackage, parseOrganization, parsePolicy, policyJsonSchema } from "../../src/domain/policy.ts";
import type { Policy } from "../../src/domain/policy-types.ts";

const small = `version: 1
packages:
  - name: left-pad
    releasers: [ada, bob]
    approvals: 1
`;

function read(text: string): Policy {
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.policy;
}

/** Problems as `line:column key: text`. */
function problems(text: string): string[] {
  const parsed = parsePolicy(text);
  return parsed.ok ? [] : parsed.problems.map((one) => `${one.line}:${one.column} ${one.key}: ${one.text}`);
}

/** Problems of the smallest policy with one more line in its package. */
const withLine = (line: string): string[] => problems(`${small}    ${line}\n`);

describe("a policy", () => {
  test("needs little, and the rest has safe defaults", () => {
    const ada = { kind: "person", login: "ada" };
    const bob = { kind: "person", login: "bob" };
    expect(read(small).packages).toEqual([
      {
        name: "left-pad",
        workflow: "publish.yml",
        environment: "publish",
        secret: "NPM_TOKEN",
        mode: "otp",
        releasers: [ada, bob],
        approvals: { count: 1, from: [ada, bob], self: false },
        branches: [],
        remove: "job-completed",
        maxExposureSeconds: 1200,
        revoke: false,
        gate: "rule",
        reviewers: "allow",
        secondBuild: false,
        dispatchAs: "app",
        token: { maxDays: 90, keep: "until-expiry", bypass2fa: null },
      },
    ]);
    expect(read(small).warnings).toEqual({ hour: 9, zone: "UTC", to: null });
  });

  test("may say everything", () => {
    const [one] = read(`version: 1
packages:
  - name: "@acme/parser"
    workflow: release.yaml
    environment: npm production
    secret: acme_token
    mode: trusted-stage
    releasers: ["@acme/core-team", octo_acme]
    approvals: { count: 2, from: [ada, bob, "@acme/security"], self: true }
    branches: [main, release/1.x]
    remove: job-started
    maxExposure: 1h30m
    revoke: true
    gate: before-dispatch
    reviewers: github-only
    dispatchAs: person
    registry: http://127.0.0.1:4873/npm/
`).packages;
    expect(one).toMatchObject({
      secret: "ACME_TOKEN",
      maxExposureSeconds: 5400,
      releasers: [
        { kind: "team", org: "acme", slug: "core-team" },
        { kind: "person", login: "octo_acme" },
      ],
      approvals: { count: 2, self: true },
      registry: "http://127.0.0.1:4873/npm/",
    });
  });

  test("fills each package from `defaults`, whose keys a package replaces whole", () => {
    const { packages } = read(`version: 1
defaults:
  releasers: [ada]
  approvals: { count: 2, from: ["@acme/all"] }
  environment: npm
packages:
  - name: one
  - name: two
    environment: other
    approvals: { self: true }
`);
    expect(packages[0]).toMatchObject({ environment: "npm", approvals: { count: 2, self: false } });
    expect(packages[1]).toMatchObject({ environment: "other", approvals: { count: 1, self: true } });
    expect(packages[1]?.approvals.from).toEqual([{ kind: "person", login: "ada" }]);
  });

  test("expects local publishing in somebody's name for a while, where it says so and `false` doesn't take it back", () => {
    const text = `version: 1
defaults:
  releasers: [ada]
  approvals: 0
  localPublishing: { by: ada, reason: The old line by hand., until: 2027-01-31 }
packages:
  - name: one
  - name: two
    localPublishing: false
`;
    const word = { by: "ada", reason: "The old line by hand.", until: "2027-01-31", publishers: null };
    const { packages } = read(text);
    expect(packages.map(({ localPublishing }) => localPublishing)).toEqual([word, undefined]);
    expect(withLine("localPublishing: { by: ada, reason: By hand now., untill: 2027-01-31 }")).toEqual([
      "6:5 packages[0].localPublishing.until: `until` is missing: write the last day that it holds, like `2027-01-31`.",
      "6:55 packages[0].localPublishing.untill: there is no key `untill` here. Did you mean `until`?",
    ]);
    expect(withLine("localPublishing: true")[0]).toContain("write `by`, `reason` and `until` below `localPublishing`");
    expect(withLine('localPublishing: { by: "@acme/all", reason: By hand now., until: 2027-02-30 }').length).toBe(2);
  });

  test("tells a fault in `defaults` once, where it stands", () => {
    const text =
      "version: 1\ndefaults:\n  name: x\n  mode: otpp\n  releasers: [ada, bob]\n  approvals: 1\npackages: [{name: a}, {name: b}]\n";
    expect(problems(text)).toEqual([
      "3:3 defaults.name: a package's name stands in `packages`, not in `defaults`.",
      "4:9 defaults.mode: write `otp`, `stage`, `trusted-stage` or `trusted`.",
    ]);
  });

  test("says where a key is missing and what to add", () => {
    expect(problems("packages:\n  - releasers: [ada]\n")).toEqual([
      "1:1 version: `version` is missing: add `version: 1`.",
      "2:5 packages[0].name: `name` is missing: add the package's name, as in its `package.json`.",
      "2:5 packages[0].approvals: `approvals` is missing: say how many people have to approve (`approvals: 1`), here or in `defaults`.",
    ]);
    for (const text of ["", "# nothing", "null"])
      expect(problems(text)).toEqual(["1:1 : the file is empty: write `version: 1` and a list of `packages`."]);
  });

  test("suggests the key that was meant, and lists the keys where nothing is near", () => {
    expect(withLine("enviroment: x")).toEqual([
      "6:5 packages[0].enviroment: there is no key `enviroment` here. Did you mean `environment`?",
    ]);
    expect(withLine("max-exposure: 5m")[0]).toContain("Did you mean `maxExposure`?");
    expect(problems(`${small}colour: red\n`)).toEqual([
      "6:1 colour: there is no key `colour` here. Known keys are `version`, `defaults`, `packages`, `warnings` and `doctor`.",
    ]);
    expect(problems(small.replace("1\n", "1\n__proto__: 1\n"))[0]).toContain("there is no key `__proto__` here");
  });

  test("asks things of tokens: each key of `token` is inherited for itself, and a reason is more than a yes", () => {
    const [one] = read(`version: 1
defaults: { releasers: [ada, bob], approvals: 1, token: { maxDays: 30, bypass2fa: the mirror has no second factor } }
packages: [{ name: left-pad, token: { keep: never } }]
`).packages;
    expect(one?.token).toEqual({ maxDays: 30, keep: "never", bypass2fa: "the mirror has no second factor" });
    expect(withLine("token: { bypass2fa: true }")[0]).toContain("write `false`, or the reason");
    expect(withLine("token: { maxDays: 91 }")[0]).toContain("npm lets no publishing token live longer than 90 days");
    expect(withLine("token: { maxdays: 9 }")[0]).toContain("Did you mean `maxDays`?");
    expect(problems(`${small}warnings: { zone: Europe/Nowhere }\n`)[0]).toContain("is not a time zone");
    expect(problems(`${small}warnings: { hour: 24 }\n`)[0]).toContain("from 0 to 23");
  });

  test("is not needed where an organisation only says what it asks of all", () => {
    const text = "version: 1\ndefaults: { revoke: true, releasers: [x], token: { maxDays: 7, bypass2fa: false } }\n";
    expect(parseOrganization(text)).toEqual({
      ok: true,
      organization: { token: { maxDays: 7, bypass2fa: null }, revoke: true, levels: {} },
    });
    expect(parseOrganization("version: 1\n")).toEqual({
      ok: true,
      organization: { token: {}, revoke: false, levels: {} },
    });
    expect(parseOrganization("version: 1\ndefaults: { token: { maxDays: 0 } }\n")).toMatchObject({ ok: false });
    expect(parseOrganization("nonsense")).toMatchObject({ ok: false });
  });

  test.each([
    ["mode: otpp", "6:11 packages[0].mode: write `otp`, `stage`, `trusted-stage` or `trusted`."],
    ["revoke: yes", "6:13 packages[0].revoke: write `true` or `false`; `yes` and `no` are texts in YAML 1.2."],
    ["maxExposure: 20", "6:18 packages[0].maxExposure: write a time with its unit, like `20m`."],
    ["maxExposure: soon", "6:18 packages[0].maxExposure: `soon` is not a time: write it like `20m` or `1h30m`."],
    ["maxExposure: 7h", "6:18 packages[0].maxExposure: `7h` is out of range: write a time between `1m` and `6h`."],
    [
      "secret: GITHUB_X",
      "6:13 packages[0].secret: GitHub keeps names that begin with `GITHUB_` for itself: choose another.",
    ],
    ["secret: 1X", "6:13 packages[0].secret: `1X` begins with a digit, which GitHub refuses: begin with a letter."],
    [
      "secret: A-B",
      "6:13 packages[0].secret: `A-B` is not a secret's name: use letters, digits and `_`, e.g. `NPM_TOKEN`.",
    ],
    [
      "workflow: a/b.yml",
      "6:15 packages[0].workflow: write only the file's name below `.github/workflows/`, e.g. `publish.yml`.",
    ],
    [
      "workflow: publish",
      "6:15 packages[0].workflow: `publish` is not a workflow file: its name ends in `.yml` or `.yaml`.",
    ],
    ["environment: ..", "6:18 packages[0].environment: an environment can't be called `.` or `..`."],
    [
      'environment: "a\\tb"',
      "6:18 packages[0].environment: an environment's name has no control or invisible characters.",
    ],
    ['environment: "\\ud800"', "6:18 packages[0].environment: it holds half a character: type it again."],
    [
      "branches: [release/*]",
      "6:16 packages[0].branches[0]: `release/*` is a pattern, and patterns aren't read here: name each branch.",
    ],
    ["branches: [refs/heads/main]", "6:16 packages[0].branches[0]: write the branch without `refs/heads/`: `main`."],
    ["branches: [a..b]", "6:16 packages[0].branches[0]: `a..b` is not a branch's name."],
    ["branches: [a, a]", "6:15 packages[0].branches: a branch is named twice: name each once."],
  ])("refuses a value with what to write instead: %s", (line, said) => {
    expect(withLine(line)).toEqual([said]);
  });

  test.each([
    "ftp://x.example",
    "http://x.example",
    "http://localhost:x@evil.example/",
    "x.example",
    "https://x.example/?a=1",
  ])("refuses %s as a registry", (address) => {
    expect(withLine(`registry: "${address}"`)).toHaveLength(1);
  });

  test("doesn't repeat a password that stands in the registry's address", () => {
    const [said] = withLine("registry: https://ada:hunter2@registry.example/");
    expect(said).toContain("leave name and password out");
    expect(said).not.toContain("hunter2");
  });

  test.each([
    ["'@ada'", "`@\u200bada` is a login with an @: write `ada`"],
    ["acme/core", '`acme/core` lacks its @: write the team as `"@acme/core"`, in quotes.'],
    ["'dependabot[bot]'", "`dependabot[bot]` is an app, and only people release and approve"],
    ["ada@example.com", "looks like an e-mail address"],
    ["123", "put a login of digits only in quotes"],
    ["a--b", "is neither a GitHub login (`alice`) nor a team"],
    ["-a", "is neither a GitHub login (`alice`) nor a team"],
  ])("refuses %s among people, saying how to write it", (one, said) => {
    expect(problems(small.replace("ada", one))[0]).toContain(said);
  });

  test("names each person once, in any case of letters", () => {
    expect(problems(small.replace("bob", "ADA"))).toEqual([
      "4:22 packages[0].releasers[1]: `ada` is named twice: name each once.",
    ]);
  });

  test("lists each package once; two may share an environment", () => {
    const other = "  - name: other\n    releasers: [ada, bob]\n    approvals: 1\n";
    expect(problems(small + other)).toEqual([]);
    expect(problems(small + other.replace("other", "left-pad"))).toEqual([
      "6:11 packages[1].name: `left-pad` is listed twice: list each package once.",
    ]);
  });

  test.each([
    ["[ada]", "1", "`ada` is the only releaser and the only approver"],
    ["[ada]", "{ count: 1, from: [Ada] }", "`Ada` is the only releaser and the only approver"],
    ["[ada, bob]", "2", "it asks for 2 approvals, but at most 1 of the people in `from` can give one"],
    ["['@acme/core']", "{ count: 3, from: [ada, bob] }", "at most 2 of the people"],
  ])("refuses a count that releases by %s could never reach: %s", (releasers, approvals, said) => {
    const [first] = problems(small.replace("[ada, bob]", releasers).replace("approvals: 1", `approvals: ${approvals}`));
    expect(first).toMatch(/^5:5 packages\[0\]\.approvals: /);
    expect(first).toContain(said);
  });

  test.each([
    ["[ada]", "{ self: true }"],
    ["[ada]", "0"],
    ["[ada, bob]", "{ count: 1, from: [bob] }"],
    ["['@acme/core']", "5"],
    ["[ada]", "{ count: 4, from: [ada, '@acme/core'] }"],
  ])("takes a count that can be reached: %s, %s", (releasers, approvals) => {
    expect(problems(small.replace("[ada, bob]", releasers).replace("approvals: 1", `approvals: ${approvals}`))).toEqual(
      [],
    );
  });

  test.each(["Left Pad", ".x", "_x", "@acme", "acme/x", "node_modules", "@acme/.x", "a".repeat(215), "ünï"])(
    "refuses %s as a package's name",
    (name) => {
      expect(problems(small.replace("left-pad", JSON.stringify(name)))).toHaveLength(1);
    },
  );

  test.each(["@acme/_x", "a.b_c-d", "JSONStream", "@a-b/c", "7zip"])("takes %s as a package's name", (name) => {
    expect(problems(small.replace("left-pad", JSON.stringify(name)))).toEqual([]);
  });

  test("is never a wall of words: fifty problems at most, none with markup that escapes", () => {
    const keys = Array.from({ length: 300 }, (_, index) => `"\`@all\`${index}": 1`).join("\n");
    const parsed = parsePolicy(keys);
    if (parsed.ok) throw new Error("read");
    expect(parsed.problems).toHaveLength(50);
    for (const { key, text } of parsed.problems) {
      expect(key).not.toContain("`");
      expect(text).not.toMatch(/@[a-z]/);
    }
  });

  test("never throws, and never passes with a problem", () => {
    const word = fc.constantFrom(
      "version",
      "packages",
      "name",
      "releasers",
      "approvals",
      "defaults",
      "x",
      "1",
      "true",
      "[",
      "]",
      ": ",
      "\n",
      "  ",
      "- ",
    );
    fc.assert(
      fc.property(
        fc.array(word).map((words) => words.join("")),
        (text) => {
          const parsed = parsePolicy(text);
          if (!parsed.ok) expect(parsed.problems.length).toBeGreaterThan(0);
        },
      ),
    );
  });

  test("reads back what was written", () => {
    const login = fc.stringMatching(/^[a-z][a-z\d]{0,8}$/);
    const one = fc.record({
      name: fc.stringMatching(/^[a-z][a-z\d-]{0,20}$/),
      releasers: fc.uniqueArray(login, { minLength: 1, maxLength: 4 }),
      approvals: fc.record({ count: fc.nat(10), from: fc.constant(["@acme/core"]), self: fc.boolean() }),
      environment: fc.stringMatching(/^[a-z][a-z \d]{0,10}[a-z]$/),
      revoke: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.uniqueArray(one, { minLength: 1, maxLength: 4, selector: ({ name }) => name }), (packages) => {
        const policy = read(stringify({ version: 1, packages }, { aliasDuplicateObjects: false }));
        expect(policy.packages).toMatchObject(
          packages.map(({ name, environment, revoke, approvals, releasers }) => ({
            name,
            environment,
            revoke,
            approvals: { ...approvals, from: [{ kind: "team", org: "acme", slug: "core" }] },
            releasers: releasers.map((who) => ({ kind: "person", login: who })),
          })),
        );
      }),
    );
  });
});

describe("finding a package", () => {
  const two = read(`${small}  - name: "@acme/parser"\n    releasers: [ada, bob]\n    approvals: 1\n`);

  test("needs no name where there is one package, and a name where there are several", () => {
    expect(findPackage(read(small))).toMatchObject({ name: "left-pad" });
    expect(findPackage(two, "@acme/parser")).toMatchObject({ name: "@acme/parser" });
    const refused = findPackage(two);
    expect(refused).toBeInstanceOf(Refusal);
    expect((refused as Refusal).message).toBe(
      "The policy names several packages: say which one, `left-pad` or `@acme/parser`.",
    );
  });

  test("suggests the package that was meant, and breaks mentions", () => {
    expect((findPackage(two, "leftpad") as Refusal).message).toBe(
      "The policy doesn't name a package `leftpad`. Did you mean `left-pad`?",
    );
    expect((findPackage(two, "@everyone") as Refusal).message).toBe(
      "The policy doesn't name a package `@\u200beveryone`. It names `left-pad` and `@acme/parser`.",
    );
  });
});

describe("the policy's JSON Schema", () => {
  test("describes every key, and asks only for what `defaults` can't give", () => {
    const schema = policyJsonSchema() as {
      properties: {
        packages: {
          items: { required: string[]; properties: Record<string, { description?: string; default?: unknown }> };
        };
      };
    };
    const { required, properties } = schema.properties.packages.items;
    expect(required).toEqual(["name"]);
    for (const [key, property] of Object.entries(properties)) expect(property.description, key).toBeTruthy();
    expect(properties["maxExposure"]?.default).toBe("20m");
    expect(properties["secret"]?.default).toBe("NPM_TOKEN");
  });

  test("is what docs/policy.md says of each key", () => {
    const page = readFileSync(new URL("../../docs/policy.md", import.meta.url), "utf8");
    const rows = page.split("\n").filter((line) => line.startsWith("| `"));
    const told = rows.map((row) => row.split(" | ")).map(([key, , what]) => [key?.slice(3, -1), what?.slice(0, -2)]);
    const { properties } = (policyJsonSchema() as SchemaOf<"packages", { items: Described }>).properties.packages.items;
    const approvals = properties["approvals"]?.anyOf?.find((one) => one.properties !== undefined)?.properties ?? {};
    const own = properties["token"]?.properties ?? {};
    const stages = properties["stageApproval"]?.properties ?? {};
    const { warnings } = (policyJsonSchema() as SchemaOf<"warnings", Described>).properties;
    const { doctor } = (policyJsonSchema() as SchemaOf<"doctor", Described>).properties;
    const wanted = [
      ...Object.entries(doctor.properties).map(([key, { description }]) => [`doctor.${key}`, description]),
      ...Object.entries(properties).map(([key, { description }]) => [key, description]),
      ...Object.entries(own).map(([key, { description }]) => [`token.${key}`, description]),
      ...Object.entries(stages).map(([key, { description }]) => [`stageApproval.${key}`, description]),
      ...Object.entries(warnings.properties).map(([key, { description }]) => [`warnings.${key}`, description]),
      ...Object.entries(approvals).map(([key, { description }]) => [`approvals.${key}`, description]),
    ];
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(wanted));
  });

  test("isn't all that the page shows: its examples are read", () => {
    const page = readFileSync(new URL("../../docs/policy.md", import.meta.url), "utf8");
    const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text ?? "");
    expect(examples.length).toBeGreaterThan(1);
    for (const example of examples) expect(problems(example)).toEqual([]);
  });
});

interface Described {
  properties: Record<string, { description?: string; anyOf?: Array<Partial<Described>> } & Partial<Described>>;
}

type SchemaOf<Key extends string, Value> = { properties: Record<Key, Value> };
