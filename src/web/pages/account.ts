import { html } from "hono/html";
import type { OwnSession } from "../own-sessions.ts";
import type { Html } from "../responses.ts";
import { exact } from "../time-words.ts";
import type { SignedVisit } from "../visit.ts";
import { layout } from "./layout.ts";
import type { Frame } from "./layout.ts";
import { ago, at, icon } from "./pieces.ts";

/** A person's own page: where they are signed in, where messages go, what is kept about them. */
export function accountPage(visit: SignedVisit, sessions: OwnSession[], frame: Pick<Frame, "flash">): Html {
  return layout(
    visit,
    { title: "Account", current: "account", ...frame },
    html`<div>
        <h1>Account</h1>
        <p class="muted">You are <strong>${visit.session.person.login}</strong>, as GitHub says.</p>
      </div>
      ${sessionBox(sessions, visit.now)}
      <section class="box" aria-labelledby="messages">
        <header><h2 id="messages">Notifications</h2></header>
        <p class="pad">
          Where Countersign tells you that something waits for you, in this browser and on your channels:
          <a href="/notifications">your notifications</a>.
        </p>
      </section>
      ${kept()}`,
  );
}

function sessionBox(sessions: OwnSession[], now: Date): Html {
  return html`<section class="box" aria-labelledby="sessions">
    <header>
      <h2 id="sessions">Where you are signed in</h2>
      <span class="count"
        >${sessions.length}<span class="sr"> ${sessions.length === 1 ? "session" : "sessions"}</span></span
      >
    </header>
    <ul class="rows">
      ${sessions.map((session) => sessionRow(session, now))}
    </ul>
    <form class="pad divided" method="post" action="/account/sign-out-everywhere">
      <p>
        Ends every session above, command lines too, and has GitHub forget their access tokens. Releases go on without
        you.
      </p>
      <div class="act below">
        <button class="button danger" type="submit">Sign out everywhere</button>
      </div>
    </form>
  </section>`;
}

function sessionRow(session: OwnSession, now: Date): Html {
  const name = session.kind === "browser" ? "Browser" : "Command line";
  const which = `${name}, signed in ${exact(session.createdAt)}`;
  return html`<li>
    <span class="mark">${icon(session.kind === "browser" ? "shield-lock" : "play", "muted")}</span>
    <div class="what stack-small">
      <div class="heading">
        <span class="title">${name}</span>
        ${session.current ? html`<span class="label good">${icon("check")} This one</span>` : null}
      </div>
      <p class="muted small">
        Signed in ${at(session.createdAt)} · last seen ${ago(session.lastSeenAt, now)} · ends
        ${ago(session.expiresAt, now)}${session.kind === "browser" ? ", or after 2 hours without a visit" : null}
      </p>
    </div>
    <form class="act" method="post" action="/account/sessions/${session.id}/end">
      <button class="button" type="submit">
        <span>${session.current ? "Sign out" : "End"}<span class="sr"> ${which}</span></span>
      </button>
    </form>
  </li>`;
}

function kept(): Html {
  return html`<section class="box" aria-labelledby="kept">
    <header><h2 id="kept">What is kept about you</h2></header>
    <ul class="pad points">
      <li>Who you are: GitHub's number for you, your login, and when you were last seen here.</li>
      <li>
        Your sessions, for 8 hours at most, each with GitHub's access token, encrypted. It goes when the session goes.
        No refresh token is kept.
      </li>
      <li>
        <a href="/tokens">Your npm tokens</a>, sealed so that only GitHub can open them, with what you said about them.
        What was sealed is forgotten when the token is removed or has ended; the rest stays.
      </li>
      <li>Your notification channels: their addresses are encrypted, and go when you remove them.</li>
      <li>
        The releases that you asked for, and your approvals and rejections with their words. People who see the
        repository see them.
      </li>
      <li>
        <a href="/audit">The audit</a> of what you did, for as long as this installation keeps its database. People with
        write access to the repository read it.
      </li>
      <li>In this browser alone: whether it may notify you, what it has told you of, and how much waits for you.</li>
      <li>What GitHub sent about you, your comments with commands among it, for 14 days after it was handled.</li>
    </ul>
    <p class="pad divided muted small">
      Never kept where it could be read: an npm token, a code of your second factor.
    </p>
  </section>`;
}
