import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const root = join(import.meta.dirname, "..", "..");

/** Permissions and events as `app.yml` has them: what the app may do here is what it asks for there. */
export function manifest(): { permissions: Record<string, "read" | "write">; events: string[] } {
  const read = parse(readFileSync(join(root, "app.yml"), "utf8")) as {
    default_permissions: Record<string, "read" | "write">;
    default_events: string[];
  };
  return { permissions: read.default_permissions, events: read.default_events };
}

/** A workflow of `test/world/workflows/`, with our address put in. */
export function workflow(name: string, publicUrl: string, registryUrl = ""): string {
  return readFileSync(join(import.meta.dirname, "workflows", name), "utf8")
    .replaceAll("__COUNTERSIGN_URL__", publicUrl)
    .replaceAll("__REGISTRY__", registryUrl);
}
