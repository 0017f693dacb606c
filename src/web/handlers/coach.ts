import { adviceOf, changeScript } from "../advice.ts";
import type { Advice } from "../advice.ts";
import { idOf } from "../forms.ts";
import { coachPage } from "../pages/coach-page.ts";
import { page } from "../responses.ts";
import { mustSee, notThere } from "../visit.ts";
import type { SignedVisit } from "../visit.ts";
import { download } from "./set-up.ts";

/** `/repositories/:id/coach?package=…&mode=…`: a package's mode, what npm ends, and the way to another mode. */
export async function showCoach(visit: SignedVisit): Promise<Response> {
  return await page(coachPage(visit, await adviceFor(visit)));
}

/** `/repositories/:id/coach/file?path=…`: one of the changed files, to be saved. */
export async function coachFile(visit: SignedVisit): Promise<Response> {
  const { files } = await adviceFor(visit);
  const wanted = visit.url.searchParams.get("path");
  const file = files.find((one) => one?.path === wanted);
  if (file === undefined || file === null) throw notThere();
  return download(file.text, "text/yaml", file.path.split("/").at(-1) ?? "");
}

/** `/repositories/:id/coach/change.sh`: the script that opens the pull request with the rights of whoever runs it. */
export async function coachScript(visit: SignedVisit): Promise<Response> {
  const advice = await adviceFor(visit);
  const text = changeScript(advice, visit.parts.about.githubUrl);
  if (text === null) throw notThere();
  return download(text, "text/x-shellscript", "change.sh");
}

async function adviceFor(visit: SignedVisit): Promise<Advice> {
  const id = idOf(visit.params["id"]);
  if (id === null) throw notThere();
  await mustSee(visit, id);
  const query = visit.url.searchParams;
  return await adviceOf(visit, id, { package: query.get("package"), mode: query.get("mode") });
}
