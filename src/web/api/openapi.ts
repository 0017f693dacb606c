import { z } from "zod";
import { apiRoutes } from "./routes.ts";
import type { ApiRoute } from "./routes.ts";
import { problem } from "./schemas.ts";

type Json = Record<string, unknown>;

const dialect = "https://json-schema.org/draft/2020-12/schema";

/**
 * The API as an OpenAPI 3.1 document, made of the same table and schemas that answer: what it says of the wire is what goes over it.
 * It names no server but its own path, so it is the same everywhere.
 */
export function openApi(): Json {
  const schemas: Json = {};
  const paths: Record<string, Json> = {};
  wire(problem, "output", schemas);
  for (const route of apiRoutes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, schemas) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Countersign",
      version: "1",
      description:
        "What the pages show and do, for people's programs. Every request is made as a person: by a bearer from `POST /session`. See docs/api.md.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    jsonSchemaDialect: dialect,
    servers: [{ url: "/api/v1" }],
    security: [{ bearer: [] }],
    tags: [...new Set(apiRoutes.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).sort(([one], [other]) => (one < other ? -1 : 1))),
      securitySchemes: { bearer: { type: "http", scheme: "bearer", description: "From `POST /session`." } },
      responses: {
        Problem: {
          description: "It wasn't done. `code` is for programs, `message` a sentence for people.",
          content: { "application/json": { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
    },
  };
}

function operation(route: ApiRoute, schemas: Json): Json {
  const body = route.input === null || route.method === "GET" ? null : wire(route.input, "input", schemas);
  return {
    operationId: nameOf(route),
    summary: route.what,
    tags: [tagOf(route)],
    ...(route.demands === "nothing" ? { security: [] } : {}),
    parameters: [...pathParameters(route), ...queryParameters(route, schemas)],
    ...(body === null ? {} : { requestBody: { required: true, content: { "application/json": { schema: body } } } }),
    responses: {
      [route.status]: {
        description: route.status === 204 ? "Done." : route.status === 201 ? "Made." : "Told.",
        ...(route.answer === null
          ? {}
          : { content: { "application/json": { schema: wire(route.answer, "output", schemas) } } }),
      },
      default: { $ref: "#/components/responses/Problem" },
    },
  };
}

function pathParameters({ path }: ApiRoute): Json[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    // Repositories are named by GitHub's own id, everything else by one of ours.
    schema: name === "id" && path.startsWith("/repositories") ? { type: "integer" } : { type: "string" },
  }));
}

function queryParameters(route: ApiRoute, schemas: Json): Json[] {
  if (route.method !== "GET" || route.input === null) return [];
  const { properties = {}, required = [] } = wire(route.input, "input", schemas) as {
    properties?: Json;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
}

/** A schema as it is on the wire; what has a name of its own is put among the components. */
function wire(schema: z.ZodType, io: "input" | "output", schemas: Json): Json {
  const made = z.toJSONSchema(schema, { io, unrepresentable: "any", target: "draft-2020-12" }) as Json;
  const { $schema: _dialect, $defs = {}, ...rest } = made;
  for (const [name, definition] of Object.entries($defs as Json)) schemas[name] = plain(definition, io);
  const told = plain(rest, io);
  const name = schema.meta()?.id;
  if (name === undefined || told["$ref"] !== undefined) return told;
  schemas[name] = told;
  return { $ref: `#/components/schemas/${name}` };
}

/** References point at the components; names of schemas stay out of them. Answers may gain fields: nobody is to rely on there being no more. */
function plain(definition: unknown, io: "input" | "output"): Json {
  return JSON.parse(JSON.stringify(definition), (key, value: unknown) => {
    if (key === "additionalProperties" && value === false && io === "output") return undefined;
    if (key === "$ref" && typeof value === "string") return value.replace("#/$defs/", "#/components/schemas/");
    if (
      typeof value === "object" &&
      value !== null &&
      "id" in value &&
      typeof value.id === "string" &&
      "type" in value
    ) {
      const { id: _name, ...rest } = value;
      return rest;
    }
    return value;
  }) as Json;
}

function tagOf({ path }: Pick<ApiRoute, "path">): string {
  return path.split("/")[1] ?? "";
}

/** `getReleasesById`, `postReleasesByIdApprove`: by method and path, so that it stays while they do. */
function nameOf({ method, path }: ApiRoute): string {
  const words = path.split("/").filter((part) => part !== "");
  const camel = words.map((part) => {
    const word = part.replace(/^:/, "").replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    const named = word.charAt(0).toUpperCase() + word.slice(1);
    return part.startsWith(":") ? `By${named}` : named;
  });
  return method.toLowerCase() + camel.join("");
}
