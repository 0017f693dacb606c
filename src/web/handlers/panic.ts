import { Refusal } from "../../domain/errors.ts";
import { readForm } from "../forms.ts";
import type { Fields } from "../forms.ts";
import { doneFlash } from "../pages/done.ts";
import { panicPage } from "../pages/panic.ts";
import type { PanicDraft } from "../pages/panic.ts";
import { flash, prose } from "../pages/pieces.ts";
import { goTo, page } from "../responses.ts";
import type { Html } from "../responses.ts";
import { troubleOf } from "../trouble.ts";
import { isCurrent, unchanged } from "../visit.ts";
import type { SignedVisit } from "../visit.ts";

const empty: PanicDraft = { account: "", reason: "", confirm: "" };

/** `/panic`: what is stopped, and the form that stops. */
export async function showPanic(visit: SignedVisit): Promise<Response> {
  if (isCurrent(visit, "")) return unchanged();
  return await shown(visit, empty, doneFlash(visit.url));
}

/** Stops everything of an account. */
export async function stopAll(visit: SignedVisit): Promise<Response> {
  const fields = await readForm(visit.request);
  const draft: PanicDraft = {
    account: field(fields, "account"),
    reason: field(fields, "reason"),
    confirm: field(fields, "confirm"),
  };
  return await orAgain(visit, draft, async () => {
    if (draft.confirm.toLowerCase() !== draft.account.toLowerCase())
      throw new Refusal("bad-input", `Type the account's name, \`${draft.account}\`, to stop everything there.`);
    await visit.parts.panic.panic({ ...(await askOf(visit, draft)), origin: "dashboard" });
    return goTo("/panic?done=stopped");
  });
}

/** Lifts it. */
export async function liftAll(visit: SignedVisit): Promise<Response> {
  const fields = await readForm(visit.request);
  const asked = { account: field(fields, "account"), reason: field(fields, "reason") };
  return await orAgain(visit, empty, async () => {
    await visit.parts.panic.lift({ ...(await askOf(visit, asked)), origin: "dashboard" });
    return goTo("/panic?done=lifted");
  });
}

/** What is to be corrected is said above the form, as it was filled in. */
async function orAgain(visit: SignedVisit, draft: PanicDraft, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    const trouble = error instanceof Refusal && error.code !== "not-found" ? troubleOf(error) : null;
    if (trouble === null) throw error;
    return await shown(visit, draft, flash("bad", "alert", prose(trouble.text)), trouble.status);
  }
}

async function askOf({ visible, session }: SignedVisit, { account, reason }: Pick<PanicDraft, "account" | "reason">) {
  return { person: session.person, account, reason, repositoryIds: await visible.of(session) };
}

async function shown(visit: SignedVisit, draft: PanicDraft, box: Html | null, status = 200): Promise<Response> {
  const ids = await visit.visible.of(visit.session);
  const [all, past] = await Promise.all([visit.parts.store.repositories.all(), visit.parts.panic.pastStops(ids)]);
  const accounts = [...new Set(all.filter(({ id }) => ids.has(id)).map(({ owner }) => owner))].sort();
  return await page(panicPage(visit, { accounts, past, draft, flash: box }), status);
}

function field(fields: Fields, name: string): string {
  return (fields.get(name) ?? "").trim().slice(0, 1_000);
}
