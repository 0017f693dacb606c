import { copyFileSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Credential } from "../credential.ts";
import { compareWithSecondBuild } from "../inside/build.ts";
import { tellContents } from "../inside/tell.ts";
import { confirmIdentity } from "../identity.ts";
import { digestsOf, pack, runScripts } from "../pack.ts";
import type { Packed } from "../pack.ts";
import { publishWithProof } from "../prove.ts";
import type { Remembered } from "../prove.ts";
import { npmSettings, tokenEnvironment, whatIsThere } from "../registry.ts";
import type { NpmSettings } from "../registry.ts";
import { publishOnce } from "../publish-once.ts";
import { longPauses, refuseOver, report } from "../session.ts";
import type { Heard, Report, Session } from "../session.ts";
import { StepError } from "../step-error.ts";
import { showToken } from "../token.ts";
import { forReport, input, saveState, say, sentenceOf, setOutput, warn } from "../workflow.ts";
import { findSources } from "./sources.ts";
import type { Source } from "./sources.ts";

/** Reports of what was packed, one request for so many: Countersign takes short ones. */
const mostPacked = 25;
/** Milliseconds for telling what is inside, of all packages together. */
const tellingMs = 10 * 60_000;

interface Ready {
  source: Source;
  packed: Packed;
  settings: NpmSettings;
}

/** What one package came to. */
interface Outcome {
  name: string;
  version: string;
  shasum: string;
  integrity: string;
  stageId?: string;
}

/**
 * Publishes a release's packages one after the other, in the policy's order. Everything is found, packed and checked before the first one
 * is published; each is told of as it goes, so that Countersign knows the truth wherever the job stops; the first failure is the last try.
 * Gives what is left to do once all are published.
 */
export async function publishAll(
  session: Session,
  credential: Credential,
  wait: number,
  { target, told, access }: { target: string; told: Report; access: string },
): Promise<() => Promise<void>> {
  const { bare: env, token } = credential;
  const workspace = resolve(process.env["GITHUB_WORKSPACE"] ?? ".");
  const { package: first, packages, version } = session.release;
  const sources = await findSources(input("package-dir"), workspace, { names: packages ?? [first], version });
  const settings = await settingsOf(session, sources, env);
  const registry = settings[0]?.registry ?? "";
  saveState("registry", registry);
  if (token !== "" && sources.some(({ manifest }) => manifest.publishConfig["provenance"] === true))
    warn("A package.json asks for provenance, which npm makes only without a token: it is published without.");
  if (token !== "") {
    const { npmUser } = await showToken(session, registry, token);
    if (npmUser !== null) told.npmUser = npmUser;
  }
  const ready = await packAll(sources, settings, target, env);
  await confirmIdentity(
    ready.map(({ packed }) => packed),
    { cwd: workspace, env },
  );
  await tellPacked(session, ready, told);
  await tellInside(session, ready, { target, registry, token });
  await compareBuilds(session, ready);
  await oneAfterTheOther(session, ready, credential, { wait, access, told });
  return async () => {
    for (const { source, settings: own } of ready)
      if (own.scripts && source.tarball === null)
        await runScripts(["publish", "postpublish"], source.folder, source.manifest, env);
  };
}

/** All of them go to one registry: the token is given to npm for that one. */
async function settingsOf(session: Session, sources: Source[], env: Record<string, string>): Promise<NpmSettings[]> {
  const settings: NpmSettings[] = [];
  for (const { name, manifest, folder } of sources) {
    const asked = { input: input("registry"), policy: session.release.registry, name };
    settings.push(await npmSettings(asked, manifest, folder, env));
  }
  const [first] = settings;
  const other = settings.findIndex(({ registry }) => registry !== first?.registry);
  if (other > 0)
    throw new StepError(
      `${sources[other]?.name ?? "A package"} goes to another registry than ${sources[0]?.name ?? "the first"}: release it by itself. Nothing was published.`,
    );
  return settings;
}

