import { html } from "hono/html";
import type { SeenStop } from "../../desk/panic/index.ts";
import type { Stop } from "../../domain/release-types.ts";
import type { Html } from "../responses.ts";
import type { Visit } from "../visit.ts";
import { layout } from "./layout.ts";
import { ago, blank, icon } from "./pieces.ts";
import { count } from "./stop-banner.ts";

/** What the person filled in before, where the form comes back. */
export interface PanicDraft {
  account: string;
  reason: string;
  confirm: string;
}

export interface PanicContent {
  /** Accounts with repositories that GitHub shows the reader, in order of name. */
  accounts: string[];
  past: Stop[];
  draft: PanicDraft;
  flash: Html | null;
}

/** `/panic`: what is stopped now, the form that stops, and what was lifted. */
export function panicPage(visit: Visit, { accounts, past, draft, flash: box }: PanicContent): Html {
  const stopped = new Set(visit.stops.map(({ stop }) => stop.accountLogin.toLowerCase()));
  const free = accounts.filter((account) => !stopped.has(account.toLowerCase()));
  return layout(
    visit,
    { title: "Stop everything", flash: box, live: { seconds: 5, digest: "", about: "" } },
    html`<div>
        <h1>Stop everything</h1>
        <p class="prose">
          For when a token, a laptop or an account was stolen. Every secret of ours in the account's environments is
          removed, every release that isn't over is ended and its run cancelled, and no release can be asked for until
          somebody lifts it. The same as <code>/panic</code> with a reason in any of its repositories.
        </p>
      </div>
      ${visit.stops.map((seen) => lasting(seen, visit.now))}
      ${accounts.length === 0 ? blank("package", "No repository for you here", "GitHub shows you none in which the app is installed.") : free.length === 0 ? null : form(free, draft)}
      ${past.length === 0 ? null : lifted(past, visit.now)}`,
  );
}

function lasting({ stop, secrets, releases }: SeenStop, now: Date): Html {
  const id = `lift-${stop.id}`;
  return html`<section class="box" aria-labelledby="${id}">
    <header>
      <h2 id="${id}">${icon("stop", "bad")} ${stop.accountLogin} is stopped</h2>
    </header>
    <div class="pad stack-small">
      <p>${stop.beganByLogin} said so ${ago(stop.beganAt, now)}: ${stop.reason}</p>
      <p>
        ${secrets === 0 ? "No secret of ours is left in its environments." : `${count(secrets, "secret")} still to be removed, tried until it is done.`}
        ${releases === 0 ? "No release is under way." : `${count(releases, "release")} still under way.`}
      </p>
      <p class="muted">
        A token that a job had read before is good at npm until its owner revokes it there:
        <a href="/tokens">your to-dos</a> name yours.
      </p>
      <form class="stack-small" method="post" action="/panic/lift" autocomplete="off">
        <input type="hidden" name="account" value="${stop.accountLogin}" />
        <div class="field">
          <label for="${id}-reason">Why it is over</label>
          <input id="${id}-reason" name="reason" maxlength="500" required aria-describedby="${id}-hint" />
          <p class="hint" id="${id}-hint">
            Everybody who was stopped reads it. For admins of the repository in which it was said. What was ended stays
            ended.
          </p>
        </div>
        <button class="button" type="submit">${icon("play")} Lift the stop of ${stop.accountLogin}</button>
      </form>
    </div>
  </section>`;
}

function form(accounts: string[], draft: PanicDraft): Html {
  return html`<section class="box" aria-labelledby="stop-all">
    <header><h2 id="stop-all">Stop all releases</h2></header>
    <form class="pad" method="post" action="/panic" autocomplete="off">
      <div class="field">
        <label for="account">Account</label>
        <select id="account" name="account">
          ${accounts.map((one) => html`<option value="${one}" ${one === draft.account ? html`selected` : null}>${one}</option>`)}
        </select>
      </div>
      <div class="field">
        <label for="reason">Why</label>
        <input
          id="reason"
          name="reason"
          value="${draft.reason}"
          maxlength="500"
          required
          aria-describedby="reason-hint"
        />
        <p class="hint" id="reason-hint">
          A few words, such as <q>a laptop was stolen</q>. Everybody concerned reads it.
        </p>
      </div>
      <div class="field">
        <label for="confirm">Type the account's name</label>
        <input
          id="confirm"
          name="confirm"
          value="${draft.confirm}"
          maxlength="100"
          required
          spellcheck="false"
          autocapitalize="off"
          aria-describedby="confirm-hint"
        />
        <p class="hint" id="confirm-hint">
          So that nobody stops an organisation by a slip. For admins of one of its repositories.
        </p>
      </div>
      <button class="button danger" type="submit">${icon("stop")} Stop everything</button>
    </form>
  </section>`;
}

function lifted(past: Stop[], now: Date): Html {
  return html`<section class="box" aria-labelledby="lifted">
    <header><h2 id="lifted">Lifted</h2></header>
    <ul class="rows">
      ${past.map(
        (stop) =>
          html`<li>
            <div class="grow">
              <strong>${stop.accountLogin}</strong>: ${stop.beganByLogin} stopped it ${ago(stop.beganAt, now)}
              (${stop.reason}); ${stop.liftedByLogin ?? ""} lifted it
              ${stop.liftedAt === null ? "" : ago(stop.liftedAt, now)} (${stop.liftReason ?? ""}).
            </div>
          </li>`,
      )}
    </ul>
  </section>`;
}
