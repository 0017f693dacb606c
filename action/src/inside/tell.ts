import { join } from "node:path";
import { notable } from "../../../src/domain/inside/points.ts";
import type { Contents } from "../../../src/domain/inside/types.ts";
import type { Packed } from "../pack.ts";
import { call, patiently } from "../server.ts";
import { longPauses } from "../session.ts";
import type { Session } from "../session.ts";
import { StepError } from "../step-error.ts";
import { say, sentenceOf, summarise, warn } from "../workflow.ts";
import { describeTarball } from "./describe.ts";
import { fetchBefore } from "./fetch-before.ts";

/** Milliseconds for all of it: whoever waits for the release shouldn't notice. */
const patienceMs = 60_000;

/**
 * Looks into what was packed, compares it with what is published, and tells Countersign and the log, before anybody is asked for
 * anything. A description that can't be made stops nothing; it is said. One that can't be told stops the job where nobody is asked about
 * each package after it: of several packages one answer may do for all, and the other modes ask nobody. A Countersign that isn't there
 * stops these anyway, since it is asked whether the release goes on. For one package in `otp` it is said, and the page of npm's question
 * says that nothing is known.
 * @throws StepError as above, and where the job's own token is in the package
 */
export async function tellContents(
  session: Session,
  packed: Packed,
  { folder, registry, token }: { folder: string; registry: string; token: string },
): Promise<void> {
  const stops = session.release.mode !== "otp" || session.release.packages !== null;
  try {
    const signal = AbortSignal.timeout(patienceMs);
    const { name, version, file, shasum } = packed;
    const asked = { name, version, tag: session.release.tag, registry, token };
    const earlier = await fetchBefore(asked, join(folder, "before.tgz"), signal);
    const contents = await describeTarball(file, shasum, earlier, signal);
    // Tokens of another form than today's are known by their letters alone.
    if (token !== "" && JSON.stringify(contents).includes(token))
      throw new TokenInside("The npm token of this job is in the package: revoke it at npm. Nothing was published.");
    sayContents(contents);
    const of = session.release.packages === null ? "" : `?package=${encodeURIComponent(name)}`;
    const path = `/sessions/${session.id}/contents${of}`;
    const tell = async (): Promise<unknown> =>
      await call(session.url, { method: "POST", path, bearer: session.bearer, body: contents });
    await patiently(tell, undefined, stops ? longPauses : undefined);
  } catch (error) {
    if (error instanceof TokenInside) throw error;
    const sentence = `What is inside ${packed.name} could not be told to Countersign. ${sentenceOf(error)}`;
    if (stops) throw new StepError(`${sentence} Nothing was published.`);
    warn(sentence);
  }
}

class TokenInside extends StepError {}

function sayContents(contents: Contents): void {
  if (contents.state === "read") {
    const { now, counts, before } = contents;
    const beside =
      before.state === "compared"
        ? `; beside ${before.version}: ${counts.added} new, ${counts.changed} changed, ${counts.removed} gone`
        : "";
    say(`What is inside: ${now.files} files, ${now.unpacked} bytes${beside}.`);
  }
  const points = notable(contents);
  for (const { weight, sentence, about, more } of points)
    say(
      `  [${weight}] ${sentence}${about.map((one) => `\n    ${one}`).join("")}${more > 0 ? `\n    and ${more} more` : ""}`,
    );
  const dangers = points.filter(({ weight }) => weight === "danger");
  if (dangers.length > 0) {
    warn(`What is inside should be looked at: ${dangers.map(({ sentence }) => sentence).join(" ")}`);
    summarise(dangers.map(({ sentence }) => `- ${sentence}`).join("\n"));
  }
}
