import { looksAMinute } from "../../domain/out-of-band/interval.ts";
import type { Watch } from "../../domain/out-of-band/types.ts";
import { later } from "../after.ts";
import { someAtOnce } from "../some-at-once.ts";
import type { DeskParts } from "../types.ts";
import { lookAt } from "./look.ts";

/** Registries are asked by so many at once. */
const lanes = 4;
/** A pass begins nothing after this long, in milliseconds: the next one goes on, and other work has its turn. */
const passMs = 40_000;
/** After so many failures a registry isn't asked again in the same pass. */
const mostFailures = 3;

/** What a pass came to. */
export interface WatchPass {
  due: number;
  /** Those that were looked at, answered or not. */
  looked: number;
  failed: number;
}

/**
 * Looks at the packages whose time has come, the longest due first, at most a hundred: with one pass a minute this is all that
 * registries are asked, by all instances together. A registry that fails three times, or says that it is too much, is left alone for
 * the rest of the pass; what wasn't looked at stays due, and nothing is lost by it but time.
 */
export async function watchPass(parts: DeskParts): Promise<WatchPass> {
  const begun = parts.clock.now();
  const [due, watched] = await Promise.all([parts.store.watches.due(begun, looksAMinute), parts.store.watches.count()]);
  const pass: WatchPass = { due: due.length, looked: 0, failed: 0 };
  const registries = new Map<string, Standing>();
  await someAtOnce(
    due,
    async (watch) => {
      const now = parts.clock.now();
      if (now.getTime() - begun.getTime() > passMs) return;
      const registry = standingOf(registries, watch);
      if (registry.pauseMs !== null) return await postpone(parts, watch, later(now, registry.pauseMs));
      if (registry.failures >= mostFailures) return;
      pass.looked += 1;
      const failure = await lookAt(parts, watch, watched);
      if (failure === null) return;
      pass.failed += 1;
      registry.failures += 1;
      registry.pauseMs = failure.retryAfterMs;
    },
    lanes,
  );
  if (pass.failed > 0) parts.log.warn({ ...pass }, "Some packages couldn't be looked at; they are again later.");
  return pass;
}

/** How a registry does in this pass. */
interface Standing {
  failures: number;
  /** It asked to be left alone so long; null: it didn't. */
  pauseMs: number | null;
}

function standingOf(registries: Map<string, Standing>, { registry }: Watch): Standing {
  const key = registry ?? "";
  const standing = registries.get(key) ?? { failures: 0, pauseMs: null };
  registries.set(key, standing);
  return standing;
}

async function postpone({ store }: DeskParts, watch: Watch, nextAt: Date): Promise<void> {
  await store.watches.looked(watch.id, watch.lookedAt, { nextAt });
}
