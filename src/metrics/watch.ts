import type { AuditEvent } from "../domain/release-types.ts";
import type { Store } from "../store/types.ts";

/** A store that tells of every audit event that was stored: one in a transaction, once that is through, and never if it is undone. */
export function watch(store: Store, tell: (event: AuditEvent) => void): Store {
  return {
    ...store,
    audit: {
      ...store.audit,
      async add(event) {
        await store.audit.add(event);
        tell(event);
      },
    },
    async transaction(work) {
      const written: AuditEvent[] = [];
      const result = await store.transaction(async (inside) => {
        written.length = 0;
        return await work(watch(inside, (event) => void written.push(event)));
      });
      written.forEach(tell);
      return result;
    },
  };
}
