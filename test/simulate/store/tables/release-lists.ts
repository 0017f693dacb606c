import { activeStates, type Release } from "../../../../src/domain/release-types.ts";
import type { ReleaseFilter, RepositorySummary } from "../../../../src/store/types.ts";
import type { ReleaseRow } from "../rows.ts";
import type { Session } from "../session.ts";
import { by, copy } from "../values.ts";

export function isActive({ state }: Release): boolean {
  return (activeStates as readonly string[]).includes(state);
}

/** What the filter leaves of the releases of these repositories. */
export function narrowed(rows: ReleaseRow[], ids: number[], filter: ReleaseFilter): ReleaseRow[] {
  const { repositoryId, releaserId, states } = filter;
  return rows
    .filter(
      (row) => ids.includes(row.repositoryId) && (repositoryId === undefined || row.repositoryId === repositoryId),
    )
    .filter((row) => releaserId === undefined || row.releaserId === releaserId)
    .filter((row) => states === undefined || states.includes(row.state));
}

/** Those that ended last. A state that is no end is none of theirs. */
export function ended(rows: ReleaseRow[], ids: number[], filter: ReleaseFilter, limit: number): ReleaseRow[] {
  const over = rows.filter((row) => row.endedAt !== null);
  const wanted = filter.states === undefined ? over : over.filter((row) => !isActive(row));
  return narrowed(wanted, ids, filter).sort(by("-endedAt", "-number")).slice(0, limit);
}

export async function summaries(session: Session, ids: number[]): Promise<Map<number, RepositorySummary>> {
  const found = new Map(ids.map((id): [number, RepositorySummary] => [id, { active: 0, packages: [] }]));
  if (ids.length === 0) return found;
  await session.run("releases.summaries active", (sql) => {
    for (const row of sql.rows("Release").filter(isActive)) {
      const summary = found.get(row.repositoryId);
      if (summary !== undefined) summary.active += 1;
    }
  });
  await session.run("releases.summaries newest", (sql) => {
    const rows = sql
      .rows("Release")
      .filter(({ purpose }) => purpose === "publish")
      .sort(by("number"));
    const newest = new Map(rows.map((row) => [`${row.repositoryId} ${row.package}`, row]));
    for (const row of [...newest.values()].sort(by("package"))) {
      const { id, package: name, version, mode, state, requestedAt, endedAt } = row;
      found
        .get(row.repositoryId)
        ?.packages.push(copy({ id, package: name, version, mode, state, requestedAt, endedAt }));
    }
  });
  return found;
}
