import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { npmCli } from "./at-npm.ts";
import type { Stage } from "./stage.ts";
import type { Timeline } from "./timeline.ts";
import { name, ours } from "./watch.ts";

/** What a story leaves behind. */
export interface Left {
  /** Versions that it published. */
  versions: string[];
  /** npm tokens that it used in jobs and that must be dead now. */
  tokens: string[];
}

/** What must be true in the end, each seen with an outsider's eyes. */
export async function proof(timeline: Timeline, stage: Stage, { versions, tokens }: Left): Promise<boolean> {
  const { github, registry, judge } = stage.world;
  timeline.heading("What is left");
  let held = true;
  const check = (good: boolean, text: string): void => {
    held &&= good;
    if (good) timeline.good(text);
    else timeline.bad(text);
  };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [npmCli, "view", name, "versions", "dist-tags", "--json", "--registry", registry.url],
    { cwd: import.meta.dirname },
  );
  const view = JSON.parse(stdout) as { versions: string[]; "dist-tags": Record<string, string> };
  timeline.plain(
    `$ npm view ${name} versions dist-tags\n  ${view.versions.join(", ")} · latest ${view["dist-tags"]["latest"] ?? ""}`,
  );
  check(
    versions.every((version) => view.versions.includes(version)),
    `${versions.join(" and ")} on the registry`,
  );
  check(
    github.environmentSecrets().length === 0,
    `secrets in GitHub's environments: ${github.environmentSecrets().length}`,
  );
  for (const token of tokens) {
    const { status } = await fetch(new URL("/-/whoami", registry.url), {
      headers: { authorization: `Bearer ${token}` },
    });
    check(status === 401, `an npm token that was used answers ${status}`);
  }
  const written = stage.app.output.join("");
  check(!tokens.some((token) => written.includes(token)), "no token stands in Countersign's log");
  check(!ours(stage).some((body) => tokens.some((token) => body.includes(token))), "no token stands in a comment");
  const calls = judge.log.reduce((sum, one) => sum + one.count, 0);
  const events = [...judge.webhooks.values()].reduce((sum, one) => sum + one, 0);
  check(
    judge.violations.length === 0,
    `GitHub's OpenAPI document judged ${calls} requests, their replies and ${events} webhooks: ${judge.violations.length} violations`,
  );
  for (const { kind, of, sentence } of judge.violations.slice(0, 10)) timeline.plain(`    ${kind} ${of}: ${sentence}`);
  return held;
}
