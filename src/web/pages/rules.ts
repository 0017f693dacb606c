import { html } from "hono/html";
import { areaNames, byArea, levelWords } from "../../domain/doctor/pages.ts";
import type { Rule } from "../../domain/doctor/rule.ts";
import { rules } from "../../domain/doctor/rules.ts";
import type { Html } from "../responses.ts";
import type { Visit } from "../visit.ts";
import { layout } from "./layout.ts";
import { facts, icon, linkTo, prose } from "./pieces.ts";
import { words } from "./words.ts";

/** Every rule of the doctor, area by area. */
export function rulesPage(visit: Visit): Html {
  return layout(
    visit,
    { title: "The doctor's rules" },
    html`<div>
        <h1>The doctor's rules</h1>
        <p class="muted">
          What is looked at in a repository: on its page, by <code>/doctor</code> in a comment, by
          <code>countersign doctor</code>, and at each release for the commit that runs. If you publish from your own
          machine instead: <a href="/local-publishing">how to do that well</a>.
        </p>
      </div>
      ${byArea(rules, ({ area }) => area).map(
        ({ area, all }) =>
          html`<section class="box" aria-labelledby="${area}">
            <header>
              <h2 id="${area}">${areaNames[area]}</h2>
              <span class="count">${all.length}<span class="sr"> rules</span></span>
            </header>
            <ul class="rows">
              ${all.map(ruleRow)}
            </ul>
          </section>`,
      )}`,
  );
}

function ruleRow(rule: Rule): Html {
  return html`<li>
    <div class="what">
      <p class="title"><a href="/doctor/rules/${rule.id}">${prose(rule.title)}</a></p>
      <p class="muted">${prose(rule.why)}</p>
    </div>
    <div>${levelLabel(rule)}</div>
  </li>`;
}

function levelLabel({ level, fixed }: Rule): Html {
  return level === "block"
    ? html`<span class="label bad">${icon("x-circle-fill")} Blocks${fixed ? ", always" : null}</span>`
    : html`<span class="label wait">${icon("alert")} Warns</span>`;
}

/** One rule: why, how to mend it, what it looks like, what a policy may say of it. */
export function rulePage(visit: Visit, rule: Rule): Html {
  const { id, area, title, why, mend, guide, zizmor, example } = rule;
  return layout(
    visit,
    { title },
    html`<div>
        <div class="heading">
          <h1>${prose(title)}</h1>
          ${levelLabel(rule)}
        </div>
        <p class="muted"><a href="/doctor/rules">All rules</a></p>
      </div>
      <div class="narrow stack">
        ${facts([
          ["Rule", html`<code>${id}</code>`],
          ["Looks at", areaNames[area]],
          ["When broken", prose(levelWords(rule))],
          guide === null ? null : ["The guide says", html`“${prose(guide)}”`],
          zizmor === null
            ? null
            : ["zizmor", linkTo(`https://docs.zizmor.sh/audits/#${zizmor}`, html`<code>${zizmor}</code>`)],
        ])}
        <section class="stack-small" aria-labelledby="why">
          <h2 id="why">Why</h2>
          <p>${prose(why)}</p>
        </section>
        <section class="stack-small" aria-labelledby="mend">
          <h2 id="mend">How to mend it</h2>
          <p>${words(visit, mend)}</p>
          ${
            example === undefined
              ? null
              : html`<h3>Broken</h3>
                  <pre class="sample">${example.bad}</pre>
                  <h3>Kept</h3>
                  <pre class="sample">${example.good}</pre>`
          }
        </section>
        ${rule.fixed ? null : policyPart(visit.now, rule)}
      </div>`,
  );
}

/** What somebody writes who doesn't mend it now. */
function policyPart(now: Date, { id, area, level }: Rule): Html {
  const until = new Date(now.getTime() + 30 * 86_400_000).toISOString().slice(0, 10);
  const file = area === "workflow" ? "\n      file: .github/workflows/publish.yml" : "";
  const other = level === "block" ? "warn" : "block";
  return html`<section class="stack-small" aria-labelledby="policy">
    <h2 id="policy">In the policy</h2>
    <p>Its level, and a waiver with an author, a reason and an end. Both are read at the default branch.</p>
    <pre class="sample">
doctor:
  levels:
    ${id}: ${other}
  waivers:
    - rule: ${id}${file}
      by: your-login
      reason: why, and what is being done about it
      until: ${until}</pre>
  </section>`;
}
