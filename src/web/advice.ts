import type { Coached } from "../desk/coach.ts";
import { changedFiles } from "../domain/coach/change.ts";
import type { ChangedFile } from "../domain/coach/change.ts";
import { coach, stepsTo } from "../domain/coach/index.ts";
import type { Coaching, Step } from "../domain/coach/index.ts";
import { Refusal } from "../domain/errors.ts";
import { isMode, modeWords } from "../domain/mode.ts";
import type { Mode } from "../domain/policy-types.ts";
import { setUpScript } from "../domain/set-up/script.ts";
import type { SignedVisit } from "./visit.ts";

/** What the coach says of one package, and the change to another mode; `goal` null: there is nothing safer, and nobody asked for another. */
export interface Advice {
  coached: Coached;
  coaching: Coaching;
  goal: Mode | null;
  steps: Step[];
  /** Files that change; null in place of one that has to be changed by hand. */
  files: Array<ChangedFile | null>;
}

/** The script of a change; null where there is nothing that it could change. */
export function changeScript({ coached, goal, files }: Advice, githubUrl: string): string | null {
  const known = files.filter((file) => file !== null);
  if (goal === null || known.length === 0) return null;
  const name = coached.ground.policy.name;
  return setUpScript(known, coached.repository, githubUrl, {
    branch: `countersign-${goal}`,
    title: `Publish ${name} in the mode ${goal}`,
    body: `${modeWords[goal]}. Made by Countersign's coach. Before it is merged: the workflow has to be what npm's settings of the package know.`,
  });
}

type CoachAsk = Pick<SignedVisit, "parts" | "session" | "now">;

/** @throws Refusal `bad-input` for a mode that there isn't */
export async function adviceOf(
  visit: CoachAsk,
  id: number,
  asked: { package: string | null; mode: string | null },
): Promise<Advice> {
  if (asked.mode !== null && !isMode(asked.mode))
    throw new Refusal("bad-input", `There is no such mode: choose one of ${Object.keys(modeWords).join(", ")}.`);
  const coached = await visit.parts.desk.coach(visit.session.person, id, asked.package);
  const { ground, registry, repository } = coached;
  const coaching = coach(ground.policy, `${repository.owner}/${repository.name}`, visit.now);
  const wanted = asked.mode ?? coaching.next?.mode ?? null;
  const goal = wanted === ground.policy.mode ? null : wanted;
  const { action, version, githubUrl } = visit.parts.about;
  const site = { action, version, githubUrl, publicUrl: visit.parts.publicUrl, registry };
  return {
    ...{ coached, coaching, goal },
    steps: goal === null ? [] : stepsTo(ground.policy, `${repository.owner}/${repository.name}`, goal),
    files: goal === null ? [] : changedFiles(ground, goal, site),
  };
}

/** The page of a package and a mode, or a file beside it. */
export function coachPath(id: number, name: string, mode: Mode | null, file = "", path?: string): string {
  const query = new URLSearchParams({
    package: name,
    ...(mode === null ? {} : { mode }),
    ...(path === undefined ? {} : { path }),
  });
  return `/repositories/${id}/coach${file}?${query.toString()}`;
}
