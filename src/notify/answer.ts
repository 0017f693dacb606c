import type { Answer } from "./post.ts";
import { NotSent } from "./types.ts";

/**
 * Words with which Slack says that a webhook, or where it led, isn't there any more (Slack's documents, "Handling errors" of
 * incoming webhooks). Some come with 403 or 404, which alone would say less.
 */
const slackGone =
  /\b(no_service|no_service_id|no_team|team_disabled|no_active_hooks|channel_is_archived|channel_not_found|invalid_token)\b/;

const waits = { least: 1, otherwise: 60, most: 3_600 };

/** Nothing where the answer says that it was taken. @throws NotSent with a sentence for the page */
export function heed(kind: "slack" | "webhook", host: string, answer: Answer, now: Date): void {
  const { status } = answer;
  if (status >= 200 && status < 300) return;
  if (status === 429) {
    const seconds = waitOf(answer.retryAfter, now);
    throw new NotSent("limited", `\`${host}\` asks to wait ${seconds} s before the next message.`, seconds);
  }
  const word = kind === "slack" && status >= 400 && status < 500 ? slackGone.exec(answer.beginning)?.[1] : undefined;
  if (kind === "slack" && (word !== undefined || status === 404 || status === 410))
    throw new NotSent(
      "gone",
      `Slack says that this address is dead (${word === undefined ? status : `\`${word}\``}): the webhook was removed, or its channel archived. Make a new incoming webhook in Slack, remove this channel, and add the new address.`,
    );
  if (status === 404 || status === 410)
    throw new NotSent(
      "gone",
      `\`${host}\` answers ${status}: nothing takes messages at this address any more. Mend it there, or remove this channel and add the new address.`,
    );
  if (status === 408 || status === 425 || status >= 500)
    throw new NotSent("unreachable", `\`${host}\` answers ${status}: something is wrong there.`);
  if (status >= 300 && status < 400)
    throw new NotSent(
      "refused",
      `\`${host}\` answers with a redirect, which isn't followed: remove this channel and add the address that it leads to.`,
    );
  throw new NotSent("refused", `\`${host}\` answers ${status} and doesn't take the message: look at what it expects.`);
}

/** `Retry-After` in seconds: a number or a date (RFC 9110), within bounds. */
function waitOf(text: string | null, now: Date): number {
  const value = (text ?? "").trim();
  const given = /^\d{1,9}$/.test(value) ? Number(value) : (Date.parse(value) - now.getTime()) / 1000;
  const seconds = Number.isFinite(given) ? Math.ceil(given) : waits.otherwise;
  return Math.min(waits.most, Math.max(waits.least, seconds));
}
