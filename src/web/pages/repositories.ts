import { html } from "hono/html";
import type { RepositoryInList } from "../../desk/repository-views.ts";
import { releaseTitle } from "../../domain/release.ts";
import type { Html } from "../responses.ts";
import type { Visit } from "../visit.ts";
import { doneFlash } from "./done.ts";
import { layout } from "./layout.ts";
import { ago, blank, icon, stateLabel } from "./pieces.ts";

/** Repositories on one page, and packages named of one of them. */
const most = { rows: 100, packages: 4 };

/** Every repository that GitHub shows the reader, where the app is installed. */
export function repositoriesPage(visit: Visit, all: RepositoryInList[], asked: { q: string; page: string }): Html {
  const found = all.filter((one) => fits(one, asked.q.toLowerCase()));
  const pages = Math.max(1, Math.ceil(found.length / most.rows));
  const number = Math.min(/^[1-9]\d{0,5}$/.test(asked.page) ? Number(asked.page) : 1, pages);
  const rows = found.slice((number - 1) * most.rows, number * most.rows);
  return layout(
    visit,
    { title: "Repositories", current: "repositories", flash: doneFlash(visit.url) },
    html`<div>
        <h1>Repositories</h1>
        <p class="muted">Those that GitHub shows you, among the ones where the app is installed.</p>
      </div>
      ${all.length > 1 ? search(asked.q) : null}
      <section class="box" aria-labelledby="list">
        <header>
          <h2 id="list">${asked.q === "" ? "All" : "Found"}</h2>
          <span class="count"
            >${found.length}<span class="sr"> ${found.length === 1 ? "repository" : "repositories"}</span></span
          >
        </header>
        ${
          rows.length === 0
            ? nothing(asked.q)
            : html`<ul class="rows">
                ${rows.map((one) => row(one, visit.now))}
              </ul>`
        }
      </section>
      ${turning(asked.q, number, pages)}`,
  );
}

function fits({ repository, packages }: RepositoryInList, q: string): boolean {
  const texts = [`${repository.owner}/${repository.name}`, ...packages.map(({ name }) => name)];
  return q === "" || texts.some((text) => text.toLowerCase().includes(q));
}

function search(q: string): Html {
  return html`<form class="act" method="get" action="/repositories" role="search">
    <div class="field grow">
      <label for="q" class="sr">Repository or package</label>
      <input
        id="q"
        name="q"
        type="search"
        value="${q}"
        placeholder="Repository or package"
        maxlength="200"
        autocomplete="off"
        spellcheck="false"
      />
    </div>
    <button class="button" type="submit">${icon("search")} Find</button>
  </form>`;
}

function nothing(q: string): Html {
  return q === ""
    ? blank(
        "package",
        "No repository for you here",
        "Repositories appear here where the app is installed and GitHub shows them to you. Who owns one installs the app from its page on GitHub.",
      )
    : blank("search", "No repository or package like that", "Try a part of its name.");
}

function row({ repository, active, packages, last }: RepositoryInList, now: Date): Html {
  const modes = [...new Set(packages.flatMap(({ newest }) => newest?.mode ?? []))];
  return html`<li>
    <span class="mark">${icon(repository.private ? "lock" : "package", "muted")}</span>
    <div class="what stack-small">
      <div class="heading">
        <span class="title"><a href="/repositories/${repository.id}">${repository.owner}/${repository.name}</a></span>
        ${repository.private ? html`<span class="label">Private</span>` : null}
        ${
          active === 0
            ? null
            : html`<a class="label busy" href="/?repository=${repository.id}"
                >${icon("hourglass")} ${active} under way</a
              >`
        }
      </div>
      <p class="muted small">
        ${packages.length === 0 ? "No package on record yet" : packageNames(packages.map(({ name }) => name))}
        ${modes.map((mode) => html` · <code>${mode}</code>`)}
      </p>
      ${
        last === null
          ? null
          : html`<p class="muted small">
              Last release <a href="/releases/${last.id}">${releaseTitle(last)}</a> ${stateLabel(last.state)}
              ${ago(last.endedAt ?? last.requestedAt, now)}
            </p>`
      }
    </div>
  </li>`;
}

function packageNames(names: string[]): string {
  const more = names.length - most.packages;
  return more > 0 ? `${names.slice(0, most.packages).join(", ")} and ${more} more` : names.join(", ");
}

function turning(q: string, page: number, pages: number): Html | null {
  if (pages === 1) return null;
  const to = (number: number): string =>
    `/repositories?${new URLSearchParams({ ...(q === "" ? {} : { q }), page: String(number) }).toString()}`;
  return html`<nav class="act turning" aria-label="Pages of the repositories">
    ${page === 1 ? null : html`<a class="button" href="${to(page - 1)}" rel="prev">Before</a>`}
    <span class="muted">Page ${page} of ${pages}</span>
    ${page === pages ? null : html`<a class="button" href="${to(page + 1)}" rel="next">Next</a>`}
  </nav>`;
}
