import { findRule } from "../../domain/doctor/rules.ts";
import { seenExamination } from "../doctor.ts";
import { idOf } from "../forms.ts";
import { doctorPage } from "../pages/doctor.ts";
import { localPublishingPage } from "../pages/local-publishing.ts";
import { rulePage, rulesPage } from "../pages/rules.ts";
import { page } from "../responses.ts";
import { notThere } from "../visit.ts";
import type { SignedVisit, Visit } from "../visit.ts";

/** `/repositories/:id/doctor`: the repository looked at now, as far as the person may see it. */
export async function showDoctor(visit: SignedVisit): Promise<Response> {
  return await page(doctorPage(visit, await seenExamination(visit, idOf(visit.params["id"]))));
}

/** `/doctor/rules`: every rule there is, for everybody. */
export async function showRules(visit: Visit): Promise<Response> {
  return await page(rulesPage(visit));
}

/** `/doctor/rules/:id`: one of them. */
export async function showRule(visit: Visit): Promise<Response> {
  const rule = findRule(visit.params["id"] ?? "");
  if (rule === null) throw notThere();
  return await page(rulePage(visit, rule));
}

/** `/local-publishing`: for those who stay with publishing from their own machine; for everybody. */
export async function showLocalPublishing(visit: Visit): Promise<Response> {
  return await page(localPublishingPage(visit));
}
