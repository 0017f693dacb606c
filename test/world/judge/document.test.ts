import { statSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { readDocument } from "./document.ts";
import { additions } from "./overlay.ts";
import { permissions } from "./permissions.ts";
import { asJsonSchema } from "./schema.ts";
import { operations, operationsOfOthers, webhooks } from "./wanted.ts";

const document = readDocument();

test("the extract holds exactly what is wanted, and stays small", () => {
  expect([...document.operations.keys()].sort()).toEqual([...operations, ...operationsOfOthers].sort());
  expect(document.webhooks.size).toBe(webhooks.length);
  expect([...document.webhooks.keys()]).toContain("deployment_protection_rule.requested");
  expect([...document.webhooks.keys()]).toContain("installation_repositories.added");
  expect(statSync(join(import.meta.dirname, "openapi", "github.json")).size).toBeLessThan(700_000);
});

test("every reference leads somewhere", () => {
  const text = JSON.stringify([document.shared, [...document.operations.values()], [...document.webhooks.values()]]);
  const names = [...text.matchAll(/"\$ref":"github#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1] ?? "");
  expect(names.length).toBeGreaterThan(100);
  expect(names.filter((name) => document.shared[name] === undefined)).toEqual([]);
});

test("what is added to the document says where GitHub says it, and is there", () => {
  for (const { source } of additions) expect(source).not.toBe("");
  expect(document.shared["environment"]?.properties?.["can_admins_bypass"]).toEqual({ type: "boolean" });
});

test("every operation has its permission written down, and nothing else has", () => {
  expect(Object.keys(permissions).sort()).toEqual([...operations, ...operationsOfOthers].sort());
});

test.each([
  [{ type: "string", nullable: true }, [null, "a"], [1]],
  [{ type: "string", nullable: true, enum: ["a"] }, [null, "a"], ["b"]],
  [{ nullable: true, allOf: [{ type: "object", required: ["a"] }] }, [null, { a: 1 }], [{}]],
  [{ nullable: true, oneOf: [{ type: "integer" }, { type: "number" }] }, [null, 1, 1.5], ["a"]],
  [{ type: "array", items: { type: "string", nullable: true } }, [[null, "a"]], [[1], null]],
])("OpenAPI's nullable and overlapping alternatives are understood: %j", (schema, good, bad) => {
  const valid = new Ajv({ strict: false }).compile(asJsonSchema(schema));
  expect(good.map((value) => valid(value))).toEqual(good.map(() => true));
  expect(bad.map((value) => valid(value))).toEqual(bad.map(() => false));
});
