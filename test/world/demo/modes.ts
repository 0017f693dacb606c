import type { Mode } from "../../../src/domain/policy-types.ts";
import { stageCommand } from "../../../src/domain/staged.ts";
import { npmCli, ownMachine } from "./at-npm.ts";
import { proof } from "./proof.ts";
import type { Stage } from "./stage.ts";
import type { Timeline } from "./timeline.ts";
import { announced, armed, ended, headline, name, ours, sealed } from "./watch.ts";

/** Waits until whoever approves at npm wants to; nothing to wait for where nobody sits there. */
export type AtNpm = (asked: {
  timeline: Timeline;
  /** A one-time code of alice's. */
  code: () => string;
  /** What to type in another terminal. */
  command: (verb: "view" | "approve") => string;
}) => Promise<void>;

/** `mode: trusted`: npm takes the job's own identity; nothing lies in CI at any time. */
export async function playTrusted(timeline: Timeline, stage: Stage): Promise<boolean> {
  timeline.heading("A release by trusted publishing");
  trust(timeline, stage, "createPackage");
  const release = await askedAndApproved(timeline, stage);
  timeline.tell("countersign", "puts nothing anywhere: the run is read once more, and its gate opened");
  await ended(timeline, stage, release, { armed: false });
  const published = (await stage.world.registry.published(name))?.versions["1.2.0"];
  const held = await proof(timeline, stage, { versions: ["1.2.0"], tokens: [] });
  return (
    check(timeline, published?._npmUser?.trustedPublisher !== undefined, "npm names the trusted publisher") && held
  );
}

/** `mode: stage` and `mode: trusted-stage`: the run stages, and a person lets it out at npm with their second factor. */
export async function playStaged(
  timeline: Timeline,
  stage: Stage,
  mode: Extract<Mode, "stage" | "trusted-stage">,
  person: AtNpm,
): Promise<boolean> {
  const { registry } = stage.world;
  timeline.heading(mode === "stage" ? "A release that is staged with a token" : "A release that is staged without one");
  const account = await registry.account("alice-npm", { tfa: "totp" });
  registry.collaborator(name, "alice-npm", "read-write");
  const tokens: string[] = [];
  if (mode === "stage") {
    const token = registry.token("alice-npm", { packages: [name] });
    await (await sealed(timeline, stage, stage.cast.alice, token, "alice-npm")).close();
    tokens.push(token);
  } else trust(timeline, stage, "createStagedPackage");
  const release = await askedAndApproved(timeline, stage);
  if (mode === "stage") await armed(timeline, stage);
  else timeline.tell("countersign", "puts nothing anywhere: the run is read once more, and its gate opened");
  await stage.world.github.until(() => headline(stage).includes("Staged at npm"), "the stage", 60_000);
  timeline.tell("countersign", `${headline(stage)}; no secret is left, and the environment is free`);
  for (const line of toDo(stage)) timeline.plain(`${" ".repeat(22)}${line}`);
  const same = await approveAtNpm(timeline, stage, person, () => account.totp());
  await ended(timeline, stage, release, { armed: false });
  return (await proof(timeline, stage, { versions: ["1.2.0"], tokens })) && same;
}

/** alice at her own machine: she looks at what npm holds, and approves it there unless that was done in another terminal. */
async function approveAtNpm(timeline: Timeline, stage: Stage, person: AtNpm, code: () => string): Promise<boolean> {
  const { registry } = stage.world;
  const [item] = registry.stages.list();
  if (item === undefined) throw new Error("npm has nothing staged, and the release says that it has");
  // A session of her own: whatever the job had is revoked, or never was.
  const own = registry.token("alice-npm", { packages: [name] });
  const machine = ownMachine(stage.folder, registry.url, { user: "alice", token: own });
  const command = (verb: "view" | "approve"): string =>
    `${process.execPath} ${npmCli} stage ${verb} ${item.id} --userconfig=${machine.npmrc}`;
  const held = await machine.npm(["stage", "view", item.id]);
  timeline.plain(`$ ${stageCommand("view", { runnerReport: { stageId: item.id } })}`);
  for (const line of held.trimEnd().split("\n")) timeline.plain(`  ${line}`);
  const told = /[0-9a-f]{40}/.exec(toDo(stage).join("\n"))?.[0] ?? "no shasum";
  const same = check(timeline, held.includes(told), "npm holds the very bytes that Countersign shows");
  await person({ timeline, code, command });
  if (registry.stages.list().length === 0) {
    timeline.tell("alice", "approved it in another terminal");
    return same;
  }
  timeline.plain(`$ ${stageCommand("approve", { runnerReport: { stageId: item.id } })}`);
  await machine.npm(["stage", "approve", item.id], code());
  timeline.tell("alice", "approves it at npm with her code, as whoever may publish the package can");
  return same;
}

/** What the status comment asks people to do at npm. */
function toDo(stage: Stage): string[] {
  const status = ours(stage).findLast((body) => body.startsWith("###")) ?? "";
  return status.split("\n").filter((line) => line.includes("npm stage") || /[0-9a-f]{40}`/.test(line));
}

async function askedAndApproved(timeline: Timeline, stage: Stage): Promise<string> {
  const { github } = stage.world;
  const { alice, bob, issue, widget } = stage.cast;
  github.comment(widget, issue, alice, "/release 1.2.0");
  timeline.tell("alice", "comments /release 1.2.0");
  const release = await announced(stage, 1);
  timeline.tell("countersign", `checks, dispatches publish.yml, and waits: ${headline(stage)}`);
  github.comment(widget, issue, bob, "/approve");
  timeline.tell("bob", "comments /approve");
  return release;
}

function trust(timeline: Timeline, stage: Stage, permission: "createPackage" | "createStagedPackage"): void {
  const { issuer } = stage.world.runner;
  const to = { repository: "acme/widget", workflow: "publish.yml", environment: "npm", issuer };
  stage.world.registry.trust(name, { ...to, permissions: [permission] });
  const what = permission === "createPackage" ? "publish" : "stage, and not publish";
  timeline.tell(
    "npm",
    `the package's trusted publisher is publish.yml of acme/widget in the environment npm; it may ${what}`,
  );
}

function check(timeline: Timeline, good: boolean, text: string): boolean {
  if (good) timeline.good(text);
  else timeline.bad(text);
  return good;
}
