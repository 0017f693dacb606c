import type { YamlPath } from "../yaml.ts";

/** What makes a workflow unfit for a release, and where. Thrown and caught inside `readWorkflow`. */
export class Unfit extends Error {
  readonly path: YamlPath;
  constructor(path: YamlPath, problem: string) {
    super(problem);
    this.name = "Unfit";
    this.path = path;
  }
}

export type Table = Record<string, unknown>;

/** Whether a value is a map. */
export function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A key of a map that the file has itself, not one that every object has. */
export function own(table: Table, key: string): unknown {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
