import { html } from "hono/html";
import { managers } from "../../domain/set-up/managers.ts";
import type { Draft, DraftField, PlanReading } from "../../domain/set-up/plan.ts";
import type { Mode } from "../../domain/policy-types.ts";
import type { Html } from "../responses.ts";

/** What was wrong with which field. */
export type Problems = Extract<PlanReading, { ok: false }>["problems"];

/** The form that policy and workflow are made of: an ordinary one, whose fields end up in the address. */
export function setUpForm(repositoryId: number, draft: Draft, problems: Problems): Html {
  const field = (name: DraftField, label: string, hint: string, input: (more: Html) => Html): Html =>
    fieldOf(name, label, hint, problems[name], input);
  const line =
    (name: DraftField, mode = "text") =>
    (more: Html) =>
      html`<input
        id="${name}"
        name="${name}"
        type="text"
        inputmode="${mode}"
        value="${draft[name]}"
        autocapitalize="none"
        autocomplete="off"
        spellcheck="false"
        ${more}
      />`;
  return html`<form
    class="box"
    method="get"
    action="/repositories/${repositoryId}/set-up#files"
    aria-labelledby="files"
  >
    <header><h2 id="files">Policy and workflow</h2></header>
    <div class="pad">
      ${field(
        "packages",
        "Packages",
        "One a line, its folder behind it where that isn't the root: @acme/parser packages/parser",
        (more) =>
          html`<textarea id="packages" name="packages" rows="3" class="mono" spellcheck="false" ${more}>
${draft.packages}</textarea>`,
      )}
      <div class="field-row">
        ${field("releasers", "Releasers", "GitHub logins and teams (@org/team), with commas.", line("releasers"))}
        ${field("approvals", "Approvals", "How many people have to countersign.", line("approvals", "numeric"))}
      </div>
      <div class="field-row">
        ${field("approvers", "Approvers", "Empty: the releasers, each for the others.", line("approvers"))}
        ${field("environment", "Environment", "GitHub's, in which the publishing job runs.", line("environment"))}
      </div>
      <div class="field-row">
        ${field("manager", "How it installs", "By the lockfile of the default branch.", (more) =>
          select(
            "manager",
            draft.manager,
            Object.entries(managers).map(([id, { label }]) => [id, label]),
            more,
          ),
        )}
        ${field("access", "Who may install the package", "Counts at a scoped package's first publish.", (more) =>
          select("access", draft.access, accesses, more),
        )}
      </div>
      <div class="field-row">
        ${field(
          "mode",
          "How it is published",
          "By whose credential, and whether a person lets it out at npm.",
          (more) => select("mode", draft.mode, Object.entries(modes), more),
        )}
        ${field(
          "step",
          "Second factor",
          "Counts where npm asks while the job runs. The first also takes passkeys.",
          (more) => select("step", draft.step, steps, more),
        )}
        <fieldset class="field">
          <legend class="label-text">Before it is published</legend>
          ${box("build", "Run its script build", draft)} ${box("test", "Run its script test", draft)}
          ${box("secondBuild", "Build it a second time, and compare", draft)}
        </fieldset>
      </div>
      <div class="act below">
        <button class="button primary" type="submit">Show the files</button>
      </div>
    </div>
  </form>`;
}

/** In the order in which people who begin should read them. */
const modes: Record<Mode, string> = {
  otp: "otp: npm token, second factor while it runs",
  stage: "stage: npm token, approved at npm later",
  "trusted-stage": "trusted-stage: no token, approved at npm later",
  trusted: "trusted: no token, no second factor",
};
const accesses: Array<[string, string]> = [
  ["", "as npm does by itself"],
  ["public", "everybody"],
  ["restricted", "those whom npm lets see it"],
];
const steps: Array<[string, string]> = [
  ["publish", "Countersign's publish step"],
  ["otp", "a code for npm publish, as with wait-for-secrets"],
];

function fieldOf(
  name: string,
  label: string,
  hint: string,
  problem: string | undefined,
  input: (more: Html) => Html,
): Html {
  const described = `${name}-hint${problem === undefined ? "" : ` ${name}-problem`}`;
  const invalid = problem === undefined ? null : html`aria-invalid="true"`;
  return html`<div class="field">
    <label for="${name}">${label}</label>
    ${input(html`aria-describedby="${described}" ${invalid}`)}
    <p class="hint" id="${name}-hint">${hint}</p>
    ${problem === undefined ? null : html`<p class="problem" id="${name}-problem">${problem}</p>`}
  </div>`;
}

function select(name: string, chosen: string, options: Array<[string, string]>, more: Html): Html {
  return html`<select id="${name}" name="${name}" ${more}>
    ${options.map(
      ([value, label]) => html`<option value="${value}" ${value === chosen ? html`selected` : null}>${label}</option>`,
    )}
  </select>`;
}

function box(name: "build" | "test" | "secondBuild", label: string, draft: Draft): Html {
  return html`<label class="check" for="${name}">
    <input type="checkbox" id="${name}" name="${name}" value="on" ${draft[name] === "" ? null : html`checked`} />
    ${label}
  </label>`;
}
