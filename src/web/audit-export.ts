import type { AuditEntry, AuditPage } from "../desk/audit.ts";

/** Rows that are read at once. */
export const batch = 1_000;

/** How an export is written: its type, what comes first, and a line for each event. */
export interface ExportForm {
  extension: string;
  type: string;
  head: string;
  line(entry: AuditEntry): string;
}

const columns: ReadonlyArray<readonly [string, (entry: AuditEntry) => string]> = [
  ["seq", ({ seq }) => String(seq)],
  ["at", ({ at }) => at.toISOString()],
  ["actor", ({ actor }) => actor],
  ["actor_id", ({ actorId }) => String(actorId ?? "")],
  ["what", ({ what }) => what],
  ["said", ({ said }) => said.replaceAll("`", "")],
  ["repository", ({ repository }) => (repository === null ? "" : `${repository.owner}/${repository.name}`)],
  ["repository_id", ({ repositoryId }) => String(repositoryId ?? "")],
  ["release", ({ releaseId }) => releaseId ?? ""],
  ["package", ({ publishes }) => publishes?.package ?? ""],
  ["version", ({ publishes }) => publishes?.version ?? ""],
  ["detail", ({ detail }) => JSON.stringify(detail)],
];

/**
 * A cell of a CSV file (RFC 4180). A spreadsheet takes what begins with one of these characters for a formula, so an apostrophe
 * comes before it (OWASP, "CSV Injection"); inside of a cell too, after what ends one where another separator is set.
 */
export function cell(text: string): string {
  const inside = text.replace(/[;\t\r\n](?=[=+\-@＝＋－＠])/g, "$&'");
  const safe = /^[=+\-@\t\r\n＝＋－＠]/.test(inside) ? `'${inside}` : inside;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const csv: ExportForm = {
  extension: "csv",
  type: "text/csv; charset=utf-8; header=present",
  head: `${columns.map(([name]) => name).join(",")}\r\n`,
  line: (entry) => `${columns.map(([, value]) => cell(value(entry))).join(",")}\r\n`,
};

/** One JSON object a line, as the API tells an event. */
export const ndjson: ExportForm = {
  extension: "ndjson",
  type: "application/x-ndjson; charset=utf-8",
  head: "",
  line: (entry) => `${JSON.stringify(toldEvent(entry))}\n`,
};

/** An event as programs get it. */
export function toldEvent({ publishes, repository, said, ...entry }: AuditEntry) {
  return {
    ...{ seq: entry.seq, at: entry.at.toISOString(), what: entry.what, said: said.replaceAll("`", "") },
    ...{ actor: entry.actor, actorId: entry.actorId ?? null },
    ...{ repositoryId: entry.repositoryId ?? null, releaseId: entry.releaseId ?? null },
    repository: repository === null ? null : { id: repository.id, owner: repository.owner, name: repository.name },
    ...{ package: publishes?.package ?? null, version: publishes?.version ?? null },
    detail: entry.detail,
  };
}

const encoder = new TextEncoder();

/**
 * The whole audit as a file, read a batch at a time as fast as whoever asked takes it; nothing more than a batch is held. The first
 * batch is read before anything is answered, so that trouble there is a page; later trouble breaks the file off, and the browser says
 * that it isn't whole.
 * @param read the events before one, a batch of them
 * @param broke hears of trouble after the first batch
 */
export async function exported(
  form: ExportForm,
  now: Date,
  read: (before: number | null) => Promise<AuditPage>,
  broke: (error: unknown) => void,
): Promise<Response> {
  let ahead = await read(null);
  let head = form.head;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          controller.enqueue(encoder.encode(head + ahead.entries.map((entry) => form.line(entry)).join("")));
          head = "";
          if (ahead.next === null) controller.close();
          else ahead = await read(ahead.next);
        } catch (error) {
          broke(error);
          // In words of its own: what is thrown here may end up in the file.
          throw new Error("This export broke off: it isn't whole.");
        }
      },
    },
    { highWaterMark: 0 },
  );
  const name = `countersign-audit-${now.toISOString().slice(0, 10)}.${form.extension}`;
  return new Response(body, {
    headers: { "content-type": form.type, "content-disposition": `attachment; filename="${name}"` },
  });
}
