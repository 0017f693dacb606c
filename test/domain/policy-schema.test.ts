import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parsePolicy, policyJsonSchema } from "../../src/domain/policy.ts";

const schema = policyJsonSchema();
const fits = new Ajv2020({ strict: false }).compile(schema);

const small = `version: 1
packages:
  - name: left-pad
    releasers: [ada, bob]
    approvals: 1
`;

describe("the policy's JSON Schema", () => {
  test("is what docs/policy.schema.json says", async () => {
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot("../../docs/policy.schema.json");
  });

  test.each([
    small,
    `${small}    maxExposure: 1h30m\n    branches: [main]\n    revoke: true\n`,
    small.replace("approvals: 1", `approvals: { count: 2, from: ["@acme/maintainers"], self: false }`),
    `version: 1\ndefaults:\n  releasers: [ada]\n  approvals: 0\npackages:\n  - name: "@acme/parser"\n  - name: left-pad\n`,
  ])("takes what the parser takes: %j", (text) => {
    expect(parsePolicy(text).ok).toBe(true);
    expect(fits(parse(text)), JSON.stringify(fits.errors)).toBe(true);
  });

  test.each([
    ["an unknown key", small.replace("releasers", "releaser")],
    ["another version", small.replace("version: 1", "version: 2")],
    ["a text where a number belongs", small.replace("approvals: 1", "approvals: one")],
    ["eleven approvals", small.replace("approvals: 1", "approvals: 11")],
    ["a time without its unit", `${small}    maxExposure: 20\n`],
    ["no packages", "version: 1\n"],
  ])("refuses %s, as the parser does", (_what, text) => {
    expect(parsePolicy(text).ok).toBe(false);
    expect(fits(parse(text))).toBe(false);
  });
});
