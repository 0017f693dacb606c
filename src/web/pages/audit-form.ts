import { html } from "hono/html";
import { auditKinds } from "../../domain/audit/index.ts";
import type { Repository } from "../../domain/release-types.ts";
import { auditFieldNames } from "../audit-query.ts";
import type { AuditTexts } from "../audit-query.ts";
import type { Html } from "../responses.ts";

/** The address of a page of the audit, or of an export of it. */
export function auditPath(texts: AuditTexts, page = "/audit"): string {
  const query = new URLSearchParams(
    auditFieldNames.filter((name) => texts[name] !== "").map((name) => [name, texts[name]]),
  ).toString();
  return query === "" ? page : `${page}?${query}`;
}

/** The filter: an ordinary form whose fields end up in the address. */
export function auditForm(texts: AuditTexts, repositories: Repository[]): Html {
  const whole = { ...texts, before: "" };
  const kinds = texts.what === "" || auditKinds.some(([prefix]) => prefix === texts.what);
  return html`<form class="box" method="get" action="/audit" aria-labelledby="filter">
    <header><h2 id="filter">Filter</h2></header>
    <div class="pad">
      <div class="filter">
        <div class="field">
          <label for="actor">Who</label>
          <input
            id="actor"
            name="actor"
            value="${texts.actor}"
            autocapitalize="none"
            autocomplete="off"
            spellcheck="false"
          />
        </div>
        <div class="field">
          <label for="what">What</label>
          <select id="what" name="what">
            <option value="">Everything</option>
            ${auditKinds.map(([prefix, name]) => option(prefix, name, texts.what))}
            ${kinds ? null : option(texts.what, texts.what, texts.what)}
          </select>
        </div>
        <div class="field">
          <label for="repository">Repository</label>
          <select id="repository" name="repository">
            <option value="">All</option>
            ${repositories.map(({ id, owner, name }) => option(String(id), `${owner}/${name}`, texts.repository))}
          </select>
        </div>
        ${dayField("from", "From", texts.from)} ${dayField("to", "To", texts.to)}
        ${
          texts.release === ""
            ? null
            : html`<div class="field">
                <label for="release">Release</label>
                <input id="release" name="release" value="${texts.release}" autocomplete="off" spellcheck="false" />
              </div>`
        }
      </div>
      <div class="act below">
        <button class="button primary" type="submit">Filter</button>
        <a class="button" href="/audit">Clear</a>
        <a class="button" href="${auditPath(whole, "/audit.csv")}" download>Export CSV</a>
        <a class="button" href="${auditPath(whole, "/audit.ndjson")}" download>Export NDJSON</a>
      </div>
      <p class="hint">Days are whole, in UTC. The files hold everything that the filter finds, not this page alone.</p>
    </div>
  </form>`;
}

function option(value: string, name: string, chosen: string): Html {
  return html`<option value="${value}" ${value === chosen ? html`selected` : null}>${name}</option>`;
}

/** A day; where the address names an instant the field keeps it. What is no time at all stays to be put right. */
function dayField(name: "from" | "to", label: string, text: string): Html {
  const type = text === "" || /^\d{4}-\d\d-\d\d$/.test(text) ? "date" : "text";
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <input id="${name}" name="${name}" type="${type}" value="${text}" />
  </div>`;
}
