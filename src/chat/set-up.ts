import { setUpOf } from "../desk/set-up/index.ts";
import type { DeskParts } from "../desk/types.ts";
import { code, markdown } from "../domain/markdown.ts";
import type { Person, Repository } from "../domain/release-types.ts";
import { isSetUp } from "../domain/set-up/steps.ts";
import type { SetUpStep } from "../domain/set-up/steps.ts";

/** Steps that a comment lists; a policy may name many packages. */
const most = 30;

/**
 * The answer to `/countersign setup`: each step in one line, and the page that does the rest.
 * @throws Refusal for people without write access
 */
export async function setUpAnswer(parts: DeskParts, repository: Repository, person: Person): Promise<string> {
  const { steps } = await setUpOf(parts, person, repository.id, null);
  const left = steps.filter(({ state, recommended }) => state !== "done" && !recommended).length;
  const page = `${parts.publicUrl}/repositories/${repository.id}/set-up`;
  const head = isSetUp(steps)
    ? `Everything is there: \`/release 1.0.0\` asks for a release. [Its set-up](${page})`
    : `${left === 1 ? "One step is" : `${left} steps are`} left before the first release. [What does each of them](${page})`;
  const more = steps.length > most ? [`- and ${steps.length - most} more`] : [];
  return [head, "", ...steps.slice(0, most).map(line), ...more].join("\n");
}

function line({ state, recommended, title, about, text }: SetUpStep): string {
  const mark = state === "done" ? "✅" : state === "unknown" ? "❔" : recommended ? "💡" : "❌";
  const where = about === null ? "" : ` (${code(about)})`;
  return `- ${mark} ${title}${where}${state === "done" || text === "" ? "" : `: ${markdown(text)}`}`;
}
