import { readFileSync } from "node:fs";
import { join } from "node:path";
import { invalid, notText } from "./errors.ts";
import { copy, jsonb } from "./values.ts";

type Scalar = "String" | "BigInt" | "Int" | "Boolean" | "DateTime" | "Json" | "Bytes" | "String[]";
interface Column {
  name: string;
  type: Scalar;
  optional: boolean;
}

/** What a table promises, as prisma/schema.prisma says. */
export interface Layout {
  name: string;
  columns: Map<string, Column>;
  /** The primary key's column. */
  key: string;
  /** Columns that are unique together, the key first. */
  unique: string[][];
  /** Column that counts by itself. */
  serial: string | null;
  references: Array<{ column: string; table: string }>;
}

const scalar = /^(String|BigInt|Int|Boolean|DateTime|Json|Bytes)(\[\])?(\?)?$/;

/** The tables of the schema, by name. */
export function readLayouts(): Map<string, Layout> {
  const text = readFileSync(join(import.meta.dirname, "../../../prisma/schema.prisma"), "utf8");
  const models = [...text.matchAll(/^model (\w+) \{\n(.*?)^\}/gms)];
  return new Map(models.map(([, name = "", body = ""]) => [name, readLayout(name, body.split("\n"))]));
}

function readLayout(name: string, lines: string[]): Layout {
  const layout: Layout = { name, columns: new Map(), key: "", unique: [], serial: null, references: [] };
  for (const line of lines.map((each) => each.trim())) {
    const together = /^@@unique\(\[([^\]]+)\]\)/.exec(line)?.[1];
    if (together !== undefined) layout.unique.push(together.split(/, */));
    const reference = /@relation\(fields: \[(\w+)\]/.exec(line)?.[1];
    const [column = "", type = ""] = line.split(/ +/);
    if (reference !== undefined) layout.references.push({ column: reference, table: type });
    else if (/^\w/.test(line)) addColumn(layout, column, type, line);
  }
  if (layout.key === "") throw new Error(`${name} has no key that this can read.`);
  return layout;
}

function addColumn(layout: Layout, name: string, written: string, line: string): void {
  const [, type, list, optional] = scalar.exec(written) ?? [];
  if (type === undefined) return;
  const of = `${type}${list ?? ""}` as Scalar;
  layout.columns.set(name, { name, type: of, optional: optional !== undefined || list !== undefined });
  if (line.includes("@id")) {
    layout.key = name;
    layout.unique.unshift([name]);
  } else if (line.includes("@unique")) layout.unique.push([name]);
  if (line.includes("autoincrement()")) layout.serial = name;
}

/**
 * The values as columns keep them: copies; what is undefined isn't given.
 * @throws what Prisma does where a column isn't there or a value doesn't fit
 */
export function columnsOf(layout: Layout, values: object): Record<string, unknown> {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([name, value]: [string, unknown]) => {
      const column = layout.columns.get(name);
      if (column === undefined) throw invalid(`${layout.name} has no column ${name}`);
      return [name, kept(layout, column, value)];
    }),
  );
}

/** All columns in the schema's order; what isn't given is NULL. */
export function wholeRow(layout: Layout, values: Record<string, unknown>): Record<string, unknown> {
  const columns = [...layout.columns.values()].map(({ name, type, optional }) => {
    const value = values[name] ?? null;
    if (value === null && !optional && type !== "Json") throw invalid(`${layout.name}.${name} is missing`);
    return [name, value];
  });
  return Object.fromEntries(columns) as Record<string, unknown>;
}

const fits: Record<Scalar, (value: unknown) => boolean> = {
  String: (value) => typeof value === "string",
  BigInt: (value) => Number.isSafeInteger(value),
  Int: (value) => Number.isInteger(value) && (value as number) === ((value as number) | 0),
  Boolean: (value) => typeof value === "boolean",
  DateTime: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
  Json: () => true,
  Bytes: (value) => value instanceof Uint8Array,
  "String[]": (value) => Array.isArray(value) && value.every((each) => typeof each === "string"),
};

function kept({ name: table }: Layout, { name, type, optional }: Column, value: unknown): unknown {
  if (type === "Json") return value === null && optional ? null : jsonb(value);
  if (value === null) {
    if (optional) return null;
    throw invalid(`${table}.${name} can't be null`);
  }
  if (!fits[type](value)) throw invalid(`${table}.${name} can't hold this value`);
  if (typeof value === "string" && value.includes("\0")) throw notText(name);
  return copy(value);
}
