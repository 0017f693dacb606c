// action/src/step-error.ts
var StepError = class extends Error {
  constructor(sentence) {
    super(sentence);
    this.name = "StepError";
  }
};

// action/src/workflow.ts
function input(name) {
  return (process.env[`INPUT_${name.replace(/ /g, "_").toUpperCase()}`] ?? "").trim();
}
function say(text) {
  for (const line of linesOf(text))
    process.stdout.write(`${line.replace(/^\s*::/, " | ::").replaceAll("##[", "## [")}
`);
}
function linesOf(text) {
  return text.split(/\r\n|\r|\n/);
}
function warn(text) {
  process.stdout.write(`::warning::${escaped(text)}
`);
}
function state(name) {
  return process.env[`STATE_${name}`] ?? "";
}
async function runStep(work) {
  try {
    await work();
  } catch (error) {
    process.stdout.write(`::error::${escaped(sentenceOf(error))}
`);
    process.exitCode = 1;
  }
}
function sentenceOf(error) {
  if (error instanceof StepError) return error.message;
  const name = error instanceof Error ? error.name : typeof error;
  return `The step stopped for a reason that it doesn't know (${name}). Nothing more was done.`;
}
function escaped(text) {
  return text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

// action/src/inputs.ts
function readUrl() {
  const text = input("url");
  if (!URL.canParse(text))
    throw new StepError("The input `url` is missing: give the address that Countersign runs under.");
  const url = new URL(text);
  const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && loopback))
    throw new StepError("The input `url` must begin with https://.");
  return text.replace(/\/+$/, "");
}
function givenToken() {
  const token = input("npm-token") || (process.env["NODE_AUTH_TOKEN"] ?? "").trim();
  if (token === "XXXXX-XXXXX-XXXXX-XXXXX") return "";
  if (/\s/.test(token)) throw new StepError("The npm token has a blank or a line break in it: register it again.");
  return token;
}

// action/src/registry.ts
import { setTimeout as sleep } from "node:timers/promises";
async function whoami(registry, token, timeoutMs) {
  const response = await ask(`${registry}-/whoami`, token, "GET", timeoutMs);
  const body = await response?.json().catch(() => null);
  const name = response?.ok === true && typeof body?.username === "string" ? body.username : null;
  return { status: response?.status ?? 0, name };
}
async function revoke(registry, token, pausesMs = [0, 1e3, 3e3]) {
  const before = await whoami(registry, token);
  const answer = await ask(`${registry}-/user/token/${encodeURIComponent(token)}`, token, "DELETE");
  if (answer === null) return { revoked: false, why: "the registry could not be reached" };
  for (const pause of pausesMs) {
    await sleep(pause);
    const after = await whoami(registry, token);
    if (after.status === 401 || after.status === 403)
      return before.status === 200 ? { revoked: true, why: "" } : {
        revoked: false,
        why: `it can't be confirmed with this kind of token (the registry answered ${answer.status})`
      };
  }
  return { revoked: false, why: `the registry answered ${answer.status}, and the token still works` };
}
async function ask(url, token, method, timeoutMs = 15e3) {
  return await fetch(url, {
    method,
    redirect: "error",
    headers: { accept: "application/json", ...token === "" ? {} : { authorization: `Bearer ${token}` } },
    signal: AbortSignal.timeout(timeoutMs)
  }).catch(() => null);
}

// action/src/session.ts
import { createHash, randomBytes } from "node:crypto";

// src/domain/sealed-box.ts
var sigma = Uint32Array.of(1634760805, 857760878, 2036477234, 1797285236);
async function generateKeyPair() {
  const { publicKey, privateKey } = await newPair();
  return { publicKey: toBase64(await rawKey(publicKey)), privateKey };
}
async function newPair() {
  return await crypto.subtle.generateKey("X25519", false, ["deriveBits"]);
}
async function rawKey(key) {
  return new Uint8Array(await crypto.subtle.exportKey("raw", key));
}
function toBase64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

// action/src/id-token.ts
async function idToken(audience) {
  const url = process.env["ACTIONS_ID_TOKEN_REQUEST_URL"];
  const bearer = process.env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
  if (!url || !bearer) throw new StepError("The job can't prove what it is: give it `permissions: id-token: write`.");
  const response = await fetch(`${url}&audience=${encodeURIComponent(audience)}`, {
    headers: { authorization: `bearer ${bearer}`, accept: "application/json" },
    signal: AbortSignal.timeout(15e3)
  }).catch(() => null);
  const body = await response?.json().catch(() => null);
  if (response?.ok !== true || typeof body?.value !== "string")
    throw new StepError(`GitHub didn't give the job's OIDC token (${response?.status ?? "no answer"}): run it again.`);
  return body.value;
}

