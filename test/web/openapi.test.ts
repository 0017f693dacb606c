import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openApi } from "../../src/web/api/openapi.ts";
import { apiRoutes } from "../../src/web/api/routes.ts";
import { apiClient } from "./api-client.ts";
import { compiled } from "./api-document.ts";
import { createBench } from "./bench.ts";

interface Body {
  content: { "application/json": { schema: object } };
}

interface Operation {
  operationId: string;
  summary: string;
  security?: unknown[];
  parameters: Array<{ name: string; in: string; required: boolean; schema: object }>;
  requestBody?: Body;
  responses: Record<string, Partial<Body>>;
}

const document = openApi() as {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; responses: Record<string, object> };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
);
const braced = (path: string): string => path.replace(/:(\w+)/g, "{$1}");

describe("the document of the API", () => {
  test("is the one that is kept in docs", async () => {
    await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot("../../docs/openapi.json");
  });

  test("has every route of the table, and no other", () => {
    const name = ({ method, path }: { method: string; path: string }): string => `${method} ${braced(path)}`;
    expect(operations.map(name).toSorted()).toEqual(apiRoutes.map(name).toSorted());
  });

  test("says of each what it demands, what it takes and what it answers", () => {
    for (const route of apiRoutes) {
      const operation = document.paths[braced(route.path)]?.[route.method.toLowerCase()];
      expect(operation?.summary).toBe(route.what);
      expect(operation?.security).toEqual(route.demands === "nothing" ? [] : undefined);
      expect(Object.keys(operation?.responses ?? {})).toEqual([String(route.status), "default"]);
      expect(operation?.requestBody !== undefined).toBe(route.input !== null && route.method !== "GET");
      const inPath = operation?.parameters.filter((one) => one.in === "path").map(({ name }) => `{${name}}`) ?? [];
      expect(inPath).toEqual(braced(route.path).match(/\{\w+\}/g) ?? []);
    }
  });

  test("names each operation once", () => {
    const names = operations.map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][A-Za-z]+$/);
  });

  test("refers to nothing that isn't in it, and holds only schemas that JSON Schema knows", () => {
    for (const [, kind = "", name = ""] of JSON.stringify(document).matchAll(/"#\/components\/(\w+)\/(\w+)"/g))
      expect(document.components, `${kind}/${name}`).toHaveProperty(`${kind}.${name}`);
    const schemas = operations.flatMap(({ operation: { parameters, requestBody, responses } }) => [
      ...parameters.map(({ schema }) => schema),
      ...[requestBody, ...Object.values(responses)].flatMap((one) => one?.content?.["application/json"].schema ?? []),
    ]);
    expect(schemas.length).toBeGreaterThan(40);
    for (const schema of [...schemas, ...Object.values(document.components.schemas)])
      expect(() => compiled(schema)).not.toThrow();
  });

  test("is given to anybody, as JSON", async () => {
    const { status, body } = await apiClient(createBench()).send("GET", "/openapi.json");
    expect(status).toBe(200);
    expect(body).toEqual(document);
  });
});

describe("what doesn't fit the document", () => {
  const taking = apiRoutes.filter(
    ({ input, method, demands }) => input !== null && method === "POST" && demands === "person",
  );

  test.each(taking.map((route) => [`${route.method} ${route.path}`, route] as const))(
    "%s refuses with a sentence, and does nothing",
    async (_name, route) => {
      const bench = createBench();
      const api = apiClient(bench);
      const headers = await api.signIn("alice");
      const path = route.path.replace(":id", "1").replace(":channel", "x");
      await fc.assert(
        fc.asyncProperty(fc.jsonValue(), async (value) => {
          fc.pre(route.input?.safeParse(value).success === false);
          const { status, body } = await api.send("POST", path, JSON.stringify(value), {
            ...headers,
            "content-type": "application/json",
          });
          expect(status).toBe(400);
          expect(body["message"]).toMatch(/is not of the form that this API knows\.$/);
        }),
        { numRuns: 25 },
      );
      expect(bench.asked).toEqual([]);
    },
  );
});
