import { draftFields } from "../domain/set-up/plan.ts";
import type { Draft } from "../domain/set-up/plan.ts";

/** What the form has sent, in the page's address; null: it wasn't sent yet. A box that isn't ticked isn't sent. */
export function draftOf(query: URLSearchParams): Draft | null {
  if (!query.has("packages")) return null;
  return Object.fromEntries(draftFields.map((name) => [name, query.get(name) ?? ""])) as Draft;
}

/** The address of the page, or of a file beside it, for a draft. */
export function setUpPath(
  repositoryId: number,
  draft: Draft | null,
  file = "",
  more: Record<string, string> = {},
): string {
  const filled = draft === null ? [] : draftFields.filter((name) => draft[name] !== "" || name === "packages");
  const query = new URLSearchParams([
    ...filled.map((name): [string, string] => [name, draft?.[name] ?? ""]),
    ...Object.entries(more),
  ]).toString();
  return `/repositories/${repositoryId}/set-up${file}${query === "" ? "" : `?${query}`}`;
}
