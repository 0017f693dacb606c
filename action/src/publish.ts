import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { credentialFor, emptySecret } from "./credential.ts";
import type { Credential } from "./credential.ts";
import { done, staged } from "./done.ts";
import { compareWithSecondBuild } from "./inside/build.ts";
import { tellContents } from "./inside/tell.ts";
import { confirmIdentity } from "./identity.ts";
import { givenToken, readUrl, readWait } from "./inputs.ts";
import { pack, readManifest, runScripts } from "./pack.ts";
import type { Packed } from "./pack.ts";
import { publishWithProof } from "./prove.ts";
import { npmSettings, tokenEnvironment } from "./registry.ts";
import { publishOnce } from "./publish-once.ts";
import { publishAll } from "./several/publish-all.ts";
import { namesSeveral } from "./several/sources.ts";
import { ServerError } from "./server.ts";
import { openSession, refuseOver, report } from "./session.ts";
import type { Approved, Report, Session } from "./session.ts";
import { StepError } from "./step-error.ts";
import { showToken } from "./token.ts";
import { forReport, input, runStep, saveState, sentenceOf, warn } from "./workflow.ts";

await runStep(async () => {
  const [url, wait] = [readUrl(), readWait()];
  const session = await openSession(url, "publish").catch((error: unknown) => {
    // Most often the gate was opened by somebody else, so nobody put a token there: that says more than the refusal.
    if (error instanceof ServerError && !error.passing && givenToken() === "") throw new StepError(emptySecret);
    throw error;
  });
  const told: Report = {};
  let finish: () => Promise<void>;
  try {
    const credential = credentialFor(session.release.mode);
    saveState("opened", "yes");
    saveState("revoke", session.revoke && credential.token !== "" ? "yes" : "no");
    saveState("releaser", session.release.releaser);
    finish = await release(session, credential, wait, told);
  } catch (error) {
    await report(session, { ...told, outcome: "failed", message: forReport(sentenceOf(error)) });
    throw error;
  }
  // It is published: a script that fails now fails the step, and changes nothing of that.
  await finish();
});

/**
 * Packs, checks that it is what was approved, and publishes it; gives what is left to do then. `told` gathers what is worth
 * reporting in any case.
 */
async function release(
  session: Session,
  { token, bare: env, proof }: Credential,
  wait: number,
  told: Report,
): Promise<() => Promise<void>> {
  const approved = session.release;
  refuseTag(approved);
  if (approved.packages !== null || namesSeveral(input("package-dir")))
    return await withTarget(async (target) => {
      const access = readAccess();
      return await publishAll(session, { token, bare: env, proof }, wait, { target, told, access });
    });
  const folder = resolve(process.env["GITHUB_WORKSPACE"] ?? ".", input("package-dir") || ".");
  const manifest = readManifest(folder);
  const asked = { input: input("registry"), policy: approved.registry, name: approved.package };
  const { registry, scripts } = await npmSettings(asked, manifest, folder, env);
  saveState("registry", registry);
  if (token !== "" && manifest.publishConfig["provenance"] === true)
    warn("package.json asks for provenance, which npm makes only without a token: this release is published without.");
  if (token !== "") {
    const { npmUser } = await showToken(session, registry, token);
    if (npmUser !== null) told.npmUser = npmUser;
  }
  await withTarget(async (target) => {
    const packed = await pack(folder, target, manifest, env, scripts);
    refuseOther(packed, approved);
    await confirmIdentity([packed], { cwd: folder, env });
    Object.assign(told, { shasum: packed.shasum, integrity: packed.integrity });
    await tellContents(session, packed, { folder: target, registry, token });
    if (session.secondBuild) await compareWithSecondBuild(session, packed);
    const deadline = Math.min(Date.now() + wait, session.endsAt);
    const access = readAccess();
    const full = { ...env, ...proof, ...(token === "" ? {} : tokenEnvironment(registry, token)) };
    const how = {
      folder,
      packed,
      registry,
      tag: approved.tag,
      access,
      env: full,
      secrets: token === "" ? [] : [token],
    };
    await refuseOver(session, "Nothing was published.");
    if (approved.mode === "otp") {
      await publishWithProof(session, { ...how, stage: false }, token, deadline);
      await done(session, packed, told);
    } else {
      const stageId = await publishOnce(session, how, { packed, token, told });
      await (stageId === null ? done(session, packed, told) : staged(session, packed, told, stageId));
    }
  });
  return async () => {
    if (scripts) await runScripts(["publish", "postpublish"], folder, manifest, env);
  };
}

/** A folder for what is packed, gone afterwards. */
async function withTarget<T>(work: (target: string) => Promise<T>): Promise<T> {
  const target = mkdtempSync(join(tmpdir(), "countersign-pack-"));
  try {
    return await work(target);
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

/** An approval names what it approves; anything else stops here, before npm is asked for anything. */
function refuseOther(packed: Packed, approved: Approved): void {
  if (packed.name !== approved.package || packed.version !== approved.version)
    throw new StepError(
      `This folder holds ${packed.name}@${packed.version}, and what was approved is ${approved.package}@${approved.version}: set the version in the commit that is released.`,
    );
}

function refuseTag(approved: Approved): void {
  const tag = input("tag");
  if (tag !== "" && tag !== approved.tag)
    throw new StepError(`The input \`tag\` is \`${tag}\`, and what was approved is \`${approved.tag}\`: leave it out.`);
}

function readAccess(): string {
  const access = input("access");
  if (["", "public", "restricted"].includes(access)) return access;
  throw new StepError("The input `access` is `public` or `restricted`.");
}
