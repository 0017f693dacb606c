import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { openApi } from "../../src/web/api/openapi.ts";

interface Operation {
  responses: Record<string, { content?: { "application/json"?: { schema: object } } }>;
}

const document = openApi() as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
};

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
addFormats.default(ajv);
const within = (schema: object): object =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', '"api#/$defs/')) as object;
ajv.addSchema({ $id: "api", $defs: within(document.components.schemas) });

/** A schema of the document, ready to check values; throws where JSON Schema doesn't know a word of it. */
export function compiled(schema: object): (value: unknown) => string[] {
  const validate = ajv.compile(within(schema));
  return (value) =>
    validate(value) ? [] : (validate.errors ?? []).map((one) => `${one.instancePath} ${one.message ?? ""}`);
}

/** What the document says an answer of a route looks like, compiled; null: it has no body. */
export function answerCheck(method: string, path: string, status: number): ((body: unknown) => string[]) | null {
  const operation = document.paths[path]?.[method.toLowerCase()];
  const response = operation?.responses[status];
  if (response === undefined) return compiled({ $ref: "#/components/schemas/Problem" });
  const schema = response.content?.["application/json"]?.schema;
  return schema === undefined ? null : compiled(schema);
}

/** The document's path that an address belongs to; null: none. */
export function pathOf(address: string): string | null {
  const { pathname } = new URL(address, "http://api");
  const parts = pathname.split("/");
  const fits = (path: string): boolean => {
    const own = path.split("/");
    return own.length === parts.length && own.every((part, index) => part.startsWith("{") || part === parts[index]);
  };
  // `/token-places/key` is itself before it is anything's id.
  return (
    Object.keys(document.paths)
      .toSorted((one, other) => one.split("{").length - other.split("{").length)
      .find(fits) ?? null
  );
}
