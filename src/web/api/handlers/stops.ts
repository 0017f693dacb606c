import type { z } from "zod";
import type { newStop } from "../schemas.ts";
import type { SignedApiVisit } from "../visit.ts";

/** What is stopped, of accounts with a repository that GitHub shows the person, and what was. */
export async function listStops({ parts, visible, session }: SignedApiVisit) {
  const ids = await visible.of(session);
  const [open, lifted] = await Promise.all([parts.panic.stops(() => Promise.resolve(ids)), parts.panic.pastStops(ids)]);
  return { open, lifted };
}

/** Stops everything of an account. */
export async function beginStop(visit: SignedApiVisit, input: z.output<typeof newStop>) {
  return await visit.parts.panic.panic({ ...(await askOf(visit, input)), origin: "api" });
}

/** Lifts it. */
export async function liftStop(visit: SignedApiVisit, input: z.output<typeof newStop>) {
  return await visit.parts.panic.lift({ ...(await askOf(visit, input)), origin: "api" });
}

async function askOf({ visible, session }: SignedApiVisit, input: z.output<typeof newStop>) {
  return { ...input, person: session.person, repositoryIds: await visible.of(session) };
}
