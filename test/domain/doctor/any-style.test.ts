import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { checkOtherWorkflow, checkWorkflow, calledWorkflows } from "../../../src/domain/doctor/workflow/check.ts";
import { readCases, usual } from "./read-cases.ts";
import type { Case } from "./read-cases.ts";

const path = ".github/workflows/publish.yml";
const cases = [...readCases("clean/*.yml"), ...readCases("faulty/*.yml")].filter(
  ({ name }) => name !== "faulty/tab-in-yaml",
);

type Table = Record<string, unknown>;

const style = fc.record({
  one: fc.constantFrom(...cases),
  indent: fc.integer({ min: 1, max: 8 }),
  quotes: fc.constantFrom("PLAIN", "QUOTE_DOUBLE", "QUOTE_SINGLE"),
  collections: fc.constantFrom("any", "block", "flow"),
  ends: fc.constantFrom("\n", "\r\n"),
  turned: fc.boolean(),
  prefix: fc.constantFrom("", "a-", "Job_"),
});

/** The same workflow, with its jobs under other names, its keys in another order, and written in another way. */
function rewritten({
  one,
  indent,
  quotes,
  collections,
  ends,
  turned,
  prefix,
}: typeof style extends fc.Arbitrary<infer T> ? T : never): string {
  const root = parse(one.text) as Table;
  const text = stringify(renamed(turned ? (turnedAround(root) as Table) : root, prefix), {
    ...{ indent, lineWidth: 0, aliasDuplicateObjects: false },
    defaultStringType: quotes as "PLAIN",
    defaultKeyType: "PLAIN",
    collectionStyle: collections as "any",
  });
  return text.replaceAll("\n", ends);
}

/** Tables with their keys the other way around; the jobs, too. */
function turnedAround(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turnedAround);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, one]) => [key, turnedAround(one)]),
  );
}

function renamed(root: Table, prefix: string): Table {
  const jobs = (root["jobs"] ?? {}) as Record<string, Table>;
  const inNeeds = (value: unknown): unknown =>
    typeof value === "string" ? `${prefix}${value}` : Array.isArray(value) ? value.map(inNeeds) : value;
  const inTexts = (value: unknown): unknown => {
    if (typeof value === "string") return value.replaceAll(/\bneeds\.(?=\w+\.)/g, `needs.${prefix}`);
    if (Array.isArray(value)) return value.map(inTexts);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inTexts(one)]));
  };
  const entries = Object.entries(jobs).map(([key, job]): [string, unknown] => {
    const needs = job["needs"] === undefined ? {} : { needs: inNeeds(job["needs"]) };
    return [`${prefix}${key}`, { ...(inTexts(job) as Table), ...needs }];
  });
  return { ...root, jobs: Object.fromEntries(entries) };
}

const rulesOf = ({ place, called }: Case, text: string): string[] =>
  [...new Set(checkWorkflow({ path, text }, place, { called }).findings.map(({ rule }) => rule))].toSorted();

describe("a workflow", () => {
  test("breaks the same rules however it is written: names, order, indentation, quotes, flow, line ends", () => {
    fc.assert(
      fc.property(style, (way) => {
        const text = rewritten(way);
        const expected = [...new Set(way.one.expected.map((line) => line.split(" ")[1] ?? ""))].toSorted();
        expect(rulesOf(way.one, text), text).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });

  const all = (text: string): string[] => [
    ...checkWorkflow({ path, text }, usual).findings.map(({ text: said }) => said),
    ...checkOtherWorkflow({ path, text }, [usual]).findings.map(({ text: said }) => said),
    ...calledWorkflows({ path, text }).map(({ uses }) => uses),
  ];

  test("of any bytes is answered, with a sentence", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary", maxLength: 300 }), fc.string({ maxLength: 300 })), (text) => {
        expect(all(text).length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  test("of any shape is answered", () => {
    const key = fc.constantFrom(
      ..."on jobs a b steps run uses with env if needs permissions environment name shell secrets strategy matrix concurrency defaults outputs workflow_dispatch inputs runs-on persist-credentials".split(
        " ",
      ),
    );
    const leaf = fc.oneof(
      fc.constantFrom(
        "npm",
        "npm publish",
        "${{ secrets.NPM_TOKEN }}",
        "${{ env.A }}",
        "actions/checkout@v5",
        "always()",
        "write-all",
        "inherit",
        "push",
        "${{",
        "' \" `",
      ),
      fc.constantFrom(null, true, 1, ""),
    );
    const shape = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small", maxDepth: 7 },
        leaf,
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(key, tie("value"), { maxKeys: 5 }),
      ),
    })).value;
    fc.assert(
      fc.property(fc.dictionary(key, shape, { maxKeys: 6 }), (root) => {
        const on = { workflow_dispatch: { inputs: { version: {}, tag: {} } } };
        for (const value of [
          root,
          { on, ...root },
          { on, jobs: { a: root, b: { environment: "npm", steps: [root, root] } } },
        ])
          all(stringify(value, { aliasDuplicateObjects: false }));
      }),
      { numRuns: 150 },
    );
  });

  const around = (script: string): string =>
    `on: { workflow_dispatch: { inputs: { version: {}, tag: {} } } }\njobs:\n  a:\n    environment: npm\n    steps:\n      - run: |\n${script
      .split("\n")
      .map((line) => `          ${line}`)
      .join("\n")}\n`;
  const most = 100_000;
  const fill = (part: string, size = most): string => part.repeat(Math.ceil(size / part.length));
  const nested = (depth: number): string => `${fill("[", depth)}${fill("]", depth)}`;
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghi"
    .split("")
    .map((name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${"abcdefgh"[index]}`).join(",")}]`)
    .join("\n")}\n`;

  test.each([
    ["10 MB of comments", fill("# a\n", 10_000_000)],
    ["10 MB of text", fill("a: b ", 10_000_000)],
    ["aliases that unfold to billions", bomb],
    ["brackets in brackets", `a: ${nested(most / 2)}`],
    ["lists in lists", fill("- ", most)],
    [
      "thousands of jobs",
      `on: push\njobs:\n${Array.from({ length: 1500 }, (_, index) => `  j${index}: { steps: [{ run: npm publish }] }`).join("\n")}\n`,
    ],
    ["thousands of steps", `on: push\njobs:\n  a:\n    environment: npm\n    steps:\n${fill("      - uses: a/b@c\n")}`],
    [
      "variables made of variables",
      `on: push\nenv:\n${Array.from({ length: 1500 }, (_, index) => `  A${index}: "\${{ env.A${index + 1} }}\${{ env.A${index + 2} }}"`).join("\n")}\njobs:\n  a:\n    environment: npm\n    steps: [{ run: "\${{ env.A0 }}" }]\n`,
    ],
    ...[
      "`",
      "$(",
      "(",
      "${",
      '"',
      "'",
      "\\",
      "<<a\n",
      "${{ ",
      "${{ a }}",
      "a;",
      "npm ci\n",
      "npm publish || ",
      ") ",
      "{ ",
      "bash -c '",
      "env ",
    ].map((part): [string, string] => [`a script of ${JSON.stringify(part)}`, around(fill(part))]),
  ])("of %s is answered in bounded time", (_, text) => {
    const before = performance.now();
    all(text);
    expect(performance.now() - before).toBeLessThan(20_000);
  });
});
