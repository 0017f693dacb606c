/** The part of JSON Schema that GitHub's document uses. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  nullable?: boolean;
  enum?: unknown[];
  format?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  not?: Schema;
  maxLength?: number;
}

/** Name under which ajv knows the document's shared schemas. */
export const SHARED = "github";
const LOCAL = "#/components/schemas/";

/** Key of a shared schema in a rewritten `$ref`. */
export function sharedName(ref: string): string {
  return ref.slice(SHARED.length + LOCAL.length);
}

/**
 * OpenAPI 3.0's dialect as JSON Schema that ajv takes.
 * - `nullable` also beside `$ref`, `allOf` and without a type becomes "or null" (ajv would refuse or ignore it).
 * - `oneOf` becomes `anyOf`: GitHub writes alternatives that overlap.
 */
export function asJsonSchema(schema: Schema): Schema {
  const { nullable, oneOf, $ref, ...rest } = schema;
  const out: Schema = { ...rest };
  if ($ref !== undefined) out.$ref = SHARED + $ref;
  if (rest.properties !== undefined) out.properties = mapped(rest.properties);
  if (rest.items !== undefined) out.items = asJsonSchema(rest.items);
  if (rest.not !== undefined) out.not = asJsonSchema(rest.not);
  if (typeof rest.additionalProperties === "object") out.additionalProperties = asJsonSchema(rest.additionalProperties);
  if (rest.allOf !== undefined) out.allOf = rest.allOf.map(asJsonSchema);
  const any = rest.anyOf ?? oneOf;
  if (any !== undefined) out.anyOf = any.map(asJsonSchema);
  return nullable === true ? orNull(out) : out;
}

function mapped(schemas: Record<string, Schema>): Record<string, Schema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, asJsonSchema(schema)]));
}

function orNull(schema: Schema): Schema {
  const plain = schema.anyOf === undefined && schema.allOf === undefined && schema.$ref === undefined;
  if (!plain || typeof schema.type !== "string") return { anyOf: [{ type: "null" }, schema] };
  const out: Schema = { ...schema, type: [schema.type, "null"] };
  if (schema.enum !== undefined && !schema.enum.includes(null)) out.enum = [...schema.enum, null];
  return out;
}
