import type { UserState } from "../github/state.ts";
import type { Hands } from "./hands.ts";
import type { Stage } from "./stage.ts";
import type { Timeline } from "./timeline.ts";

/** The package of every story. */
export const name = "@acme/widget";

/** A person signs in and seals a token on the page. */
export async function sealed(
  timeline: Timeline,
  stage: Stage,
  person: UserState,
  token: string,
  npmUser: string,
): Promise<Hands> {
  const hands = await stage.handsOf(person);
  await hands.signIn();
  timeline.tell(person.login, "signs in with GitHub");
  await hands.sealToken({ repositoryId: stage.cast.widget.id, package: name }, token, npmUser);
  timeline.tell(
    person.login,
    "pastes an npm token; the page seals it to the environment's key, the server gets ciphertext only",
  );
  return hands;
}

/** The app's own comments in the thread. */
export const ours = (stage: Stage): string[] =>
  stage.world.github
    .comments(stage.cast.widget, stage.cast.issue)
    .filter((one) => one.userId === stage.cast.app.botId)
    .map((one) => one.body);

/** Ids of the releases or challenges that those link to, in the order of their announcement. */
export const links = (stage: Stage, what: "releases" | "challenges"): string[] => [
  ...new Set(
    ours(stage).flatMap((body) =>
      [...body.matchAll(new RegExp(`/${what}/([a-z0-9]+)`, "g"))].map((match) => match[1] ?? ""),
    ),
  ),
];

/** What the newest status comment says on top. */
export const headline = (stage: Stage): string =>
  (ours(stage).findLast((body) => body.startsWith("###")) ?? "").split("\n")[0]?.replace(/^### /, "") ?? "";

/** Waits for the announcement of so many releases; gives the id of the last. */
export async function announced(stage: Stage, count: number): Promise<string> {
  const { github } = stage.world;
  await github.until(
    () => links(stage, "releases").length >= count && headline(stage).includes("Waiting"),
    `announcement ${count}:\n${ours(stage).join("\n")}`,
  );
  return links(stage, "releases")[count - 1] ?? "";
}

/** Waits until the secret is there and the job has read it. */
export async function armed(timeline: Timeline, stage: Stage): Promise<void> {
  const { github } = stage.world;
  const before = github.runs(stage.cast.widget).length;
  await github.until(() => github.environmentSecrets().length === 1, "the secret", 45_000);
  timeline.tell("countersign", "lease written, secret put (201), gate approved: in that order");
  await github.until(
    () => github.statusOf(github.runs(stage.cast.widget)[before - 1]!) === "in_progress",
    "the job to start",
    20_000,
  );
  timeline.tell("GitHub", "reads the environment's secret and starts the job");
}

/** Waits for so many of npm's questions; gives the id of the last. */
export async function asked(stage: Stage, count: number): Promise<string> {
  await stage.world.github.until(() => links(stage, "challenges").length >= count, `challenge ${count}`, 40_000);
  return links(stage, "challenges")[count - 1] ?? "";
}

/** Waits for the end and shows the receipt. `armed`: a secret was there, and has to be gone first. */
export async function ended(
  timeline: Timeline,
  stage: Stage,
  releaseId: string,
  { armed: secret = true }: { armed?: boolean } = {},
): Promise<void> {
  const { github } = stage.world;
  const words = (): string => ours(stage).find((body) => body.startsWith("###") && body.includes(releaseId)) ?? "";
  if (secret) {
    await github.until(() => github.environmentSecrets().length === 0, "the secret to go", 40_000);
    timeline.tell("countersign", "the job is over: secret deleted");
  }
  await github.until(() => /^### (?!✋|🚀|🔐|🔎|⏳)/u.test(words()), "the end", 40_000);
  timeline.tell("countersign", headline(stage));
  for (const row of words()
    .split("\n")
    .filter((line) => /^\| (?!\||---)/.test(line)))
    timeline.plain(`${" ".repeat(22)}${row}`);
}
