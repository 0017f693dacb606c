import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { generateKeyPair } from "../../src/domain/sealed-box.ts";
import { bareEnvironment } from "./child.ts";
import { idToken } from "./id-token.ts";
import { readBuild } from "./inside/build.ts";
import { givenToken, readUrl } from "./inputs.ts";
import { pack, readManifest } from "./pack.ts";
import { npmSettings } from "./registry.ts";
import { call, patiently } from "./server.ts";
import { StepError } from "./step-error.ts";
import { input, runStep, say, setOutput } from "./workflow.ts";

// Packs what a job beside the publishing one has built of the same commit, as the publishing step does, and tells Countersign what came out.
await runStep(async () => {
  const url = readUrl();
  if (givenToken() !== "")
    throw new StepError("This job was given an npm token, and needs none: take it out of the job.");
  const folder = resolve(process.env["GITHUB_WORKSPACE"] ?? ".", input("package-dir") || ".");
  const target = mkdtempSync(join(tmpdir(), "countersign-pack-"));
  try {
    const env = bareEnvironment("");
    const manifest = readManifest(folder);
    const { scripts } = await npmSettings({ input: "", policy: null, name: "" }, manifest, folder, env);
    const packed = await pack(folder, target, manifest, env, scripts);
    const build = await readBuild(packed);
    const { publicKey } = await generateKeyPair();
    const digest = createHash("sha256").update(Buffer.from(publicKey, "base64")).digest("base64url");
    // The run may be a moment faster than Countersign's note of it. A new token each time.
    await patiently(
      async () => {
        const bearer = await idToken(`${url}/runner/${digest}`);
        return await call(url, { method: "POST", path: "/builds", bearer, body: { publicKey, build } });
      },
      (error) => error.passing || error.code === "no-release",
    );
    setOutput("shasum", packed.shasum);
    say(`${packed.name}@${packed.version} was built a second time: ${packed.shasum}, ${build.files.length} files.`);
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
});
