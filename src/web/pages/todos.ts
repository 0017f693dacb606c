import { html } from "hono/html";
import type { Todo, TodoWhy } from "../../domain/release-types.ts";
import { revokeCommand } from "../../domain/token-command.ts";
import type { Html } from "../responses.ts";
import { dayOf } from "../time-words.ts";
import { ago, command, icon } from "./pieces.ts";

const reasons: Record<TodoWhy, string> = {
  removed: "It was removed here.",
  replaced: "Another token took its place here. If it is the same one, sealed again, this is done already.",
  refused: "It was refused when it was to be used.",
  "not-releaser": "The policy doesn't name you among the releasers any more, so it was forgotten here.",
  "app-removed": "The app was taken from the repository, so it was forgotten here.",
  "left-behind": "It was for one release, which is over.",
  stopped: "Everything was stopped while a job had it.",
  "revoke-failed": "The workflow couldn't revoke it after the run.",
};

/** Why it is to be done, as a sentence. */
export function todoReason(why: TodoWhy): string {
  return reasons[why];
}

/** What only the person can do at npm: which token, why, how, and until when it matters. */
export function todoBox(todos: Todo[], now: Date): Html {
  return html`<section class="box" aria-labelledby="todo">
    <header>
      <h2 id="todo">To do at npm</h2>
      <span class="count">${todos.length}<span class="sr"> to do</span></span>
    </header>
    <ul class="rows">
      ${todos.map((todo) => todoRow(todo, now))}
    </ul>
  </section>`;
}

function todoRow(todo: Todo, now: Date): Html {
  const name = todo.label === "" ? `the token of ${todo.npmUser}` : todo.label;
  return html`<li>
    <span class="mark">${icon("alert", "wait")}</span>
    <div class="what stack-small">
      <span class="title">Revoke ${name}</span>
      <p>${reasons[todo.why]} npm still accepts it, until ${dayOf(todo.expiresAt)} at the latest.</p>
      ${command(revokeCommand(todo.npmKey))}
      <p class="hint">
        ${todo.npmKey === null ? html`Find its id by its name, then <code>npm token revoke &lt;id&gt;</code>. Or use npm's site, Access Tokens.` : "Or use npm's site, Access Tokens."}
        npm user ${todo.npmUser} · since ${ago(todo.createdAt, now)}
      </p>
    </div>
    <form class="act" method="post" action="/todos/${todo.id}/done">
      <button class="button" type="submit">Done<span class="sr">: ${name} is revoked</span></button>
    </form>
  </li>`;
}
