import type { Session } from "./session.ts";
import { warn } from "./workflow.ts";

/** Tells Slack who is asked, for what, and where. The webhook's address is a secret: it is never shown. */
export async function tellSlack(webhook: string, session: Session, url: string): Promise<void> {
  if (webhook === "") return;
  const { releaser, package: name, version } = session.release;
  const repository = process.env["GITHUB_REPOSITORY"] ?? "";
  const from = repository === "" ? "" : ` from ${repository}`;
  const text = `npm asks ${releaser} for a one-time code to publish ${name} ${version}${from}: <${url}|answer it>`;
  const sent = await fetch(webhook, {
    method: "POST",
    redirect: "error",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text }),
    signal: AbortSignal.timeout(10_000),
  }).catch(() => null);
  if (sent?.ok !== true) warn("Slack could not be told; the link is in the log.");
}
