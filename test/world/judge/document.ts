import { readFileSync } from "node:fs";
import { join } from "node:path";
import { amend } from "./overlay.ts";
import { asJsonSchema, sharedName, type Schema } from "./schema.ts";

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required: boolean;
  /** May hold slashes. */
  multiSegment: boolean;
  schema: Schema;
}

export interface Operation {
  id: string;
  method: string;
  route: string;
  enabledForGitHubApps: boolean;
  parameters: Parameter[];
  body: { required: boolean; schema: Schema } | null;
  /** Declared replies; null: without a body. */
  replies: Map<number, Schema | null>;
}

export interface GitHubDocument {
  operations: Map<string, Operation>;
  /** `event.action`, or `event` where it has no action. */
  webhooks: Map<string, Schema>;
  shared: Record<string, Schema>;
  /** The schema itself, behind any `$ref`. */
  resolve(schema: Schema): Schema;
}

interface RawBody {
  required?: boolean;
  content?: { "application/json"?: { schema: Schema } };
}
interface RawParameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  "x-multi-segment"?: boolean;
  schema: Schema;
}
interface RawOperation {
  operationId: string;
  parameters?: RawParameter[];
  requestBody?: RawBody;
  responses: Record<string, RawBody>;
  "x-github": { enabledForGitHubApps: boolean };
}
interface Raw {
  paths: Record<string, Record<string, RawOperation>>;
  "x-webhooks": Record<string, { post: { requestBody: RawBody } }>;
  components: { schemas: Record<string, Schema> };
}

const EXTRACT = join(import.meta.dirname, "openapi", "github.json");

function schemaOf(body: RawBody | undefined): Schema | null {
  const schema = body?.content?.["application/json"]?.schema;
  return schema === undefined ? null : asJsonSchema(schema);
}

function operationOf(method: string, route: string, raw: RawOperation): Operation {
  const body = schemaOf(raw.requestBody);
  return {
    id: raw.operationId,
    method: method.toUpperCase(),
    route,
    enabledForGitHubApps: raw["x-github"].enabledForGitHubApps,
    parameters: (raw.parameters ?? []).map((parameter) => ({
      name: parameter.name,
      in: parameter.in,
      required: parameter.required === true,
      multiSegment: parameter["x-multi-segment"] === true,
      schema: asJsonSchema(parameter.schema),
    })),
    body: body === null ? null : { required: raw.requestBody?.required === true, schema: body },
    replies: new Map(Object.entries(raw.responses).map(([status, reply]) => [Number(status), schemaOf(reply)])),
  };
}

/** Events whose own name has a hyphen in the document's keys, longest first, to tell event from action. */
const EVENTS = [
  "deployment-protection-rule",
  "deployment-review",
  "github-app-authorization",
  "installation-repositories",
  "installation",
  "issue-comment",
  "issues",
  "member",
  "membership",
  "organization",
  "ping",
  "push",
  "repository",
  "workflow-job",
  "workflow-run",
];

function webhookName(key: string): string {
  const event = EVENTS.find((name) => key === name || key.startsWith(`${name}-`));
  if (event === undefined) throw new Error(`Webhook ${key} is of an event that document.ts doesn't list.`);
  const action = key.slice(event.length + 1);
  return [event, action]
    .filter((part) => part !== "")
    .join(".")
    .replaceAll("-", "_");
}

/** GitHub's document as committed, with the additions of `overlay.ts`, as JSON Schema. About 20 ms. */
export function readDocument(): GitHubDocument {
  const raw = JSON.parse(readFileSync(EXTRACT, "utf8")) as Raw;
  amend(raw);
  const shared = Object.fromEntries(
    Object.entries(raw.components.schemas).map(([name, schema]) => [name, asJsonSchema(schema)]),
  );
  const all = Object.entries(raw.paths).flatMap(([route, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationOf(method, route, operation)),
  );
  const webhooks = Object.entries(raw["x-webhooks"]).map(([key, { post }]): [string, Schema] => [
    webhookName(key),
    schemaOf(post.requestBody) ?? {},
  ]);
  return {
    operations: new Map(all.map((operation) => [operation.id, operation])),
    webhooks: new Map(webhooks),
    shared,
    resolve: function resolve(schema): Schema {
      if (schema.$ref === undefined) return schema;
      const target = shared[sharedName(schema.$ref)];
      if (target === undefined) throw new Error(`${schema.$ref} points nowhere.`);
      return resolve(target);
    },
  };
}
