import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { bareEnvironment } from "./child.ts";
import { readToken, readUrl, readWait } from "./inputs.ts";
import { pack, readManifest, runScripts } from "./pack.ts";
import type { Packed } from "./pack.ts";
import { publishWithProof } from "./prove.ts";
import { npmSettings, tokenEnvironment } from "./registry.ts";
import { openSession, report } from "./session.ts";
import type { Approved, Report, Session } from "./session.ts";
import { StepError } from "./step-error.ts";
import { showToken } from "./token.ts";
import { input, runStep, saveState, say, sentenceOf, setOutput, warn } from "./workflow.ts";

await runStep(async () => {
  const [url, wait, token] = [readUrl(), readWait(), readToken()];
  const session = await openSession(url, "publish");
  saveState("opened", "yes");
  saveState("revoke", session.revoke ? "yes" : "no");
  saveState("releaser", session.release.releaser);
  const told: Report = {};
  let finish: () => Promise<void>;
  try {
    finish = await release(session, token, wait, told);
  } catch (error) {
    await report(session, { ...told, outcome: "failed", message: sentenceOf(error).slice(0, 500) });
    throw error;
  }
  // It is published: a script that fails now fails the step, and changes nothing of that.
  await finish();
});

/**
 * Packs, checks that it is what was approved, and publishes it; gives what is left to do then. `told` gathers what is worth
 * reporting in any case.
 */
async function release(session: Session, token: string, wait: number, told: Report): Promise<() => Promise<void>> {
  const approved = session.release;
  const folder = resolve(process.env["GITHUB_WORKSPACE"] ?? ".", input("package-dir") || ".");
  const env = bareEnvironment(token);
  const manifest = readManifest(folder);
  const asked = { input: input("registry"), policy: approved.registry, name: approved.package };
  const { registry, scripts } = await npmSettings(asked, manifest, folder, env);
  saveState("registry", registry);
  if (manifest.publishConfig["provenance"] === true)
    warn("package.json asks for provenance, which npm makes only without a token: this release is published without.");
  const { npmUser } = await showToken(session, registry, token);
  if (npmUser !== null) told.npmUser = npmUser;
  const target = mkdtempSync(join(tmpdir(), "countersign-pack-"));
  try {
    const packed = await pack(folder, target, manifest, env, scripts);
    refuseOther(packed, approved);
    Object.assign(told, { shasum: packed.shasum, integrity: packed.integrity });
    const deadline = Date.now() + Math.min(wait, session.longestWaitMs);
    const access = readAccess();
    const full = { ...env, ...tokenEnvironment(registry, token) };
    const how = { folder, packed, registry, tag: approved.tag, access, env: full, secrets: [token] };
    await publishWithProof(session, how, token, deadline);
    await done(session, packed, told);
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
  return async () => {
    if (scripts) await runScripts(["publish", "postpublish"], folder, manifest, env);
  };
}

async function done(session: Session, packed: Packed, told: Report): Promise<void> {
  say(`${packed.name}@${packed.version} is published (${packed.shasum}).`);
  for (const name of ["version", "shasum", "integrity"] as const) setOutput(name, packed[name]);
  if (!(await report(session, { ...told, outcome: "published" })))
    warn("It is published, but Countersign could not be told; it will ask the registry itself.");
}

/** An approval names what it approves; anything else stops here, before npm is asked for anything. */
function refuseOther(packed: Packed, approved: Approved): void {
  if (packed.name !== approved.package || packed.version !== approved.version)
    throw new StepError(
      `This folder holds ${packed.name}@${packed.version}, and what was approved is ${approved.package}@${approved.version}: set the version in the commit that is released.`,
    );
  const tag = input("tag");
  if (tag !== "" && tag !== approved.tag)
    throw new StepError(`The input \`tag\` is \`${tag}\`, and what was approved is \`${approved.tag}\`: leave it out.`);
}

function readAccess(): string {
  const access = input("access");
  if (["", "public", "restricted"].includes(access)) return access;
  throw new StepError("The input `access` is `public` or `restricted`.");
}