// action/src/server.ts
import { setTimeout as sleep2 } from "node:timers/promises";
var ServerError = class extends StepError {
  status;
  code;
  constructor(status, code, sentence) {
    super(sentence);
    this.name = "ServerError";
    this.status = status;
    this.code = code;
  }
  /** Whether the same request may go through a little later. */
  get passing() {
    return this.status === 0 || this.status >= 500 || this.status === 429;
  }
};
async function call(url, { method, path, bearer, body }) {
  const response = await fetch(`${url}/api/v1/runner${path}`, {
    method,
    redirect: "error",
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json", accept: "application/json" },
    ...body === void 0 ? {} : { body: JSON.stringify(body) },
    signal: AbortSignal.timeout(45e3)
  }).catch(() => null);
  if (response === null)
    throw new ServerError(0, "unreachable", `Countersign can't be reached at ${url}: look at the input \`url\`.`);
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer ?? {};
  const said = typeof answer?.["message"] === "string" ? answer["message"] : `It answered ${response.status}.`;
  const code = typeof answer?.["code"] === "string" ? answer["code"] : "unexpected";
  throw new ServerError(response.status, code, `Countersign refused: ${said}`);
}
async function patiently(work, mayHelp = (error) => error.passing, pausesMs = [500, 2e3, 5e3, 1e4]) {
  for (const pause of pausesMs) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ServerError) || !mayHelp(error)) throw error;
      await sleep2(pause);
    }
  }
  return await work();
}

// action/src/session.ts
var modes = ["otp", "stage", "trusted-stage", "trusted"];
async function openSession(url, step) {
  const keys = await generateKeyPair();
  const digest = createHash("sha256").update(Buffer.from(keys.publicKey, "base64")).digest("base64url");
  const bearer = randomBytes(32).toString("base64url");
  const bearerHash = createHash("sha256").update(bearer).digest("hex");
  const body = { publicKey: keys.publicKey, bearerHash, step };
  const answer = await patiently(
    async () => await call(url, { method: "POST", path: "/sessions", bearer: await idToken(`${url}/runner/${digest}`), body }),
    (error) => error.passing || error.code === "not-now",
    [500, 1e3, 2e3, 4e3]
  );
  return { url, bearer, keys, ...readSession(answer) };
}
async function report(session, told, pauses) {
  const send = async () => await call(session.url, {
    method: "POST",
    path: `/sessions/${session.id}/reports`,
    bearer: session.bearer,
    body: told
  });
  return await patiently(send, void 0, pauses).then(
    (answer) => ({ told: true, over: overOf(answer) }),
    () => ({ told: false, over: null })
  );
}
function overOf(answer) {
  const over = answer?.over;
  return typeof over === "string" ? over : null;
}
function readMode(mode) {
  if (modes.includes(mode)) return mode;
  throw new StepError(`This step doesn't know the mode ${mode}: use the step of Countersign's version.`);
}
function readDecision(given) {
  const { verb, id, shasum } = given ?? {};
  const known = typeof id === "string" && typeof shasum === "string";
  if ((verb === "approve" || verb === "reject") && known && /^[0-9a-f-]{36}$/i.test(id) && /^[0-9a-f]{40}$/.test(shasum))
    return { verb, id, shasum };
  throw new StepError("Countersign answered in a form that this step doesn't know: use the step of its version.");
}
function readSession(answer) {
  const release = answer["release"] ?? {};
  const text = (value) => {
    if (typeof value === "string" && value !== "") return value;
    throw new StepError("Countersign answered in a form that this step doesn't know: use the step of its version.");
  };
  const several = release["packages"];
  const packages = Array.isArray(several) ? several.map(text) : null;
  return {
    id: text(answer["session"]),
    release: {
      package: text(packages === null ? release["package"] : packages[0]),
      packages,
      version: text(release["version"]),
      tag: text(release["tag"]),
      releaser: text(release["releaser"]),
      registry: release["registry"] === void 0 ? null : text(release["registry"]),
      mode: readMode(text(release["mode"])),
      stage: release["stage"] === void 0 ? null : readDecision(release["stage"])
    },
    revoke: answer["revoke"] === true,
    secondBuild: answer["secondBuild"] === true,
    longestWaitMs: Number(answer["maxWaitSeconds"] ?? 0) * 1e3,
    endsAt: Date.now() + Number(answer["maxWaitSeconds"] ?? 0) * 1e3
  };
}

// action/src/post.ts
await runStep(async () => {
  if (state("opened") !== "yes")
    return say("The step didn't get as far as using the token: there is nothing to clean up.");
  const seen = await cleanUp();
  try {
    const session = await openSession(readUrl(), "post");
    if (!(await report(session, seen)).told) warn("Countersign could not be told.");
  } catch (error) {
    warn(`Countersign could not be told. ${sentenceOf(error)}`);
  }
});
async function cleanUp() {
  if (state("revoke") !== "yes") {
    say("The policy doesn't ask for the npm token to be revoked.");
    return { revoked: "not-asked" };
  }
  const [token, registry] = [givenToken(), state("registry")];
  const seen = token === "" || registry === "" ? { revoked: false, why: "the step didn't get as far as knowing the registry" } : await revoke(registry, token);
  if (seen.revoked) {
    say("The npm token is revoked: the registry refuses it now.");
    return { revoked: "revoked" };
  }
  warn(`The npm token could not be revoked: ${seen.why}. ${state("releaser")}, revoke it at npm.`);
  return { revoked: "failed", message: seen.why };
}
