import type { Database } from "../rows.ts";
import type { Store } from "../types.ts";

export function bookmarks(database: Database): Store["bookmarks"] {
  return {
    async get(name) {
      return (await database.bookmark.findUnique({ where: { name } }))?.at ?? null;
    },
    async set(name, at) {
      await database.bookmark.upsert({ where: { name }, create: { name, at }, update: { at } });
    },
  };
}
