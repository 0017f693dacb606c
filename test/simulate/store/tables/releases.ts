import { awaited } from "../../../../src/domain/reason.ts";
import { activeStates } from "../../../../src/domain/release-types.ts";
import type { Release } from "../../../../src/domain/release-types.ts";
import { without } from "../../../../src/store/rows.ts";
import { StaleRow, type Store } from "../../../../src/store/types.ts";
import type { ReleaseRow } from "../rows.ts";
import type { Session } from "../session.ts";
import { by, copy } from "../values.ts";
import { ended, isActive, summaries } from "./release-lists.ts";
import { awaitedTeams, queueRows } from "./release-queue.ts";

export function releases(session: Session): Store["releases"] {
  const one = (operation: string, which: (row: ReleaseRow) => boolean) =>
    session.run(operation, (sql) => orNull(sql.one("Release", which)));
  const many = (operation: string, order: string, which: (row: ReleaseRow) => boolean, limit = Infinity) =>
    session.run(operation, (sql) => sql.rows("Release").filter(which).sort(by(order)).slice(0, limit).map(releaseOf));

  return {
    insert: (release) =>
      session.run("releases.insert", async (sql) => {
        const row = await sql.insert("Release", columns(without(release, "number")), "nothing");
        return row === null ? false : releaseOf(row);
      }),
    get: (id) => session.run("releases.get", (sql) => orNull(sql.byKey("Release", id))),
    byNumber: (number) => one("releases.byNumber", (row) => row.number === number),
    byRun: (runId) => one("releases.byRun", (row) => row.runId === runId),
    holding: (repositoryId, environmentId) =>
      one("releases.holding", (row) => row.holds === `${repositoryId}/${environmentId}`),
    active: () => many("releases.active", "number", isActive),
    activeInRepository: (id) =>
      many("releases.activeInRepository", "number", (row) => isActive(row) && row.repositoryId === id),
    counts: () =>
      session.run("releases.counts", (sql) => {
        const rows = sql.rows("Release");
        const counts = [...activeStates].map(
          (state) => [state, rows.filter((row) => row.state === state).length] as const,
        );
        return Object.fromEntries(counts.filter(([, count]) => count > 0));
      }),
    inIssue: (id, issueNumber) =>
      many("releases.inIssue", "-number", (row) => row.repositoryId === id && row.issueNumber === issueNumber),
    ofVersion: (id, packageName, version) =>
      many("releases.ofVersion", "-number", (row) => {
        const of = row.repositoryId === id && publishes(row, packageName) && row.version === version;
        return of && row.purpose === "publish";
      }),
    ofStage: (releaseId) => many("releases.ofStage", "-number", (row) => row.stageOf === releaseId),
    recent: (ids, limit) => many("releases.recent", "-number", (row) => ids.includes(row.repositoryId), limit),
    async ended(ids, filter, limit) {
      if (ids.length === 0) return [];
      return await session.run("releases.ended", (sql) =>
        ended(sql.rows("Release"), ids, filter, limit).map(rawRelease),
      );
    },
    publishedBefore: (repositoryId, packageName, number) =>
      session.run("releases.publishedBefore", (sql) => {
        const rows = sql
          .rows("Release")
          .filter((row) => row.repositoryId === repositoryId && publishes(row, packageName))
          .filter((row) => row.state === "published" && row.number < number);
        return orNull(rows.sort(by("-number"))[0] ?? null);
      }),
    queue: async (ask) => await queueRows(session, ask, rawRelease),
    awaitedTeams: async (ids) => await awaitedTeams(session, ids),
    summaries: async (ids) => await summaries(session, ids),
    async save({ id, rowVersion }, patch) {
      const [row] = await session.run("releases.save", (sql) =>
        sql.update(
          "Release",
          (each) => each.id === id && each.rowVersion === rowVersion,
          (each) => ({ ...columns(without(patch, "id", "number", "rowVersion")), rowVersion: each.rowVersion + 1 }),
        ),
      );
      if (row === undefined) throw new StaleRow(`Release ${id}`);
      return releaseOf(row);
    },
  };
}

/** Alone or among several. */
function publishes(row: ReleaseRow, name: string): boolean {
  return row.package === name || (row.packages ?? []).some((part) => part.name === name);
}

function columns(fields: Partial<Release>): object {
  const { decision } = fields;
  const names = decision === null || decision === undefined ? [] : awaited(decision);
  const staged = fields.runnerReport?.stageWaitsFor;
  return {
    ...fields,
    ...("packages" in fields ? { packages: fields.packages ?? null } : {}),
    ...("runnerReport" in fields ? { runnerReport: fields.runnerReport ?? null } : {}),
    ...("decision" in fields ? { decision: decision ?? null, awaits: folded(names) } : {}),
    ...(staged === undefined ? {} : { awaits: folded(staged.names) }),
  };
}

function folded(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.toLowerCase()))];
}

function releaseOf({ awaits: _derived, ...rest }: ReleaseRow): Release {
  return copy(rest);
}

/** As SQL's `select *` has it: columns that a later migration added come last. */
function rawRelease(row: ReleaseRow): Release {
  const { commitAuthor, commitTitle, ...rest } = releaseOf(row);
  return { ...rest, commitAuthor, commitTitle };
}

function orNull(row: ReleaseRow | null): Release | null {
  return row === null ? null : releaseOf(row);
}
