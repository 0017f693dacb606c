import { html } from "hono/html";
import type { ShownChannel } from "../../desk/channels/types.ts";
import type { Repository } from "../../domain/release-types.ts";
import type { IconName } from "../assets/icon-paths.ts";
import type { Html } from "../responses.ts";
import type { Visit } from "../visit.ts";
import { browserChoice } from "./browser-choice.ts";
import { channelForm } from "./channel-form.ts";
import type { ChannelDraft } from "./channel-form.ts";
import { layout } from "./layout.ts";
import { ago, blank, command, flash, icon, prose } from "./pieces.ts";

/** Where a person's own channels are. */
export const notificationsPath = "/notifications";

/** Where a repository's channels are. */
export function repositoryNotificationsPath(repositoryId: number): string {
  return `/repositories/${repositoryId}/notifications`;
}

/** What both pages show. */
export interface ChannelsContent {
  /** Address of the page; its forms go below it. */
  path: string;
  channels: ShownChannel[];
  /** Whether this person may add, try and remove; where not, why not. */
  may: true | string;
  /** Whether mail can be sent at all. */
  mail: boolean;
  draft: ChannelDraft;
  flash: Html | null;
  /** A webhook's secret, just made: shown this once. */
  secret: string | null;
}

/** My own channels, and the way to those of the repositories that GitHub shows me. */
export function ownChannelsPage(visit: Visit, content: ChannelsContent, repositories: Repository[]): Html {
  return layout(
    visit,
    { title: "Notifications", flash: content.flash },
    html`<div>
        <h1>Notifications</h1>
        <p class="muted">
          How Countersign calls you: when your approval is wanted, when npm asks you for the second factor, and, by a
          channel, when your npm tokens end.
        </p>
      </div>
      ${browserChoice()}
      ${body(visit, content, "Your channels", "Nothing calls you yet", "Add Slack, a webhook or a mail address of your own below.")}
      <section class="box" aria-labelledby="repositories">
        <header><h2 id="repositories">Channels of repositories</h2></header>
        ${
          repositories.length === 0
            ? blank("bell", "No repository", "GitHub shows you none that Countersign is installed in.")
            : html`<ul class="rows">
                ${repositories.map(
                  ({ id, owner, name }) =>
                    html`<li>
                      <span class="mark">${icon("bell", "muted")}</span>
                      <div class="what"><a href="${repositoryNotificationsPath(id)}">${owner}/${name}</a></div>
                    </li>`,
                )}
              </ul>`
        }
      </section>`,
  );
}

/** A repository's channels; who may not change them sees why. */
export function repositoryChannelsPage(visit: Visit, content: ChannelsContent, repository: Repository): Html {
  const name = `${repository.owner}/${repository.name}`;
  return layout(
    visit,
    { title: `Notifications of ${name}`, flash: content.flash },
    html`<div>
        <h1>Notifications of ${name}</h1>
        <p class="muted">
          Channels of this repository. They tell when an approval is wanted, when npm asks for the second factor, how a
          release ended, and when npm tokens end. <a href="${notificationsPath}">Your own channels</a> are beside these.
        </p>
      </div>
      ${body(visit, content, "Channels", "Nobody is told yet", "Comments on GitHub say it all; a channel calls people besides.")}`,
  );
}

function body(visit: Visit, content: ChannelsContent, heading: string, nothing: string, then: string): Html {
  const { channels, may, path, secret } = content;
  return html`${secret === null ? null : secretBox(secret)}
    <section class="box" aria-labelledby="channels">
      <header>
        <h2 id="channels">${heading}</h2>
        <span class="count">${channels.length}<span class="sr"> channels</span></span>
      </header>
      ${
        channels.length === 0
          ? blank("bell", nothing, then)
          : html`<ul class="rows">
              ${channels.map((channel) => row(channel, path, may === true, visit.now))}
            </ul>`
      }
    </section>
    ${may === true ? channelForm(path, content.draft, content.mail) : flash("muted", "lock", may)}`;
}

function secretBox(secret: string): Html {
  return html`<section class="box" aria-labelledby="secret">
    <header><h2 id="secret">The webhook's secret</h2></header>
    <div class="pad stack-small">
      <p>
        Each message is signed with it, as <code>webhook-signature</code>. Copy it to the receiver now: it isn't shown
        again.
      </p>
      ${command(secret)}
    </div>
  </section>`;
}

const kinds: Record<ShownChannel["kind"], { word: string; icon: IconName }> = {
  slack: { word: "Slack", icon: "comment-discussion" },
  webhook: { word: "Webhook", icon: "webhook" },
  email: { word: "Mail", icon: "mail" },
};

function row(channel: ShownChannel, path: string, may: boolean, now: Date): Html {
  const { id, name, kind, shownAddress, createdAt, lastSentAt, lastFailedAt, lastError } = channel;
  return html`<li>
    <span class="mark">${icon(kinds[kind].icon, "muted")}</span>
    <div class="what stack-small">
      <div class="heading"><span class="title">${name}</span>${stateLabel(channel)}</div>
      <p class="muted small">
        ${kinds[kind].word} · <span class="wrap">${shownAddress}</span> · added ${ago(createdAt, now)}
        ${lastSentAt === null ? null : html`· last message taken ${ago(lastSentAt, now)}`}
      </p>
      ${
        lastError === null
          ? null
          : html`<p class="problem">
              ${prose(lastError)}
              ${lastFailedAt === null ? null : html`<span class="small">(${ago(lastFailedAt, now)})</span>`}
            </p>`
      }
      ${
        may
          ? html`<details>
              <summary>Remove</summary>
              <form method="post" action="${path}/${id}/remove" class="stack-small">
                <p>Countersign forgets the address. What waits to be sent there is not sent.</p>
                <button class="button danger" type="submit">${icon("trash")} Remove ${name}</button>
              </form>
            </details>`
          : null
      }
    </div>
    ${
      may
        ? html`<form class="act" method="post" action="${path}/${id}/test">
            <button class="button" type="submit">
              <span>Send a test<span class="sr"> message to ${name}</span></span>
            </button>
          </form>`
        : null
    }
  </li>`;
}

function stateLabel({ lastSentAt, lastError }: ShownChannel): Html {
  if (lastError !== null) return html`<span class="label bad">${icon("alert")} Not working</span>`;
  if (lastSentAt !== null) return html`<span class="label good">${icon("check")} Working</span>`;
  return html`<span class="label">${icon("clock")} Not tried yet</span>`;
}
