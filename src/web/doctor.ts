import type { Examination } from "../desk/doctor/types.ts";
import { forReaders } from "../domain/doctor/seen.ts";
import type { Repository } from "../domain/release-types.ts";
import type { SignedVisit } from "./visit.ts";
import { notThere } from "./visit.ts";

/** What the doctor says of a repository, as far as somebody may see it. */
export interface SeenExamination {
  repository: Repository;
  examination: Examination;
  /** false: what concerns secrets and people was left out. */
  whole: boolean;
}

/**
 * Looks at a repository now, for somebody whom GitHub shows it; the same for pages and API.
 * @throws Refusal as for what isn't there, before anything is asked of GitHub for it
 */
export async function seenExamination(
  { visible, session, parts }: Pick<SignedVisit, "visible" | "session" | "parts">,
  repositoryId: number | null,
): Promise<SeenExamination> {
  if (repositoryId === null || !(await visible.of(session)).has(repositoryId)) throw notThere();
  const repository = await parts.store.repositories.get(repositoryId);
  if (repository === null) throw notThere();
  const examination = await parts.desk.examine(repositoryId);
  const whole = (await visible.writable(session)).has(repositoryId);
  if (whole || examination.state !== "examined") return { repository, examination, whole };
  const { report, kept } = forReaders(examination);
  return { repository, examination: { ...examination, report, kept }, whole };
}