async function packAll(
  sources: Source[],
  settings: NpmSettings[],
  target: string,
  env: Record<string, string>,
): Promise<Ready[]> {
  const folders = sources.map((_, index) => join(target, String(index)));
  for (const [index, { tarball }] of sources.entries()) {
    mkdirSync(folders[index] ?? "");
    // Before any package's script runs, which might write to it.
    if (tarball !== null) copyFileSync(tarball, givenIn(folders[index] ?? ""));
  }
  const ready: Ready[] = [];
  for (const [index, source] of sources.entries()) {
    const own = settings[index] ?? { registry: "", scripts: false };
    const folder = folders[index] ?? "";
    const { name, version, tarball } = source;
    const packed =
      tarball === null
        ? await pack(source.folder, folder, source.manifest, env, own.scripts)
        : { file: givenIn(folder), name, version, ...digestsOf(givenIn(folder)), given: true };
    // Its own scripts may have changed what was packed.
    if (packed.name !== name || packed.version !== version)
      throw new StepError(
        `${source.place} was packed as ${packed.name}@${packed.version}, and what was approved is ${name}@${version}. Nothing was published.`,
      );
    ready.push({ source, packed, settings: own });
  }
  return ready;
}

/** Where a tarball that was given is kept. */
function givenIn(folder: string): string {
  return join(folder, "given.tgz");
}

async function tellPacked(session: Session, ready: Ready[], told: Report): Promise<void> {
  const [first] = ready;
  if (session.release.packages === null) {
    Object.assign(told, { shasum: first?.packed.shasum, integrity: first?.packed.integrity });
    return;
  }
  const packed = ready.map(({ packed: { name, shasum, integrity } }) => ({ package: name, shasum, integrity }));
  for (let index = 0; index < packed.length; index += mostPacked) {
    const { told: heard, over } = await report(
      session,
      { packed: packed.slice(index, index + mostPacked) },
      longPauses,
    );
    if (!heard)
      throw new StepError("Countersign could not be told what was packed, so nothing was published: ask again.");
    if (over !== null) throw new StepError(`${over} Nothing was published.`);
  }
}

async function tellInside(
  session: Session,
  ready: Ready[],
  { target, registry, token }: { target: string; registry: string; token: string },
): Promise<void> {
  const until = Date.now() + tellingMs;
  for (const [index, { packed }] of ready.entries()) {
    if (Date.now() > until)
      throw new StepError(
        `Telling what is inside takes too long (at ${packed.name}): release fewer packages at once. Nothing was published.`,
      );
    await tellContents(session, packed, { folder: join(target, String(index)), registry, token });
  }
}

/** Only one package can be built twice: Countersign refuses a second build of several, and so does this step. */
async function compareBuilds(session: Session, ready: Ready[]): Promise<void> {
  if (!session.secondBuild) return;
  const [first] = ready;
  if (first === undefined || session.release.packages !== null)
    throw new StepError("A second build is compared of one package only: release these one by one.");
  await compareWithSecondBuild(session, first.packed);
}

