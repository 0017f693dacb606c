import { html } from "hono/html";
import type { ShownChannel } from "../../desk/channels/types.ts";
import type { Html } from "../responses.ts";
import { icon } from "./pieces.ts";

/** What the person filled in before, where the form comes back. A webhook's address doesn't: it is a secret. */
export interface ChannelDraft {
  kind: ShownChannel["kind"];
  name: string;
  address: string;
}

const options: ReadonlyArray<readonly [ShownChannel["kind"], string]> = [
  ["slack", "Slack (incoming webhook)"],
  ["webhook", "Webhook (signed JSON)"],
  ["email", "Mail"],
];

/** The form that adds a channel; works without script. */
export function channelForm(path: string, draft: ChannelDraft, mail: boolean): Html {
  return html`<section class="box" aria-labelledby="add">
    <header><h2 id="add">Add a channel</h2></header>
    <form class="pad" method="post" action="${path}" autocomplete="off">
      <div class="field">
        <label for="kind">Kind</label>
        <select id="kind" name="kind" aria-describedby="kind-hint">
          ${options
            .filter(([kind]) => mail || kind !== "email")
            .map(
              ([kind, words]) =>
                html`<option value="${kind}" ${kind === draft.kind ? html`selected` : null}>${words}</option>`,
            )}
        </select>
        <p class="hint" id="kind-hint">
          ${mail ? "A webhook's messages are signed; its secret is shown once." : noMail}
        </p>
      </div>
      <div class="field">
        <label for="name">Name</label>
        <input id="name" name="name" value="${draft.name}" maxlength="50" required aria-describedby="name-hint" />
        <p class="hint" id="name-hint">Letters, digits, spaces, dots and dashes, e.g. <code>release-team</code>.</p>
      </div>
      <div class="field">
        <label for="address">Address</label>
        <input
          id="address"
          name="address"
          value="${draft.address}"
          maxlength="2000"
          required
          spellcheck="false"
          autocapitalize="off"
          aria-describedby="address-hint"
        />
        <p class="hint" id="address-hint">
          The whole <code>https://</code> address, or a mail address. It is kept encrypted; only its host, or the mail
          address, is shown again.
        </p>
      </div>
      <button class="button primary" type="submit">${icon("bell")} Add the channel</button>
    </form>
  </section>`;
}

const noMail = html`A webhook's messages are signed; its secret is shown once. Mail can't be chosen: no mail server is
  set up. The people who run Countersign set <code>SMTP_URL</code> and <code>MAIL_FROM</code>.`;
