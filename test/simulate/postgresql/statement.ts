/** What a statement is called in a history: its verb and its table, or the function that it is there for. */
export function nameOf(sql: string): string {
  const written = /\b(insert into|update|delete from) (?:"public"\.)?"(\w+)"/i.exec(sql);
  if (written !== null) return `${written[1]?.toLowerCase().split(" ")[0]} ${written[2]}`;
  const called = /\bpg_(?:try_)?(?:advisory_\w+|notify)/i.exec(sql);
  if (called !== null) return called[0].toLowerCase();
  const read = /\bfrom (?:"public"\.)?"(\w+)"/i.exec(sql);
  return read === null ? (/[\w]+/.exec(sql)?.[0].toLowerCase() ?? "nothing") : `select ${read[1]}`;
}

/** The tables whose rows it may change. */
export function writtenBy(sql: string): string[] {
  return [...sql.matchAll(/\b(?:insert into|update|delete from) (?:"public"\.)?"(\w+)"/gi)].map(
    ([, table = ""]) => table,
  );
}
