import type { GitHubDocument } from "./document.ts";
import type { Schema } from "./schema.ts";

/** A schema with its references followed and its alternatives and parts laid side by side. */
function flat(document: GitHubDocument, schemas: readonly Schema[]): Schema[] {
  return schemas.flatMap((schema) => {
    const own = document.resolve(schema);
    const parts = [...(own.allOf ?? []), ...(own.anyOf ?? []), ...(own.oneOf ?? [])];
    return [own, ...flat(document, parts)];
  });
}

/** True where GitHub leaves the fields open: an object of which it names none, or to which it lets any be added. */
function isOpen(schema: Schema): boolean {
  if (schema.additionalProperties === true) return true;
  if (schema.properties !== undefined || schema.additionalProperties !== undefined) return false;
  if (schema.allOf ?? schema.anyOf ?? schema.$ref) return false;
  if (schema.type === undefined) return schema.required === undefined && schema.not === undefined;
  return [schema.type].flat().includes("object");
}

/**
 * Fields that GitHub's document doesn't name, in a value that satisfies its schema. Stricter than the schema, which
 * lets anything be added: a misspelt optional field would pass unnoticed, and code could come to rely on a field that
 * only the simulator sends. Where there are alternatives, a field of any of them is named.
 */
export function unnamedFields(document: GitHubDocument, schema: Schema, value: unknown, where: string): string[] {
  return walk(document, [schema], value, where);
}

function walk(document: GitHubDocument, schemas: readonly Schema[], value: unknown, where: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  const all = flat(document, schemas);
  if (Array.isArray(value)) {
    const items = all.flatMap((schema) => schema.items ?? []);
    return items.length === 0 ? [] : value.flatMap((item, index) => walk(document, items, item, `${where}[${index}]`));
  }
  if (all.some(isOpen)) return [];
  const maps = all.map((schema) => schema.additionalProperties).filter((map) => typeof map === "object");
  return Object.entries(value).flatMap(([key, inner]) => {
    const named = all.flatMap((schema) => (schema.properties?.[key] === undefined ? [] : [schema.properties[key]]));
    const fitting = named.length > 0 ? named : maps;
    if (fitting.length === 0) return [`${where}.${key} is not a field that GitHub's document names`];
    return walk(document, fitting, inner, `${where}.${key}`);
  });
}
