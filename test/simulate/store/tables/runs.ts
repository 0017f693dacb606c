import { without } from "../../../../src/store/rows.ts";
import type { Store } from "../../../../src/store/types.ts";
import type { Session } from "../session.ts";
import { by, copy } from "../values.ts";

export function approvals(session: Session): Store["approvals"] {
  const ofThese = (operation: string, ids: string[]) =>
    session.run(operation, (sql) =>
      copy(
        sql
          .rows("Approval")
          .filter((row) => ids.includes(row.releaseId))
          .sort(by("givenAt", "id")),
      ),
    );
  return {
    add: (approval) =>
      session.run("approvals.add", async (sql) => (await sql.insert("Approval", approval, "nothing")) !== null),
    of: (releaseId) => ofThese("approvals.of", [releaseId]),
    ofReleases: (releaseIds) => ofThese("approvals.ofReleases", releaseIds),
  };
}

export function runnerSessions(session: Session): Store["runnerSessions"] {
  return {
    open: (opened) =>
      session.run(
        "runnerSessions.open",
        async (sql) => (await sql.insert("RunnerSession", opened, "nothing")) !== null,
      ),
    byBearer: (bearerHash) =>
      session.run("runnerSessions.byBearer", (sql) =>
        copy(sql.one("RunnerSession", (row) => row.bearerHash === bearerHash)),
      ),
    get: (id) => session.run("runnerSessions.get", (sql) => copy(sql.byKey("RunnerSession", id))),
  };
}

export function challenges(session: Session): Store["challenges"] {
  return {
    open: (challenge) =>
      session.run("challenges.open", async (sql) => (await sql.insert("Challenge", challenge, "nothing")) !== null),
    get: (id) => session.run("challenges.get", (sql) => copy(sql.byKey("Challenge", id))),
    ofRelease: (releaseId) =>
      session.run("challenges.ofRelease", (sql) => {
        const rows = sql.rows("Challenge").filter((row) => row.releaseId === releaseId);
        return copy(rows.sort(by("openedAt", "id")));
      }),
    pending: (releaseId) =>
      session.run("challenges.pending", (sql) => copy(sql.one("Challenge", (row) => row.openFor === releaseId))),
    pendingOf: (releaseIds) =>
      session.run("challenges.pendingOf", (sql) =>
        copy(sql.rows("Challenge").filter((row) => row.openFor !== null && releaseIds.includes(row.openFor))),
      ),
    save: (id, from, patch) =>
      session.run("challenges.save", async (sql) => {
        const [row] = await sql.update(
          "Challenge",
          (one) => one.id === id && from.includes(one.state),
          () => without(patch, "id"),
        );
        return copy(row ?? null);
      }),
  };
}

export function contents(session: Session): Store["contents"] {
  return {
    put: (told) =>
      session.run("contents.put", async (sql) => {
        await sql.insertOr("Contents", told, ["releaseId"], () => told);
      }),
    of: (releaseId) => session.run("contents.of", (sql) => copy(sql.byKey("Contents", releaseId))),
    sweep: (before) =>
      session.run(
        "contents.sweep",
        async (sql) => (await sql.remove("Contents", ({ toldAt }) => toldAt < before)).length,
      ),
  };
}

export function secondBuilds(session: Session): Store["secondBuilds"] {
  return {
    add: (told) =>
      session.run("secondBuilds.add", async (sql) => (await sql.insert("SecondBuild", told, "nothing")) !== null),
    of: (releaseId) => session.run("secondBuilds.of", (sql) => copy(sql.byKey("SecondBuild", releaseId))),
    sweep: (before) =>
      session.run(
        "secondBuilds.sweep",
        async (sql) => (await sql.remove("SecondBuild", ({ toldAt }) => toldAt < before)).length,
      ),
  };
}

export function packageContents(session: Session): Store["packageContents"] {
  return {
    put: (told) =>
      session.run("packageContents.put", async (sql) => {
        const row = { ...told, id: `${told.releaseId} ${told.package}` };
        await sql.insertOr("PackageContents", row, ["id"], () => row);
      }),
    of: (releaseId, packageName) =>
      session.run("packageContents.of", (sql) => {
        const row = sql.byKey("PackageContents", `${releaseId} ${packageName}`);
        if (row === null) return null;
        const { id: _id, package: _package, ...told } = row;
        return copy(told);
      }),
    sweep: (before) =>
      session.run(
        "packageContents.sweep",
        async (sql) => (await sql.remove("PackageContents", ({ toldAt }) => toldAt < before)).length,
      ),
  };
}
