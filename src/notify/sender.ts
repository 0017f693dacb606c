import type { Clock } from "../domain/clock.ts";
import { heed } from "./answer.ts";
import { post } from "./post.ts";
import type { Resolve } from "./post.ts";
import { slackBody } from "./slack.ts";
import { sendMail } from "./smtp.ts";
import { NotSent } from "./types.ts";
import type { Letter, MailSettings, Sender, Target } from "./types.ts";
import { signedHeaders, webhookBody } from "./webhook.ts";

export interface SenderParts {
  clock: Clock;
  /** Countersign itself runs on loopback: then it may send to loopback and private networks. */
  loopback: boolean;
  /** null: the operator set up no mail server. */
  mail: MailSettings | null;
  /** Milliseconds that a receiver has; 10 seconds where nothing is said. */
  timeoutMs?: number;
  resolve?: Resolve;
}

/** The one way out for messages. Keeps nothing: neither addresses nor connections. */
export function createSender(parts: SenderParts): Sender {
  const { clock, mail, loopback: inside, timeoutMs = 10_000 } = parts;
  const options = { timeoutMs, inside, ...(parts.resolve === undefined ? {} : { resolve: parts.resolve }) };
  return {
    mail: mail !== null,
    async send(target: Target, letter: Letter) {
      if (target.kind === "email") {
        if (mail === null)
          throw new NotSent(
            "refused",
            "No mail server is set up any more: the people who run Countersign set `SMTP_URL`.",
          );
        return await sendMail(mail, target.address, letter, timeoutMs);
      }
      const url = new URL(target.address);
      const body = target.kind === "slack" ? JSON.stringify(slackBody(letter)) : webhookBody(letter);
      const now = clock.now();
      const headers = target.kind === "webhook" ? signedHeaders(target.secret, letter.id, now, body) : {};
      heed(target.kind, url.host, await post(url, headers, body, options), now);
    },
  };
}
