import type { Sighting } from "../../../../src/domain/out-of-band/types.ts";
import type { Store } from "../../../../src/store/types.ts";
import type { Session } from "../session.ts";
import { by, copy } from "../values.ts";

const isOpen = (row: Sighting): boolean => row.verdict === "odd" && row.acknowledgedAt === null;

export function sightings(session: Session): Store["sightings"] {
  return {
    add: (sighting) =>
      session.run("sightings.add", async (sql) => (await sql.insert("Sighting", sighting, "nothing")) !== null),
    get: (id) => session.run("sightings.get", (sql) => copy(sql.byKey("Sighting", id))),
    ofPackage: (repositoryId, name, limit) =>
      session.run("sightings.ofPackage", (sql) => {
        const rows = sql.rows("Sighting").filter((row) => row.repositoryId === repositoryId && row.package === name);
        return copy(rows.sort(by("-seenAt", "-id")).slice(0, limit));
      }),
    recent: (repositoryIds, limit) =>
      session.run("sightings.recent", (sql) => {
        const rows = sql.rows("Sighting").filter((row) => repositoryIds.includes(row.repositoryId));
        return copy(rows.sort(by("-seenAt", "-id")).slice(0, limit));
      }),
    open: (repositoryIds) =>
      session.run("sightings.open", (sql) => {
        const rows = sql.rows("Sighting").filter((row) => repositoryIds.includes(row.repositoryId) && isOpen(row));
        return copy(rows.sort(by("seenAt", "id")));
      }),
    openCount: () => session.run("sightings.openCount", (sql) => sql.rows("Sighting").filter(isOpen).length),
    judge: (id, { verdict, oddities, expectedWhy }) =>
      session.run("sightings.judge", async (sql) => {
        const judged = await sql.update(
          "Sighting",
          (row) => row.id === id && row.verdict === "noticed",
          () => ({ verdict, oddities, expectedWhy }),
        );
        return judged.length === 1;
      }),
    acknowledge: (id, given) =>
      session.run("sightings.acknowledge", async (sql) => {
        const changed = await sql.update(
          "Sighting",
          (row) => row.id === id && isOpen(row),
          () => ({ ...given }),
        );
        return changed.length === 1;
      }),
  };
}
