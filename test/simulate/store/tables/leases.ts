import type { Store } from "../../../../src/store/types.ts";
import { without } from "../../../../src/store/rows.ts";
import type { Session } from "../session.ts";
import { by, copy } from "../values.ts";

export function leases(session: Session): Store["leases"] {
  return {
    take: (lease) => session.run("leases.take", async (sql) => (await sql.insert("Lease", lease, "nothing")) !== null),
    get: (id) => session.run("leases.get", (sql) => copy(sql.byKey("Lease", id))),
    ofRelease: (releaseId) =>
      session.run("leases.ofRelease", (sql) => {
        const rows = sql.rows("Lease").filter((row) => row.releaseId === releaseId);
        return copy(rows.sort(by("-takenAt", "-id"))[0] ?? null);
      }),
    ofReleases: (releaseIds) =>
      session.run("leases.ofReleases", (sql) => {
        const rows = sql.rows("Lease").filter((row) => releaseIds.includes(row.releaseId));
        const newest = new Map(rows.sort(by("takenAt", "id")).map((row) => [row.releaseId, row]));
        return copy([...newest.values()]);
      }),
    locking: (repositoryId, environmentId) =>
      session.run("leases.locking", (sql) =>
        copy(sql.one("Lease", (row) => row.locks === `${repositoryId}/${environmentId}`)),
      ),
    open: () =>
      session.run("leases.open", (sql) => {
        const rows = sql.rows("Lease").filter((row) => row.state !== "closed" || row.locks !== null);
        return copy(rows.sort(by("takenAt", "id")));
      }),
    stuck: (repositoryIds) =>
      session.run("leases.stuck", (sql) => {
        const rows = sql.rows("Lease").filter((row) => row.state === "disarming" && row.lastError !== null);
        return copy(rows.filter((row) => repositoryIds.includes(row.repositoryId)).sort(by("takenAt", "id")));
      }),
    last: (repositoryId, environmentId) =>
      session.run("leases.last", (sql) => {
        const rows = sql.rows("Lease").filter((row) => row.repositoryId === repositoryId);
        const here = rows.filter((row) => row.environmentId === environmentId);
        return copy(here.sort(by("-takenAt", "-id"))[0] ?? null);
      }),
    spots: (repositoryId) =>
      session.run("leases.spots", (sql) => {
        const rows = sql.rows("Lease").filter((row) => row.repositoryId === repositoryId);
        const spots = rows.map((row) => ({ environment: row.environmentName, secret: row.secretName }));
        const once = new Map(spots.map((spot) => [`${spot.environment}\n${spot.secret}`, spot]));
        return [...once].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, spot]) => spot);
      }),
    save: (id, from, patch) =>
      session.run("leases.save", async (sql) => {
        const [row] = await sql.update(
          "Lease",
          (one) => one.id === id && from.includes(one.state),
          () => without(patch, "id"),
        );
        return copy(row ?? null);
      }),
  };
}
