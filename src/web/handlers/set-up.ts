import type { SetUp } from "../../desk/set-up/index.ts";
import { Refusal } from "../../domain/errors.ts";
import { offersOf, stageOffers } from "../../domain/set-up/offers.ts";
import type { Offer } from "../../domain/set-up/offers.ts";
import { readPlan } from "../../domain/set-up/plan.ts";
import type { Draft } from "../../domain/set-up/plan.ts";
import { setUpScript } from "../../domain/set-up/script.ts";
import type { WorkflowSite } from "../../domain/set-up/workflow-file.ts";
import { idOf } from "../forms.ts";
import { setUpPage } from "../pages/set-up.ts";
import { page } from "../responses.ts";
import { draftOf } from "../set-up-query.ts";
import { mustSee, notThere } from "../visit.ts";
import type { SignedVisit } from "../visit.ts";

/** `/repositories/:id/set-up`: what is missing before the first release, and what does it. */
export async function showSetUp(visit: SignedVisit): Promise<Response> {
  const draft = draftOf(visit.url.searchParams);
  const found = await setUpFor(visit, draft);
  const read = draft === null ? null : readPlan(draft);
  const offers = read?.ok === true ? offersOf(read.plan, siteOf(visit, found), found.repository) : null;
  const problems = read?.ok === false ? read.problems : {};
  const status = read?.ok === false ? 400 : 200;
  const approving = stageOffers(found.stageWorkflows, siteOf(visit, found), found.repository);
  return await page(setUpPage(visit, { found, draft, problems, offers, approving }), status);
}

/** `/repositories/:id/set-up/file?path=…`: one of the offered files, to be saved. */
export async function setUpFile(visit: SignedVisit): Promise<Response> {
  const { offers, found } = await offered(visit);
  const wanted = visit.url.searchParams.get("path");
  const approving = stageOffers(found.stageWorkflows, siteOf(visit, found), found.repository);
  const file = [...offers, ...approving].find(({ path }) => path === wanted);
  if (file === undefined) throw notThere();
  return download(file.text, "text/yaml", file.path.split("/").at(-1) ?? "");
}

/** `/repositories/:id/set-up/set-up.sh`: the script that opens the pull request with the rights of whoever runs it. */
export async function setUpScriptFile(visit: SignedVisit): Promise<Response> {
  const { offers, found } = await offered(visit);
  const text = setUpScript(offers, found.repository, visit.parts.about.githubUrl);
  return download(text, "text/x-shellscript", "set-up.sh");
}

async function setUpFor(visit: SignedVisit, draft: Draft | null): Promise<SetUp> {
  const id = idOf(visit.params["id"]);
  if (id === null) throw notThere();
  await mustSee(visit, id);
  return await visit.parts.desk.setUp(visit.session.person, id, draft);
}

async function offered(visit: SignedVisit): Promise<{ offers: Offer[]; found: SetUp }> {
  const draft = draftOf(visit.url.searchParams);
  const found = await setUpFor(visit, draft);
  const read = readPlan(draft ?? found.suggestion);
  if (!read.ok) throw new Refusal("bad-input", Object.values(read.problems).join(" "));
  return { offers: offersOf(read.plan, siteOf(visit, found), found.repository), found };
}

function siteOf({ parts }: SignedVisit, { registry }: SetUp): WorkflowSite {
  const { action, version, githubUrl } = parts.about;
  return { action, version, githubUrl, publicUrl: parts.publicUrl, registry };
}

/** A text that the browser saves. */
export function download(text: string, type: string, name: string): Response {
  return new Response(text, {
    headers: { "content-type": `${type}; charset=utf-8`, "content-disposition": `attachment; filename="${name}"` },
  });
}
