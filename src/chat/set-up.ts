import { setUpOf } from "../desk/set-up/index.ts";
import type { SetUp } from "../desk/set-up/index.ts";
import type { DeskParts } from "../desk/types.ts";
import { code, markdown } from "../domain/markdown.ts";
import type { Person, Repository } from "../domain/release-types.ts";
import { remedyAtNpm } from "../domain/set-up/remedies.ts";
import { stepsLeft } from "../domain/set-up/steps.ts";
import type { SetUpStep } from "../domain/set-up/steps.ts";

/** Steps that a comment lists; a policy may name many packages. */
const most = 30;

/**
 * The answer to `/countersign setup`: each step in one line, and the page that does the rest.
 * @throws Refusal for people without write access
 */
export async function setUpAnswer(parts: DeskParts, repository: Repository, person: Person): Promise<string> {
  const found = await setUpOf(parts, person, repository.id, null);
  const { steps } = found;
  const left = stepsLeft(steps);
  const seen = steps.some(({ state }) => state === "unseen") ? ", as far as it can be seen from here" : "";
  const page = `${parts.publicUrl}/repositories/${repository.id}/set-up`;
  const head =
    left === 0
      ? `Everything is there${seen}: \`/release 1.0.0\` asks for a release. [Its set-up](${page})`
      : `${left === 1 ? "One step is" : `${left} steps are`} left before the first release. [What does each of them](${page})`;
  const more = steps.length > most ? [`- and ${steps.length - most} more`] : [];
  return [head, "", ...steps.slice(0, most).map((one) => line(found, one)), ...more].join("\n");
}

function line({ facts, repository }: SetUp, step: SetUpStep): string {
  const { state, recommended, title, about, text } = step;
  const mark = state === "done" ? "✅" : state === "unknown" || state === "unseen" ? "❔" : recommended ? "💡" : "❌";
  const where = about === null ? "" : ` (${code(about)})`;
  const said = `- ${mark} ${title}${where}${state === "done" || text === "" ? "" : `: ${markdown(text)}`}`;
  // A command is short enough for a comment where it is the whole of what is to be done.
  const atNpm = remedyAtNpm(step, facts, repository);
  return atNpm === null ? said : `${said} ${markdown(atNpm.click)} ${atNpm.commands.map((one) => code(one)).join(" ")}`;
}
