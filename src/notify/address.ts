import { isIP } from "node:net";
import { isLoopback } from "../domain/loopback.ts";
import type { Channel } from "../domain/release-types.ts";
import { isPublic } from "./public-address.ts";

/** Slack's hosts for incoming webhooks; the second one is that of its cloud for the US government. */
const slackHosts = ["hooks.slack.com", "hooks.slack-gov.com"];

/** An address that may be kept: as it is sent to, and what is shown of it. A text: what is wrong with it and what to do. */
export type ReadAddress = { address: string; shown: string } | string;

/**
 * Reads what somebody gave as a channel's address. `loopback`: Countersign itself runs on loopback, where plain http to loopback
 * is allowed, and anything there may play Slack. Where a name leads is looked at when something is sent, not here.
 */
export function readAddress(kind: Channel["kind"], text: string, loopback: boolean): ReadAddress {
  const trimmed = text.trim();
  if (trimmed === "") return "The address is missing.";
  return kind === "email" ? readMail(trimmed) : readUrl(kind, trimmed, loopback);
}

/** One mail address, without name or comment: what follows the last @ is a host name. */
function readMail(text: string): ReadAddress {
  const host = /^[^\s@<>()[\]\\,;:"\p{C}]{1,64}@((?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)*[a-z\d-]{2,63})$/iu.exec(
    text,
  )?.[1];
  if (host === undefined || text.length > 254)
    return "That is not one mail address: write it like `releases@example.com`, without a name around it.";
  return { address: text, shown: text };
}

function readUrl(kind: "slack" | "webhook", text: string, loopback: boolean): ReadAddress {
  const url = text.length > 2_000 ? null : URL.parse(text);
  if (url === null) return "That is not an address: copy it whole, from `https://` on.";
  const local = loopback && isLoopback(text);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && local))
    return "The address has to begin with `https://`, so that nobody reads or changes messages on their way.";
  if (url.username !== "" || url.password !== "")
    return "There is a user or password in the address: take it out; each message is signed instead.";
  if (url.hash !== "") return "There is a `#` in the address: take it, and what follows it, out.";
  if (kind === "slack" && !local) return readSlack(url);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (!loopback && (isIP(host) === 0 ? /(?:^|\.)localhost\.?$/.test(host) : !isPublic(host)))
    return privateSentence(url.host);
  return { address: url.href, shown: url.host };
}

function readSlack(url: URL): ReadAddress {
  if (!slackHosts.includes(url.host))
    return "That is not an incoming webhook of Slack's: its address begins with `https://hooks.slack.com/services/`. For another receiver choose “Webhook”.";
  if (!/^\/services\/[\w-]+\/[\w-]+\/[\w-]+$/.test(url.pathname))
    return "That is not the whole address of an incoming webhook: copy it from Slack again, it looks like `https://hooks.slack.com/services/T…/B…/…`.";
  return { address: url.href, shown: url.host };
}

/** Said where an address, or what its name leads to, is not of the public internet. */
export function privateSentence(host: string): string {
  return `\`${host}\` is inside a private network, and Countersign sends nothing there: give an address on the public internet.`;
}
