import pg from "pg";
import type { Reason } from "../../src/domain/reason.ts";

export interface ReleaseRow {
  id: string;
  state: string;
  repositoryId: number;
  version: string;
  runId: number | null;
  requestCommentId: number;
  statusCommentId: number | null;
  endCode: string | null;
  endText: string | null;
  verified: boolean;
  verdict: Reason["verdict"] | null;
}

/** The rows that checks look at, all of one instant. */
export interface Rows {
  releases: ReleaseRow[];
  leases: Array<{
    id: string;
    state: string;
    releaseId: string;
    repositoryId: number;
    environmentId: number;
    locks: string | null;
  }>;
  approvals: Array<{ releaseId: string; personId: number; verdict: string; sha: string }>;
  deliveries: Array<{ guid: string; event: string; state: string; lastError: string | null }>;
  tasks: Array<{ key: string; state: string; nextAt: Date; lastError: string | null }>;
}

const statement = `
  select
    (select coalesce(json_agg(json_build_object('id', id, 'state', state, 'repositoryId', "repositoryId", 'version', version,
        'runId', "runId", 'requestCommentId', "requestCommentId", 'statusCommentId', "statusCommentId", 'endCode', "endCode", 'endText', "endText",
        'verified', "verifiedAt" is not null, 'verdict', decision->>'verdict') order by number), '[]') from "Release") as releases,
    (select coalesce(json_agg(json_build_object('id', id, 'state', state, 'releaseId', "releaseId",
        'repositoryId', "repositoryId", 'environmentId', "environmentId", 'locks', locks)), '[]') from "Lease") as leases,
    (select coalesce(json_agg(json_build_object('releaseId', "releaseId", 'personId', "personId", 'verdict', verdict, 'sha', sha)), '[]')
      from "Approval") as approvals,
    (select coalesce(json_agg(json_build_object('guid', guid, 'event', event, 'state', state, 'lastError', "lastError")), '[]')
      from "Delivery") as deliveries,
    (select coalesce(json_agg(json_build_object('key', key, 'state', state, 'nextAt', "nextAt", 'lastError', "lastError")), '[]')
      from "Task" where state <> 'done') as tasks`;

/** Reads them past the app; null where the database isn't there (the embedded one dies with its app). */
export async function look(url: string | null): Promise<Rows | null> {
  if (url === null) return null;
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<Rows>(statement);
    const [found] = rows;
    return found === undefined
      ? null
      : { ...found, tasks: found.tasks.map((task) => ({ ...task, nextAt: new Date(task.nextAt) })) };
  } catch {
    return null;
  } finally {
    await client.end().catch(() => undefined);
  }
}
