// action/src/live.ts
import { createHash } from "node:crypto";
import { setTimeout as sleep2 } from "node:timers/promises";

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

// action/src/step-error.ts
var StepError = class extends Error {
  constructor(sentence) {
    super(sentence);
    this.name = "StepError";
  }
};

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

// action/src/workflow.ts
import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
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
function setOutput(name, value) {
  appendTo("GITHUB_OUTPUT", record(name, value));
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
function record(name, value) {
  const end = `end-${randomUUID()}`;
  return `${name}<<${end}
${value}
${end}
`;
}
function appendTo(variable, text) {
  const file = process.env[variable];
  if (file !== void 0 && file !== "") appendFileSync(file, text);
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

// action/src/server.ts
import { setTimeout as sleep } from "node:timers/promises";
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
      await sleep(pause);
    }
  }
  return await work();
}

// action/src/live.ts
var pauseMs = 1e4;
await runStep(async () => {
  const [url, wait] = [readUrl(), readPatience()];
  const deadline = Date.now() + wait;
  for (let said = ""; ; ) {
    const word = await ask(url);
    if (word.state === "live") {
      for (const name of ["package", "version", "sha"]) setOutput(name, word[name]);
      setOutput("packages", word.packages.join("\n"));
      return say(`${word.packages.join(", ")} ${word.packages.length > 1 ? "are" : "is"} live at ${word.version}.`);
    }
    if (word.state === "never") throw new StepError(`It is not live, and won't be: ${word.why}`);
    if (word.why !== said) say(`Waiting: ${word.why}`);
    said = word.why;
    if (Date.now() + pauseMs > deadline)
      throw new StepError(
        `It is not live yet. ${word.why} Once it is, run this job alone again (“Re-run failed jobs”): it publishes nothing.`
      );
    await sleep2(pauseMs);
  }
});
async function ask(url) {
  const { publicKey } = await generateKeyPair();
  const digest = createHash("sha256").update(Buffer.from(publicKey, "base64")).digest("base64url");
  const answer = await patiently(async () => {
    const bearer = await idToken(`${url}/runner/${digest}`);
    return await call(url, { method: "POST", path: "/live", bearer, body: { publicKey } });
  });
  const text = (name) => typeof answer[name] === "string" ? answer[name] : "";
  const several = answer["packages"];
  const packages = Array.isArray(several) ? several.map(String) : [text("package")];
  return {
    packages,
    ...{ state: text("state"), package: text("package"), version: text("version") },
    ...{ sha: text("sha"), why: text("why") }
  };
}
function readPatience() {
  const text = input("wait-timeout") || "30";
  const minutes = Number(text);
  if (!/^\d+$/.test(text) || minutes < 1 || minutes > 60)
    throw new StepError("The input `wait-timeout` is a number of minutes from 1 to 60.");
  return minutes * 6e4;
}
