import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { giveUp, openChallenge, waitForCode } from "../../action/src/challenge.ts";
import { readFailure } from "../../action/src/npm-publish.ts";
import { readSecrets } from "../../action/src/secrets-input.ts";
import type { Session } from "../../action/src/session.ts";
import { StepError } from "../../action/src/step-error.ts";
import { staleBundles } from "../../scripts/bundle-action.ts";
import { actionBench, canaryToken } from "./bench.ts";
import type { ActionBench } from "./bench.ts";

const secrets = "OTP:\n  name: 'npm otp'\n  description: 'An npm one time password'\n";

describe("the committed bundles", () => {
  it("are what their sources make", async () => {
    expect(await staleBundles()).toEqual([]);
  });
});

describe("the otp step", () => {
  let bench: ActionBench;
  afterEach(async () => await bench.close());

  it("hands the code on under the name that was asked for, masked before it is set, and tells Slack", async () => {
    bench = await actionBench();
    const told: string[] = [];
    const slack = createServer((request, response) => {
      request.on("data", (text: Buffer) => told.push(text.toString())).on("end", () => response.end("ok"));
    });
    await new Promise<void>((done) => slack.listen(0, "127.0.0.1", done));
    const webhook = `http://127.0.0.1:${(slack.address() as AddressInfo).port}/services/secret`;
    const inputs = { secrets, "slack-webhook-url": webhook };
    const [run, challenge] = await Promise.all([bench.run("otp/dist/main.js", inputs), bench.answerNext("654321")]);
    await new Promise((done) => slack.close(done));
    expect(run.status).toBe(0);
    expect(run.outputs).toEqual({ OTP: "654321" });
    expect(run.log).toContain("::add-mask::654321");
    expect(run.log.replace(/^::add-mask::.*$/gm, "")).not.toMatch(/654321|services\/secret/);
    expect(told.join()).toContain(`@acme/widget 1.2.0 from acme/widget_kit: <${bench.url}/challenges/${challenge.id}|`);
  });

  it("looks at a token that the job gives it all the same, and asks nobody for a code where that isn't the releaser's", async () => {
    bench = await actionBench();
    const env = { NODE_AUTH_TOKEN: canaryToken };
    const [run] = await Promise.all([bench.run("otp/dist/main.js", { secrets }, env), bench.answerNext("654321")]);
    expect([run.status, run.outputs]).toEqual([0, { OTP: "654321" }]);
    expect((await bench.relay.token()).seen).toMatchObject({ npmUser: "alice-npm", mayWrite: true });
    bench.registry.tokens.set(canaryToken, "mallory-npm");
    const refused = await bench.run("otp/dist/main.js", { secrets }, env);
    expect([refused.status, refused.outputs]).toEqual([1, {}]);
    expect(refused.log).toContain("It belongs to npm user mallory-npm");
    expect(run.log + refused.log).not.toContain("canaryTOKEN");
    expect(await bench.relay.store.challenges.ofRelease("r1")).toHaveLength(1);
  });

  it("sets nothing and fails where the question was ended", async () => {
    bench = await actionBench();
    const end = bench.answerNext(async ({ id, sessionId }) => {
      const session = await bench.relay.store.runnerSessions.get(sessionId);
      await bench.relay.relay.result(session!, id, "ended");
    });
    const [run] = await Promise.all([bench.run("otp/dist/main.js", { secrets }), end]);
    expect([run.status, run.outputs]).toEqual([1, {}]);
    expect(run.log).toContain("::error::The question was ended");
  });

  it("gives up in time with a sentence, and tells the page", async () => {
    bench = await actionBench();
    const opened = await bench.relay.session("otp");
    const bearer = "b".repeat(43);
    const bearerHash = createHash("sha256").update(bearer).digest("hex");
    const claims = bench.relay.claims();
    const { session } = await bench.relay.relay.openSession({
      ...{ claims, step: "otp", publicKey: opened.keys.publicKey, bearerHash },
    });
    const release = {
      ...{ package: "@acme/widget", version: "1.2.0", tag: "latest", releaser: "alice", registry: null, stage: null },
      ...{ packages: null, mode: "otp" as const },
    };
    const mine: Session = {
      ...{
        url: bench.url,
        id: session.id,
        bearer,
        keys: opened.keys,
        release,
        revoke: false,
        secondBuild: false,
        endsAt: Date.now() + 60_000,
        longestWaitMs: 1,
      },
    };
    const challenge = await openChallenge(mine, { name: "@acme/widget", version: "1.2.0" });
    await expect(waitForCode(mine, challenge, Date.now() - 1)).rejects.toThrow(
      "Nobody answered npm's question in time",
    );
    expect((await bench.relay.store.challenges.get(challenge.id))?.state).toBe("ended");
    await expect(giveUp(mine, challenge)).rejects.toThrow(StepError);
  });
});

describe("the input `secrets`", () => {
  it("is read as wait-for-secrets reads it", () => {
    expect(readSecrets(secrets)).toEqual({ output: "OTP", name: "npm otp" });
    expect(readSecrets("CODE:\r\n    description: x\r\n")).toEqual({ output: "CODE", name: "CODE" });
  });

  it.each(["", "OTP", "  OTP:\n", "O TP:\n", "OTP: x", `${secrets}AWS:\n  name: x\n`])("is refused as %j", (text) => {
    expect(() => readSecrets(text)).toThrow(StepError);
  });

  it("makes a sentence or a reading of any text, and never a name that could be another command", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom("O", ":", "\n", " ", "=", "<") })),
        (text) => {
          try {
            expect(readSecrets(text).output).toMatch(/^\w+$/);
          } catch (error) {
            expect(error).toBeInstanceOf(StepError);
          }
        },
      ),
    );
  });
});

describe("npm's report of a failure", () => {
  it("is read as a code, a link, a limit or a failure", () => {
    const json = (error: object): string => `> build\n${JSON.stringify({ error }, null, 2)}\n`;
    const link = { authUrl: "https://a.example/1", doneUrl: "https://a.example/2" };
    expect(readFailure(json({ code: "EOTP" }), "")).toEqual({ kind: "otp", link: null });
    expect(readFailure(json({ code: "EOTP", ...link }), "")).toEqual({ kind: "otp", link });
    expect(readFailure(json({ code: "E429" }), "")).toEqual({ kind: "limited" });
    expect(readFailure(json({ code: "E403" }), "")).toEqual({ kind: "failed", code: "E403", passing: false });
    for (const code of ["E503", "ECONNRESET"])
      expect(readFailure(json({ code }), "")).toEqual({ kind: "failed", code, passing: true });
    expect(readFailure("", "npm error code EOTP\n")).toEqual({ kind: "otp", link: null });
  });

  it("never takes nonsense for a demand for a code", () => {
    fc.assert(
      fc.property(fc.string(), fc.json(), (stderr, json) => {
        expect(readFailure(json, stderr).kind).toBe("failed");
      }),
    );
  });
});
