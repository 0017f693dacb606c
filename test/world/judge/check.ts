import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import formats from "ajv-formats";
import type { GitHubDocument } from "./document.ts";
import { SHARED, type Schema } from "./schema.ts";
import { unnamedFields } from "./unnamed.ts";

/** More than these say no more. */
const SHOWN = 4;

export interface Checker {
  /** What is wrong with a value, as sentences that begin with where it is; each schema is compiled at its first use. */
  value(schema: Schema, value: unknown, where: string): string[];
  /** The same for a value out of a path or a query, which arrives as text. */
  text(schema: Schema, value: string, where: string): string[];
}

function sentence(error: ErrorObject, where: string): string {
  const at = where + error.instancePath.replaceAll("/", ".").replace(/\.(\d+)(?=\.|$)/g, "[$1]");
  const allowed = error.keyword === "enum" ? `: ${(error.params["allowedValues"] as unknown[]).join(", ")}` : "";
  return `${at} ${error.message ?? "is wrong"}${allowed}`;
}

/** An alternative that is only "or null", and that no alternative fitted, are noise beside what failed in the others. */
function telling(errors: readonly ErrorObject[]): ErrorObject[] {
  const said = errors.filter((error) => error.keyword !== "anyOf" && error.params["type"] !== "null");
  return said.length > 0 ? said : [...errors];
}

export function createChecker(document: GitHubDocument): Checker {
  // What many schemas refer to is compiled once, not into each of them, and not polished: it runs less often than it would take.
  const cheap = { inlineRefs: false, code: { optimize: false } };
  const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false, logger: false, ...cheap });
  const addFormats = formats as unknown as (to: Ajv) => void;
  addFormats(ajv);
  ajv.addSchema({ $id: SHARED, components: { schemas: document.shared } });
  const compiled = new Map<Schema, ValidateFunction>();
  const validator = (schema: Schema): ValidateFunction => {
    const known = compiled.get(schema);
    if (known !== undefined) return known;
    const made = ajv.compile(schema);
    compiled.set(schema, made);
    return made;
  };
  const value = (schema: Schema, it: unknown, where: string): string[] => {
    const validate = validator(schema);
    if (validate(it)) return unnamedFields(document, schema, it, where);
    const all = [...new Set(telling(validate.errors ?? []).map((error) => sentence(error, where)))];
    const more = all.length > SHOWN ? [`${where} has ${all.length - SHOWN} more faults`] : [];
    return [...all.slice(0, SHOWN), ...more];
  };
  const text = (schema: Schema, it: string, where: string): string[] => {
    const readings: unknown[] = [it];
    if (/^-?\d+$/.test(it)) readings.push(Number(it));
    if (it === "true" || it === "false") readings.push(it === "true");
    const wrong = readings.map((reading) => value(schema, reading, where));
    return wrong.some((sentences) => sentences.length === 0) ? [] : (wrong.at(-1) ?? []);
  };
  return { value, text };
}
