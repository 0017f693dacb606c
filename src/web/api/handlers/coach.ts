import { lineDiff } from "../../../domain/line-diff.ts";
import { unifiedDiff } from "../../../domain/doctor/workflow/patch.ts";
import { offersOf } from "../../../domain/set-up/offers.ts";
import { draftFields, readPlan } from "../../../domain/set-up/plan.ts";
import type { Draft } from "../../../domain/set-up/plan.ts";
import { remedyOf } from "../../../domain/set-up/remedies.ts";
import { setUpScript } from "../../../domain/set-up/script.ts";
import { isSetUp } from "../../../domain/set-up/steps.ts";
import { adviceOf, changeScript } from "../../advice.ts";
import { idOf } from "../../forms.ts";
import { notThere } from "../../visit.ts";
import { mustSeeAll } from "../visit.ts";
import type { SignedApiVisit } from "../visit.ts";

/** How a package is published, what npm changes about that, and the way to another mode. */
export async function tellCoach(
  visit: SignedApiVisit,
  asked: { package?: string | undefined; mode?: string | undefined },
) {
  const id = await seen(visit);
  const advice = await adviceOf(visit, id, { package: asked.package ?? null, mode: asked.mode ?? null });
  const { coached, coaching, goal, steps, files } = advice;
  const { id: repositoryId, owner, name } = coached.repository;
  const known = files.filter((file) => file !== null);
  return {
    repository: { id: repositoryId, owner, name },
    packages: coached.packages.map((one) => ({ name: one.name, mode: one.mode })),
    ...{ package: coaching.package, mode: coaching.mode, words: coaching.words, leaves: coaching.leaves },
    ...{ dates: coaching.dates, next: coaching.next?.mode ?? null },
    change:
      goal === null
        ? null
        : {
            ...{ mode: goal, steps: steps.map(({ text, command }) => ({ text, command: command ?? null })) },
            files: known.map(({ path, text, before, how, link }) => ({
              ...{ path, text, how, link, isThere: before !== null },
              diff: unifiedDiff(path, before ?? "", text),
              lines: lineDiff(before ?? "", text).filter(({ kind }) => kind !== "same").length,
            })),
            byHand: files.length - known.length,
            script: changeScript(advice, visit.parts.about.githubUrl),
          },
  };
}

/** How far a repository's set-up is, and the files of what somebody has in mind. */
export async function tellSetUp(visit: SignedApiVisit, asked: Partial<Record<string, string | undefined>>) {
  const id = await seen(visit);
  const draft = asked["packages"] === undefined ? null : filled(asked);
  const found = await visit.parts.desk.setUp(visit.session.person, id, draft);
  const { repository, facts, steps, appId, suggestion, registry } = found;
  const { action, version, githubUrl } = visit.parts.about;
  const read = draft === null ? null : readPlan(draft);
  const site = { action, version, githubUrl, publicUrl: visit.parts.publicUrl, registry };
  const offers = read?.ok === true ? offersOf(read.plan, site, repository) : null;
  return {
    repository: { id: repository.id, owner: repository.owner, name: repository.name },
    ready: isSetUp(steps),
    steps: steps.map((step) => ({ ...step, remedy: remedyOf(step, facts, { githubUrl, appId, repository }) })),
    suggestion,
    problems: Object.entries(read?.ok === false ? read.problems : {}).map(([field, text]) => ({ field, text })),
    files: offers,
    script: offers === null ? null : setUpScript(offers, repository, githubUrl),
  };
}

function filled(asked: Partial<Record<string, string | undefined>>): Draft {
  return Object.fromEntries(draftFields.map((name) => [name, asked[name] ?? ""])) as Draft;
}

async function seen(visit: SignedApiVisit): Promise<number> {
  const id = idOf(visit.params["id"]);
  if (id === null) throw notThere();
  await mustSeeAll(visit, [id]);
  return id;
}
