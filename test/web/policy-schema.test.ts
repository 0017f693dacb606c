import { expect, test } from "vitest";
import { policyJsonSchema } from "../../src/domain/policy.ts";
import { createBench } from "./bench.ts";
import { stranger } from "./visitor.ts";

test("the policy's schema is there for editors, which sign in nowhere", async () => {
  const response = await stranger(createBench()).get("/policy.schema.json");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toMatch(/^application\/json/);
  expect(await response.json()).toEqual(JSON.parse(JSON.stringify(policyJsonSchema())));
});