async function oneAfterTheOther(
  session: Session,
  ready: Ready[],
  credential: Credential,
  { wait, access, told }: { wait: number; access: string; told: Report },
): Promise<void> {
  const remembered: Remembered = { last: null, refused: 0 };
  const outcomes: Outcome[] = [];
  let over: string | null = null;
  for (const one of ready) {
    const { name, version, shasum, integrity } = one.packed;
    // Of several each has a report of its own.
    const own: Report = session.release.packages === null ? told : { package: name, shasum, integrity };
    try {
      // Whoever stops a release stops it for the packages that are left, too: GitHub's own cancelling takes a while.
      if (over !== null) throw new StepError(over);
      await refuseOver(session, ready.length === 1 ? "Nothing was published." : "");
      const deadline = Math.min(Date.now() + wait, session.endsAt);
      const stageId = await publishOne(session, one, credential, { access, deadline, remembered, told: own });
      outcomes.push({ name, version, shasum, integrity, ...(stageId === null ? {} : { stageId }) });
      ({ over } = await tellOutcome(session, own, one.packed, stageId));
    } catch (error) {
      const message = sentenceOf(error);
      if (session.release.packages !== null) await report(session, { ...own, ...endOf(error, message) });
      throw stopped(ready, outcomes, message, name);
    }
  }
  say(`All ${ready.length} are through: ${outcomes.map((one) => one.name).join(", ")}.`);
  setOutput("version", session.release.version);
  setOutput("packages", JSON.stringify(outcomes));
  const staged = outcomes.some(({ stageId }) => stageId !== undefined);
  if (session.release.packages !== null) await report(session, { ...told, outcome: staged ? "staged" : "published" });
}

/** Gives the stage's id; null: it is published, now or before. */
async function publishOne(
  session: Session,
  { source, packed, settings: { registry } }: Ready,
  { token, bare, proof }: Credential,
  { access, deadline, remembered, told }: { access: string; deadline: number; remembered: Remembered; told: Report },
): Promise<string | null> {
  const there = await whatIsThere(registry, token, packed);
  if (there === "same") {
    say(`${packed.name}@${packed.version} is there already, with these very bytes: left as it is.`);
    return null;
  }
  if (there === "other")
    throw new StepError(
      `The registry has ${packed.name}@${packed.version} with other bytes than were packed here: look into it now.`,
    );
  const env = { ...bare, ...proof, ...(token === "" ? {} : tokenEnvironment(registry, token)) };
  const { tag, mode } = session.release;
  const secrets = token === "" ? [] : [token];
  const how = { folder: source.folder, packed, registry, tag, access, env, secrets };
  if (mode !== "otp") return await publishOnce(session, how, { packed, token, told });
  await publishWithProof(session, { ...how, stage: false }, token, deadline, remembered);
  return null;
}

/** npm has it staged, and Countersign doesn't know. */
class UntoldStage extends StepError {}

/** What is said of the package at which it stopped. A stage is no failure: it may be approved, and counts then. */
function endOf(error: unknown, message: string): Report {
  return error instanceof UntoldStage ? { outcome: "staged" } : { outcome: "failed", message: forReport(message) };
}

async function tellOutcome(session: Session, told: Report, packed: Packed, stageId: string | null): Promise<Heard> {
  const { name, version, shasum, integrity } = packed;
  const how = stageId === null ? "published" : `staged at npm as ${stageId}`;
  say(`${name}@${version} is ${how} (${shasum}).`);
  const outcome = stageId === null ? { outcome: "published" as const } : { outcome: "staged" as const, stageId };
  const heard = await report(
    session,
    { ...told, shasum, integrity, ...outcome },
    stageId === null ? undefined : longPauses,
  );
  // The registry shows what is published; of a stage nobody else tells.
  if (!heard.told && stageId !== null)
    throw new UntoldStage(
      `It is ${how}, but Countersign could not be told: approve it at npm yourself, or take it away with \`npm stage reject ${stageId}\`.`,
    );
  if (!heard.told) warn(`${name} is ${how}, but Countersign could not be told; it will ask the registry itself.`);
  return heard;
}

/** What went through and what didn't, in the job's own log too. */
function stopped(ready: Ready[], outcomes: Outcome[], message: string, name: string): StepError {
  const through = outcomes.map((one) => one.name);
  const left = ready.map(({ packed }) => packed.name).filter((one) => !through.includes(one));
  const earlier = through.filter((one) => one !== name);
  if (ready.length === 1) return new StepError(message);
  const before =
    earlier.length === 0 ? "Nothing was published before it." : `Through before it: ${earlier.join(", ")}.`;
  return new StepError(`${name}: ${message} ${before} Not published: ${left.join(", ")}.`);
}
