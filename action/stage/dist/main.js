// action/src/stage.ts
import { setTimeout as sleep4 } from "node:timers/promises";

// action/src/child.ts
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

// action/src/workflow.ts
import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";

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
function mask(value) {
  process.stdout.write(`::add-mask::${escaped(value)}
`);
}
function notice(title, text) {
  process.stdout.write(
    `::notice title=${escaped(title).replace(/:/g, "%3A").replace(/,/g, "%2C")}::${escaped(text)}
`
  );
}
function warn(text) {
  process.stdout.write(`::warning::${escaped(text)}
`);
}
function setOutput(name, value) {
  appendTo("GITHUB_OUTPUT", record(name, value));
}
function saveState(name, value) {
  appendTo("GITHUB_STATE", record(name, value));
}
function summarise(markdown) {
  appendTo("GITHUB_STEP_SUMMARY", `${markdown}
`);
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
function forReport(sentence) {
  return sentence.slice(0, 500).replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ");
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

// action/src/child.ts
var kept = /^(ACTIONS_ID_TOKEN_|ACTIONS_RUNTIME_TOKEN$|(NPM|SIGSTORE)_ID_TOKEN$|INPUT_|STATE_|GITHUB_STATE$|NODE_AUTH_TOKEN$|NPM_TOKEN$|npm_config_otp$|npm_config_.*_auth|npm_config_provenance$)/i;
function bareEnvironment(token) {
  const entries = Object.entries(process.env).filter(
    ([name, value]) => value !== void 0 && !kept.test(name) && (token === "" || !value.includes(token))
  );
  return Object.fromEntries(entries);
}
async function npm(args, { cwd, env, show = false }) {
  return await new Promise((resolve) => {
    const child = spawn("npm", [...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    if (show) for (const stream of [child.stdout, child.stderr]) sayLines(stream);
    else {
      child.stdout.setEncoding("utf8").on("data", (text) => stdout += text);
      child.stderr.setEncoding("utf8").on("data", (text) => stderr += text);
    }
    child.once("error", () => resolve({ status: 127, stdout, stderr: "npm could not be started" }));
    child.once("close", (status) => resolve({ status: status ?? 1, stdout, stderr }));
  });
}
function sayLines(stream) {
  createInterface({ input: stream, crlfDelay: Infinity }).on("line", say);
}
function quote(text, secrets) {
  const hidden = secrets.filter((one) => one !== "").reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
  for (const line of linesOf(hidden)) if (line.trim() !== "") say(`npm| ${line}`);
}
function jsonIn(text) {
  for (const start of text.matchAll(/^[[{]/gm)) {
    try {
      return JSON.parse(text.slice(start.index));
    } catch {
    }
  }
  return null;
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
function readWait() {
  const text = input("wait-timeout") || "10";
  const minutes = Number(text);
  if (!/^\d+$/.test(text) || minutes < 1 || minutes > 25)
    throw new StepError("The input `wait-timeout` is a number of minutes from 1 to 25.");
  return minutes * 6e4;
}
function givenToken() {
  const token = input("npm-token") || (process.env["NODE_AUTH_TOKEN"] ?? "").trim();
  if (token === "XXXXX-XXXXX-XXXXX-XXXXX") return "";
  if (/\s/.test(token)) throw new StepError("The npm token has a blank or a line break in it: register it again.");
  return token;
}

// action/src/credential.ts
var emptySecret = "The secret is empty: this job was approved without Countersign, or the secret was removed; ask again with /release.";
var trusted = /^(ACTIONS_ID_TOKEN_REQUEST_(URL|TOKEN)|npm_config_provenance)$/i;
function credentialFor(mode) {
  const token = givenToken();
  const bare = bareEnvironment(token);
  if (mode === "otp" || mode === "stage") {
    if (token === "") throw new StepError(emptySecret);
    return { token, bare, proof: {} };
  }
  if (token !== "")
    throw new StepError(
      `The policy publishes this package by trusted publishing (\`mode: ${mode}\`), and the job was given an npm token: take \`npm-token\` and NODE_AUTH_TOKEN out of the job, and revoke that token at npm.`
    );
  const proof = Object.entries(process.env).filter(([name]) => trusted.test(name));
  return { token: "", bare, proof: Object.fromEntries(proof) };
}

// action/src/npm-publish.ts
var passing = /^(E5\d\d|ECONNRESET|ECONNREFUSED|ECONNABORTED|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EPIPE|ERR_SOCKET_TIMEOUT|FETCH_ERROR)$/;
function readFailure(stdout, stderr) {
  const json2 = jsonIn(stdout) ?? jsonIn(stderr);
  const error = json2?.error ?? {};
  const code = typeof error["code"] === "string" ? error["code"] : /^npm error code (\w+)$/m.exec(stderr)?.[1] ?? "";
  if (code === "E429") return { kind: "limited" };
  if (code !== "EOTP")
    return { kind: "failed", code: /^\w{1,40}$/.test(code) ? code : "unknown", passing: passing.test(code) };
  const { authUrl, doneUrl } = error;
  const link = typeof authUrl === "string" && typeof doneUrl === "string" ? { authUrl, doneUrl } : null;
  return { kind: "otp", link };
}

// action/src/npm-stage.ts
async function viewStage(at) {
  const ran = await npm(["stage", "view", at.id, "--json", `--registry=${at.registry}`], {
    cwd: at.folder,
    env: at.env
  });
  if (ran.status !== 0) {
    const failure = readFailure(ran.stdout, ran.stderr);
    if (failure.kind === "failed" && failure.code === "E404") return null;
    quote(ran.stderr, at.secrets);
    throw new StepError(viewFailure(failure));
  }
  const item = jsonIn(ran.stdout) ?? {};
  const text = (name) => {
    const value = item[name];
    if (typeof value === "string" && value !== "") return value;
    throw new StepError(
      `npm doesn't say the \`${name}\` of what is staged, so nothing can be compared: decide at npm.`
    );
  };
  const orNull = (value) => typeof value === "string" ? value : null;
  return {
    ...{ id: text("id"), name: text("packageName"), version: text("version"), shasum: text("shasum") },
    ...{ tag: orNull(item["tag"]), status: orNull(item["status"]) }
  };
}
function viewFailure(failure) {
  const code = failure.kind === "failed" ? failure.code : failure.kind;
  if (code === "EUSAGE" || code === "unknown")
    return "This npm can't look at what is staged: `npm stage` needs npm 11.15 or later. Set up a newer Node.";
  return `npm stage view failed (${code}); its own words are above. Nothing was decided at npm.`;
}
async function decideStage(at, verb, otp) {
  const args = [
    ...["stage", verb, at.id, "--json", `--registry=${at.registry}`],
    // npm would send the same code again by itself, also after a 429: each counts as a try with npm.
    ...otp === null ? [] : ["--fetch-retries=0"]
  ];
  const env = otp === null ? at.env : { ...at.env, NPM_CONFIG_OTP: otp };
  const ran = await npm(args, { cwd: at.folder, env });
  if (ran.status === 0) return { kind: "published" };
  const outcome = readFailure(ran.stdout, ran.stderr);
  if (outcome.kind !== "otp") quote(ran.stderr, otp === null ? at.secrets : [...at.secrets, otp]);
  return outcome;
}

// action/src/challenge.ts
import { setTimeout as sleep2 } from "node:timers/promises";

// node_modules/@noble/ciphers/utils.js
/*! noble-ciphers - MIT License (c) 2023 Paul Miller (paulmillr.com) */
function isBytes(a) {
  return a instanceof Uint8Array || ArrayBuffer.isView(a) && a.constructor.name === "Uint8Array" && "BYTES_PER_ELEMENT" in a && a.BYTES_PER_ELEMENT === 1;
}
var atitle = (title) => title ? `"${title}" ` : "";
function abool(value, title = "") {
  if (typeof value !== "boolean")
    throw new TypeError(atitle(title) + "expected boolean, got type=" + typeof value);
  return value;
}
function anumber(n, title = "") {
  if (typeof n !== "number")
    throw new TypeError(atitle(title) + "expected number, got " + typeof n);
  if (!Number.isSafeInteger(n) || n < 0)
    throw new RangeError(atitle(title) + "expected integer >= 0, got " + n);
  return n;
}
function abytes(value, length, title = "") {
  if (isBytes(value) && (length === void 0 || value.length === length))
    return value;
  if (length !== void 0)
    anumber(length, "length");
  const bytes = isBytes(value);
  const ofLen = length !== void 0 ? ` of length ${length}` : "";
  const got = bytes ? `length=${value.length}` : `type=${typeof value}`;
  const message = atitle(title) + "expected Uint8Array" + ofLen + ", got " + got;
  if (!bytes)
    throw new TypeError(message);
  throw new RangeError(message);
}
var aobject = (value, label) => {
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw new TypeError(label === "object" ? "expected valid options object" : `"${label}" expected object, got type=${typeof value}`);
};
function aexists(instance, checkFinished = true) {
  if (instance.destroyed)
    throw new Error("hash was destroyed");
  if (checkFinished && instance.finished)
    throw new Error("digest() was already called");
}
function aoutput(out, instance) {
  abytes(out, void 0, "output");
  const min = instance.outputLen;
  if (!(out.length >= min)) {
    throw new RangeError('"output" expected length >= ' + min);
  }
}
function u32(arr) {
  return new Uint32Array(arr.buffer, arr.byteOffset, Math.floor(arr.byteLength / 4));
}
function clean(...arrays) {
  for (let i = 0; i < arrays.length; i++) {
    arrays[i].fill(0);
  }
}
var isLE = /* @__PURE__ */ (() => new Uint8Array(new Uint32Array([287454020]).buffer)[0] === 68)();
function byteSwap(word) {
  return word << 24 & 4278190080 | word << 8 & 16711680 | word >>> 8 & 65280 | word >>> 24 & 255;
}
function byteSwap32(arr) {
  for (let i = 0; i < arr.length; i++) {
    arr[i] = byteSwap(arr[i]);
  }
  return arr;
}
var swap32IfBE = isLE ? (u) => u : byteSwap32;
function overlapBytes(a, b) {
  if (!a.byteLength || !b.byteLength)
    return false;
  return a.buffer === b.buffer && // best we can do, may fail with an obscure Proxy
  a.byteOffset < b.byteOffset + b.byteLength && // a starts before b end
  b.byteOffset < a.byteOffset + a.byteLength;
}
function complexOverlapBytes(input2, output) {
  if (overlapBytes(input2, output) && input2.byteOffset < output.byteOffset)
    throw new Error("complex overlap of input and output is not supported");
}
function checkOpts(defaults, opts) {
  aobject(defaults, "defaults");
  aobject(opts, "opts");
  const merged = Object.assign(defaults, opts);
  return merged;
}
function equalBytes(a, b) {
  a = abytes(a);
  b = abytes(b);
  if (a.length !== b.length)
    return false;
  let diff = 0;
  for (let i = 0; i < a.length; i++)
    diff |= a[i] ^ b[i];
  return diff === 0;
}
function wrapMacConstructor(keyLen, macCons, fromMsg) {
  const mac = macCons;
  const getArgs = fromMsg || (() => []);
  const macC = (msg, key) => mac(key, ...getArgs(msg)).update(msg).digest();
  const tmp = mac(new Uint8Array(keyLen), ...getArgs(new Uint8Array(0)));
  macC.outputLen = tmp.outputLen;
  macC.blockLen = tmp.blockLen;
  macC.create = (key, ...args) => mac(key, ...args);
  return macC;
}
var wrapCipher = /* @__NO_SIDE_EFFECTS__ */ (params, constructor) => {
  function wrappedCipher(key, ...args) {
    abytes(key, void 0, "key");
    if (params.nonceLength !== void 0) {
      const nonce = args[0];
      abytes(nonce, params.varSizeNonce ? void 0 : params.nonceLength, "nonce");
    }
    const tagl = params.tagLength;
    const aadStart = params.nonceLength !== void 0 ? 1 : 0;
    if (!params.withAAD) {
      for (let i = aadStart; i < args.length; i++)
        if (isBytes(args[i]))
          throw new Error("AAD not supported");
    }
    if (params.withAAD && args[aadStart] !== void 0)
      abytes(args[aadStart], void 0, "AAD");
    const cipher2 = constructor(key, ...args);
    const checkOutput = (fnLength, output) => {
      if (output !== void 0) {
        if (fnLength !== 2)
          throw new Error("cipher output not supported");
        abytes(output, void 0, "output");
      }
    };
    let called = false;
    const wrCipher = {
      encrypt(data, output) {
        if (called)
          throw new Error("cannot encrypt() twice with same key + nonce");
        called = true;
        abytes(data, void 0, "data");
        checkOutput(cipher2.encrypt.length, output);
        return cipher2.encrypt(data, output);
      },
      decrypt(data, output) {
        abytes(data, void 0, "data");
        if (tagl && data.length < tagl)
          throw new Error('"ciphertext" expected length >= tagLength=' + tagl);
        checkOutput(cipher2.decrypt.length, output);
        return cipher2.decrypt(data, output);
      }
    };
    return wrCipher;
  }
  Object.assign(wrappedCipher, params);
  return wrappedCipher;
};
function getOutput(expectedLength, out, onlyAligned = true) {
  if (out === void 0)
    return new Uint8Array(expectedLength);
  abytes(out, expectedLength, "output");
  if (onlyAligned && !isAligned32(out))
    throw new Error("invalid output, must be aligned");
  return out;
}
function isAligned32(bytes) {
  return bytes.byteOffset % 4 === 0;
}
function copyBytes(bytes) {
  return Uint8Array.from(abytes(bytes));
}

// node_modules/@noble/ciphers/_arx.js
var encodeStr = (str) => Uint8Array.from(str.split(""), (c) => c.charCodeAt(0));
var sigma16_32 = /* @__PURE__ */ (() => swap32IfBE(u32(encodeStr("expand 16-byte k"))))();
var sigma32_32 = /* @__PURE__ */ (() => swap32IfBE(u32(encodeStr("expand 32-byte k"))))();
function rotl(a, b) {
  return a << b | a >>> 32 - b;
}
var BLOCK_LEN = 64;
var BLOCK_LEN32 = 16;
var MAX_COUNTER = /* @__PURE__ */ (() => 2 ** 32 - 1)();
var U32_EMPTY = /* @__PURE__ */ Uint32Array.of();
function runCipher(core, sigma2, key, nonce, data, output, counter, rounds) {
  const len = data.length;
  const block = new Uint8Array(BLOCK_LEN);
  const b32 = u32(block);
  const isAligned = isLE && isAligned32(data) && isAligned32(output);
  const d32 = isAligned ? u32(data) : U32_EMPTY;
  const o32 = isAligned ? u32(output) : U32_EMPTY;
  if (!isLE) {
    for (let pos = 0; pos < len; counter++) {
      core(sigma2, key, nonce, b32, counter, rounds);
      swap32IfBE(b32);
      if (counter >= MAX_COUNTER)
        throw new Error("arx: counter overflow");
      const take = Math.min(BLOCK_LEN, len - pos);
      for (let j = 0, posj; j < take; j++) {
        posj = pos + j;
        output[posj] = data[posj] ^ block[j];
      }
      pos += take;
    }
    return;
  }
  for (let pos = 0; pos < len; counter++) {
    core(sigma2, key, nonce, b32, counter, rounds);
    if (counter >= MAX_COUNTER)
      throw new Error("arx: counter overflow");
    const take = Math.min(BLOCK_LEN, len - pos);
    if (isAligned && take === BLOCK_LEN) {
      const pos32 = pos / 4;
      if (pos % 4 !== 0)
        throw new Error("arx: invalid block position");
      for (let j = 0, posj; j < BLOCK_LEN32; j++) {
        posj = pos32 + j;
        o32[posj] = d32[posj] ^ b32[j];
      }
      pos += BLOCK_LEN;
      continue;
    }
    for (let j = 0, posj; j < take; j++) {
      posj = pos + j;
      output[posj] = data[posj] ^ block[j];
    }
    pos += take;
  }
}
function createCipher(core, opts) {
  const { allowShortKeys, extendNonceFn, counterLength, counterRight, rounds } = checkOpts({ allowShortKeys: false, counterLength: 8, counterRight: false, rounds: 20 }, opts);
  if (typeof core !== "function")
    throw new Error("core must be a function");
  anumber(counterLength);
  anumber(rounds);
  abool(counterRight);
  abool(allowShortKeys);
  return (key, nonce, data, output, counter = 0) => {
    abytes(key, void 0, "key");
    abytes(nonce, void 0, "nonce");
    abytes(data, void 0, "data");
    const len = data.length;
    const hasOutput = output !== void 0;
    output = getOutput(len, output, false);
    if (hasOutput)
      complexOverlapBytes(data, output);
    anumber(counter);
    if (counter < 0 || counter >= MAX_COUNTER)
      throw new Error("arx: counter overflow");
    const toClean = [];
    let l = key.length;
    let k;
    let sigma2;
    if (l === 32) {
      toClean.push(k = copyBytes(key));
      sigma2 = sigma32_32;
    } else if (l === 16 && allowShortKeys) {
      k = new Uint8Array(32);
      k.set(key);
      k.set(key, 16);
      sigma2 = sigma16_32;
      toClean.push(k);
    } else {
      abytes(key, 32, "arx key");
      throw new Error("invalid key size");
    }
    if (!isLE || !isAligned32(nonce))
      toClean.push(nonce = copyBytes(nonce));
    let k32 = u32(k);
    if (extendNonceFn) {
      if (nonce.length !== 24)
        throw new Error("arx: extended nonce must be 24 bytes");
      const n16 = nonce.subarray(0, 16);
      if (isLE)
        extendNonceFn(sigma2, k32, u32(n16), k32);
      else {
        const sigmaRaw = swap32IfBE(Uint32Array.from(sigma2));
        extendNonceFn(sigmaRaw, k32, u32(n16), k32);
        clean(sigmaRaw);
        swap32IfBE(k32);
      }
      nonce = nonce.subarray(16);
    } else if (!isLE)
      swap32IfBE(k32);
    const nonceNcLen = 16 - counterLength;
    if (nonceNcLen !== nonce.length)
      throw new Error(`arx: nonce must be ${nonceNcLen} or 16 bytes`);
    if (nonceNcLen !== 12) {
      const nc = new Uint8Array(12);
      nc.set(nonce, counterRight ? 0 : 12 - nonce.length);
      nonce = nc;
      toClean.push(nonce);
    }
    const n32 = swap32IfBE(u32(nonce));
    try {
      runCipher(core, sigma2, k32, n32, data, output, counter, rounds);
      return output;
    } finally {
      clean(...toClean);
    }
  };
}

// node_modules/@noble/ciphers/_poly1305.js
function u8to16(a, i) {
  return a[i++] & 255 | (a[i++] & 255) << 8;
}
var Poly1305 = class {
  blockLen = 16;
  outputLen = 16;
  buffer = new Uint8Array(16);
  r = new Uint16Array(10);
  // Allocating 1 array with .subarray() here is slower than 3
  h = new Uint16Array(10);
  pad = new Uint16Array(8);
  pos = 0;
  finished = false;
  destroyed = false;
  // Can be speed-up using BigUint64Array, at the cost of complexity
  constructor(key) {
    key = copyBytes(abytes(key, 32, "key"));
    const t0 = u8to16(key, 0);
    const t1 = u8to16(key, 2);
    const t2 = u8to16(key, 4);
    const t3 = u8to16(key, 6);
    const t4 = u8to16(key, 8);
    const t5 = u8to16(key, 10);
    const t6 = u8to16(key, 12);
    const t7 = u8to16(key, 14);
    this.r[0] = t0 & 8191;
    this.r[1] = (t0 >>> 13 | t1 << 3) & 8191;
    this.r[2] = (t1 >>> 10 | t2 << 6) & 7939;
    this.r[3] = (t2 >>> 7 | t3 << 9) & 8191;
    this.r[4] = (t3 >>> 4 | t4 << 12) & 255;
    this.r[5] = t4 >>> 1 & 8190;
    this.r[6] = (t4 >>> 14 | t5 << 2) & 8191;
    this.r[7] = (t5 >>> 11 | t6 << 5) & 8065;
    this.r[8] = (t6 >>> 8 | t7 << 8) & 8191;
    this.r[9] = t7 >>> 5 & 127;
    for (let i = 0; i < 8; i++)
      this.pad[i] = u8to16(key, 16 + 2 * i);
  }
  process(data, offset, isLast = false) {
    const hibit = isLast ? 0 : 1 << 11;
    const { h, r } = this;
    const r0 = r[0];
    const r1 = r[1];
    const r2 = r[2];
    const r3 = r[3];
    const r4 = r[4];
    const r5 = r[5];
    const r6 = r[6];
    const r7 = r[7];
    const r8 = r[8];
    const r9 = r[9];
    const t0 = u8to16(data, offset + 0);
    const t1 = u8to16(data, offset + 2);
    const t2 = u8to16(data, offset + 4);
    const t3 = u8to16(data, offset + 6);
    const t4 = u8to16(data, offset + 8);
    const t5 = u8to16(data, offset + 10);
    const t6 = u8to16(data, offset + 12);
    const t7 = u8to16(data, offset + 14);
    let h0 = h[0] + (t0 & 8191);
    let h1 = h[1] + ((t0 >>> 13 | t1 << 3) & 8191);
    let h2 = h[2] + ((t1 >>> 10 | t2 << 6) & 8191);
    let h3 = h[3] + ((t2 >>> 7 | t3 << 9) & 8191);
    let h4 = h[4] + ((t3 >>> 4 | t4 << 12) & 8191);
    let h5 = h[5] + (t4 >>> 1 & 8191);
    let h6 = h[6] + ((t4 >>> 14 | t5 << 2) & 8191);
    let h7 = h[7] + ((t5 >>> 11 | t6 << 5) & 8191);
    let h8 = h[8] + ((t6 >>> 8 | t7 << 8) & 8191);
    let h9 = h[9] + (t7 >>> 5 | hibit);
    let c = 0;
    let d0 = c + h0 * r0 + h1 * (5 * r9) + h2 * (5 * r8) + h3 * (5 * r7) + h4 * (5 * r6);
    c = d0 >>> 13;
    d0 &= 8191;
    d0 += h5 * (5 * r5) + h6 * (5 * r4) + h7 * (5 * r3) + h8 * (5 * r2) + h9 * (5 * r1);
    c += d0 >>> 13;
    d0 &= 8191;
    let d1 = c + h0 * r1 + h1 * r0 + h2 * (5 * r9) + h3 * (5 * r8) + h4 * (5 * r7);
    c = d1 >>> 13;
    d1 &= 8191;
    d1 += h5 * (5 * r6) + h6 * (5 * r5) + h7 * (5 * r4) + h8 * (5 * r3) + h9 * (5 * r2);
    c += d1 >>> 13;
    d1 &= 8191;
    let d2 = c + h0 * r2 + h1 * r1 + h2 * r0 + h3 * (5 * r9) + h4 * (5 * r8);
    c = d2 >>> 13;
    d2 &= 8191;
    d2 += h5 * (5 * r7) + h6 * (5 * r6) + h7 * (5 * r5) + h8 * (5 * r4) + h9 * (5 * r3);
    c += d2 >>> 13;
    d2 &= 8191;
    let d3 = c + h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0 + h4 * (5 * r9);
    c = d3 >>> 13;
    d3 &= 8191;
    d3 += h5 * (5 * r8) + h6 * (5 * r7) + h7 * (5 * r6) + h8 * (5 * r5) + h9 * (5 * r4);
    c += d3 >>> 13;
    d3 &= 8191;
    let d4 = c + h0 * r4 + h1 * r3 + h2 * r2 + h3 * r1 + h4 * r0;
    c = d4 >>> 13;
    d4 &= 8191;
    d4 += h5 * (5 * r9) + h6 * (5 * r8) + h7 * (5 * r7) + h8 * (5 * r6) + h9 * (5 * r5);
    c += d4 >>> 13;
    d4 &= 8191;
    let d5 = c + h0 * r5 + h1 * r4 + h2 * r3 + h3 * r2 + h4 * r1;
    c = d5 >>> 13;
    d5 &= 8191;
    d5 += h5 * r0 + h6 * (5 * r9) + h7 * (5 * r8) + h8 * (5 * r7) + h9 * (5 * r6);
    c += d5 >>> 13;
    d5 &= 8191;
    let d6 = c + h0 * r6 + h1 * r5 + h2 * r4 + h3 * r3 + h4 * r2;
    c = d6 >>> 13;
    d6 &= 8191;
    d6 += h5 * r1 + h6 * r0 + h7 * (5 * r9) + h8 * (5 * r8) + h9 * (5 * r7);
    c += d6 >>> 13;
    d6 &= 8191;
    let d7 = c + h0 * r7 + h1 * r6 + h2 * r5 + h3 * r4 + h4 * r3;
    c = d7 >>> 13;
    d7 &= 8191;
    d7 += h5 * r2 + h6 * r1 + h7 * r0 + h8 * (5 * r9) + h9 * (5 * r8);
    c += d7 >>> 13;
    d7 &= 8191;
    let d8 = c + h0 * r8 + h1 * r7 + h2 * r6 + h3 * r5 + h4 * r4;
    c = d8 >>> 13;
    d8 &= 8191;
    d8 += h5 * r3 + h6 * r2 + h7 * r1 + h8 * r0 + h9 * (5 * r9);
    c += d8 >>> 13;
    d8 &= 8191;
    let d9 = c + h0 * r9 + h1 * r8 + h2 * r7 + h3 * r6 + h4 * r5;
    c = d9 >>> 13;
    d9 &= 8191;
    d9 += h5 * r4 + h6 * r3 + h7 * r2 + h8 * r1 + h9 * r0;
    c += d9 >>> 13;
    d9 &= 8191;
    c = (c << 2) + c | 0;
    c = c + d0 | 0;
    d0 = c & 8191;
    c = c >>> 13;
    d1 += c;
    h[0] = d0;
    h[1] = d1;
    h[2] = d2;
    h[3] = d3;
    h[4] = d4;
    h[5] = d5;
    h[6] = d6;
    h[7] = d7;
    h[8] = d8;
    h[9] = d9;
  }
  finalize() {
    const { h, pad } = this;
    const g = new Uint16Array(10);
    let c = h[1] >>> 13;
    h[1] &= 8191;
    for (let i = 2; i < 10; i++) {
      h[i] += c;
      c = h[i] >>> 13;
      h[i] &= 8191;
    }
    h[0] += c * 5;
    c = h[0] >>> 13;
    h[0] &= 8191;
    h[1] += c;
    c = h[1] >>> 13;
    h[1] &= 8191;
    h[2] += c;
    g[0] = h[0] + 5;
    c = g[0] >>> 13;
    g[0] &= 8191;
    for (let i = 1; i < 10; i++) {
      g[i] = h[i] + c;
      c = g[i] >>> 13;
      g[i] &= 8191;
    }
    g[9] -= 1 << 13;
    let mask2 = (c ^ 1) - 1;
    for (let i = 0; i < 10; i++)
      g[i] &= mask2;
    mask2 = ~mask2;
    for (let i = 0; i < 10; i++)
      h[i] = h[i] & mask2 | g[i];
    h[0] = (h[0] | h[1] << 13) & 65535;
    h[1] = (h[1] >>> 3 | h[2] << 10) & 65535;
    h[2] = (h[2] >>> 6 | h[3] << 7) & 65535;
    h[3] = (h[3] >>> 9 | h[4] << 4) & 65535;
    h[4] = (h[4] >>> 12 | h[5] << 1 | h[6] << 14) & 65535;
    h[5] = (h[6] >>> 2 | h[7] << 11) & 65535;
    h[6] = (h[7] >>> 5 | h[8] << 8) & 65535;
    h[7] = (h[8] >>> 8 | h[9] << 5) & 65535;
    let f = h[0] + pad[0];
    h[0] = f & 65535;
    for (let i = 1; i < 8; i++) {
      f = (h[i] + pad[i] | 0) + (f >>> 16) | 0;
      h[i] = f & 65535;
    }
    clean(g);
  }
  update(data) {
    aexists(this);
    abytes(data);
    data = copyBytes(data);
    const { buffer, blockLen } = this;
    const len = data.length;
    for (let pos = 0; pos < len; ) {
      const take = Math.min(blockLen - this.pos, len - pos);
      if (take === blockLen) {
        for (; blockLen <= len - pos; pos += blockLen)
          this.process(data, pos);
        continue;
      }
      buffer.set(data.subarray(pos, pos + take), this.pos);
      this.pos += take;
      pos += take;
      if (this.pos === blockLen) {
        this.process(buffer, 0, false);
        this.pos = 0;
      }
    }
    return this;
  }
  destroy() {
    this.destroyed = true;
    clean(this.h, this.r, this.buffer, this.pad);
  }
  digestInto(out) {
    aexists(this);
    aoutput(out, this);
    this.finished = true;
    const { buffer, h } = this;
    let { pos } = this;
    if (pos) {
      buffer[pos++] = 1;
      for (; pos < 16; pos++)
        buffer[pos] = 0;
      this.process(buffer, 0, true);
    }
    this.finalize();
    let opos = 0;
    for (let i = 0; i < 8; i++) {
      out[opos++] = h[i] >>> 0;
      out[opos++] = h[i] >>> 8;
    }
  }
  digest() {
    const { buffer, outputLen } = this;
    this.digestInto(buffer);
    const res = buffer.slice(0, outputLen);
    this.destroy();
    return res;
  }
};
var poly1305 = /* @__PURE__ */ wrapMacConstructor(32, (key) => new Poly1305(key));

// node_modules/@noble/ciphers/salsa.js
function salsaCore(s, k, n, out, cnt, rounds = 20, cntHi = 0) {
  let y00 = s[0], y01 = k[0], y02 = k[1], y03 = k[2], y04 = k[3], y05 = s[1], y06 = n[0], y07 = n[1], y08 = cnt, y09 = cntHi, y10 = s[2], y11 = k[4], y12 = k[5], y13 = k[6], y14 = k[7], y15 = s[3];
  let x00 = y00, x01 = y01, x02 = y02, x03 = y03, x04 = y04, x05 = y05, x06 = y06, x07 = y07, x08 = y08, x09 = y09, x10 = y10, x11 = y11, x12 = y12, x13 = y13, x14 = y14, x15 = y15;
  for (let r = 0; r < rounds; r += 2) {
    x04 ^= rotl(x00 + x12 | 0, 7);
    x08 ^= rotl(x04 + x00 | 0, 9);
    x12 ^= rotl(x08 + x04 | 0, 13);
    x00 ^= rotl(x12 + x08 | 0, 18);
    x09 ^= rotl(x05 + x01 | 0, 7);
    x13 ^= rotl(x09 + x05 | 0, 9);
    x01 ^= rotl(x13 + x09 | 0, 13);
    x05 ^= rotl(x01 + x13 | 0, 18);
    x14 ^= rotl(x10 + x06 | 0, 7);
    x02 ^= rotl(x14 + x10 | 0, 9);
    x06 ^= rotl(x02 + x14 | 0, 13);
    x10 ^= rotl(x06 + x02 | 0, 18);
    x03 ^= rotl(x15 + x11 | 0, 7);
    x07 ^= rotl(x03 + x15 | 0, 9);
    x11 ^= rotl(x07 + x03 | 0, 13);
    x15 ^= rotl(x11 + x07 | 0, 18);
    x01 ^= rotl(x00 + x03 | 0, 7);
    x02 ^= rotl(x01 + x00 | 0, 9);
    x03 ^= rotl(x02 + x01 | 0, 13);
    x00 ^= rotl(x03 + x02 | 0, 18);
    x06 ^= rotl(x05 + x04 | 0, 7);
    x07 ^= rotl(x06 + x05 | 0, 9);
    x04 ^= rotl(x07 + x06 | 0, 13);
    x05 ^= rotl(x04 + x07 | 0, 18);
    x11 ^= rotl(x10 + x09 | 0, 7);
    x08 ^= rotl(x11 + x10 | 0, 9);
    x09 ^= rotl(x08 + x11 | 0, 13);
    x10 ^= rotl(x09 + x08 | 0, 18);
    x12 ^= rotl(x15 + x14 | 0, 7);
    x13 ^= rotl(x12 + x15 | 0, 9);
    x14 ^= rotl(x13 + x12 | 0, 13);
    x15 ^= rotl(x14 + x13 | 0, 18);
  }
  let oi = 0;
  out[oi++] = y00 + x00 | 0;
  out[oi++] = y01 + x01 | 0;
  out[oi++] = y02 + x02 | 0;
  out[oi++] = y03 + x03 | 0;
  out[oi++] = y04 + x04 | 0;
  out[oi++] = y05 + x05 | 0;
  out[oi++] = y06 + x06 | 0;
  out[oi++] = y07 + x07 | 0;
  out[oi++] = y08 + x08 | 0;
  out[oi++] = y09 + x09 | 0;
  out[oi++] = y10 + x10 | 0;
  out[oi++] = y11 + x11 | 0;
  out[oi++] = y12 + x12 | 0;
  out[oi++] = y13 + x13 | 0;
  out[oi++] = y14 + x14 | 0;
  out[oi++] = y15 + x15 | 0;
}
function hsalsa(s, k, i, out) {
  const s2 = isLE ? s : swap32IfBE(s.slice(0, 4));
  const k2 = isLE ? k : swap32IfBE(k.slice(0, 8));
  const i2 = isLE ? i : swap32IfBE(i.slice(0, 4));
  const t = new Uint32Array(16);
  salsaCore(s2, k2, i2.subarray(0, 2), t, i2[2], 20, i2[3]);
  let oi = 0;
  out[oi++] = t[0] - s2[0] | 0;
  out[oi++] = t[5] - s2[1] | 0;
  out[oi++] = t[10] - s2[2] | 0;
  out[oi++] = t[15] - s2[3] | 0;
  out[oi++] = t[6] - i2[0] | 0;
  out[oi++] = t[7] - i2[1] | 0;
  out[oi++] = t[8] - i2[2] | 0;
  out[oi++] = t[9] - i2[3] | 0;
  swap32IfBE(out);
  if (!isLE)
    clean(s2, k2, i2);
  clean(t);
}
var xsalsa20 = /* @__PURE__ */ createCipher(salsaCore, {
  counterRight: true,
  extendNonceFn: hsalsa
});
var xsalsa20poly1305 = /* @__PURE__ */ wrapCipher({ blockSize: 64, nonceLength: 24, tagLength: 16 }, (key, nonce) => {
  return {
    encrypt(plaintext, output) {
      output = getOutput(plaintext.length + 32, output, false);
      const authKey = output.subarray(0, 32);
      const ciphPlaintext = output.subarray(32);
      output.set(plaintext, 32);
      clean(authKey);
      xsalsa20(key, nonce, output, output);
      const tag = poly1305(ciphPlaintext, authKey);
      output.set(tag, 16);
      clean(output.subarray(0, 16), tag);
      return output.subarray(16);
    },
    decrypt(ciphertext, output) {
      abytes(ciphertext, void 0, "data");
      output = getOutput(ciphertext.length + 32, output, false);
      const tmp = output.subarray(0, 32);
      const passedTag = output.subarray(32, 48);
      const ciphPlaintext = output.subarray(48);
      output.set(ciphertext, 32);
      clean(tmp);
      const authKey = xsalsa20(key, nonce, tmp, tmp);
      const tag = poly1305(ciphPlaintext, authKey);
      if (!equalBytes(passedTag, tag)) {
        clean(output);
        throw new Error("invalid tag");
      }
      xsalsa20(key, nonce, output.subarray(16), output.subarray(16));
      clean(tmp, passedTag, tag);
      return ciphPlaintext;
    }
  };
});

// node_modules/@noble/hashes/utils.js
function isBytes2(a) {
  return a instanceof Uint8Array || ArrayBuffer.isView(a) && a.constructor.name === "Uint8Array" && "BYTES_PER_ELEMENT" in a && a.BYTES_PER_ELEMENT === 1;
}
var atitle2 = (title) => title ? `"${title}" ` : "";
function anumber2(n, title = "") {
  if (typeof n !== "number")
    throw new TypeError(atitle2(title) + "expected number, got " + typeof n);
  if (!Number.isSafeInteger(n) || n < 0)
    throw new RangeError(atitle2(title) + "expected integer >= 0, got " + n);
  return n;
}
function abytes2(value, length, title = "") {
  if (isBytes2(value) && (length === void 0 || value.length === length))
    return value;
  if (length !== void 0)
    anumber2(length, "length");
  const bytes = isBytes2(value);
  const ofLen = length !== void 0 ? ` of length ${length}` : "";
  const got = bytes ? `length=${value.length}` : `type=${typeof value}`;
  const message = atitle2(title) + "expected Uint8Array" + ofLen + ", got " + got;
  if (!bytes)
    throw new TypeError(message);
  throw new RangeError(message);
}
function copyBytes2(bytes) {
  return Uint8Array.from(abytes2(bytes));
}
var aobject2 = (value, label) => {
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw new TypeError((label === "object" ? "" : `"${label}" `) + "expected object, got type=" + typeof value);
};
var aopts = (value, label) => {
  aobject2(value, label);
  const proto = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && proto !== null)
    throw new TypeError(`"${label}" expected plain object`);
  if (Object.hasOwn(value, "__proto__"))
    throw new TypeError(`"${label}.__proto__" is not allowed`);
};
function aexists2(instance, checkFinished = true) {
  if (instance.destroyed)
    throw new Error("hash was destroyed");
  if (checkFinished && instance.finished)
    throw new Error("digest() was already called");
}
function aoutput2(out, instance) {
  abytes2(out, void 0, "output");
  const min = instance.outputLen;
  if (!(out.length >= min)) {
    throw new RangeError('"output" expected length >= ' + min);
  }
}
function u322(arr) {
  return new Uint32Array(arr.buffer, arr.byteOffset, Math.floor(arr.byteLength / 4));
}
function clean2(...arrays) {
  for (let i = 0; i < arrays.length; i++) {
    arrays[i].fill(0);
  }
}
var isLE2 = /* @__PURE__ */ (() => new Uint8Array(new Uint32Array([287454020]).buffer)[0] === 68)();
function byteSwap2(word) {
  return word << 24 & 4278190080 | word << 8 & 16711680 | word >>> 8 & 65280 | word >>> 24 & 255;
}
var swap8IfBE = isLE2 ? (n) => n : (n) => byteSwap2(n) >>> 0;
function byteSwap322(arr) {
  for (let i = 0; i < arr.length; i++) {
    arr[i] = byteSwap2(arr[i]);
  }
  return arr;
}
var swap32IfBE2 = isLE2 ? (u) => u : byteSwap322;
function checkOpts2(defaults, opts, title = "opts") {
  aopts(defaults, "defaults");
  if (opts !== void 0)
    aopts(opts, title);
  const merged = Object.assign(/* @__PURE__ */ Object.create(null), defaults, opts);
  return merged;
}
function createHasher(hashCons, info = {}) {
  if (typeof hashCons !== "function")
    throw new TypeError('"hashCons" expected function, got type=' + typeof hashCons);
  info = checkOpts2({}, info, "info");
  const hashC = (msg, opts) => hashCons(opts).update(msg).digest();
  const tmp = hashCons(void 0);
  hashC.outputLen = tmp.outputLen;
  hashC.blockLen = tmp.blockLen;
  hashC.canXOF = tmp.canXOF;
  hashC.create = (opts) => hashCons(opts);
  Object.assign(hashC, info);
  return Object.freeze(hashC);
}

// node_modules/@noble/hashes/_blake.js
var BSIGMA = /* @__PURE__ */ Uint8Array.from([
  0,
  1,
  2,
  3,
  4,
  5,
  6,
  7,
  8,
  9,
  10,
  11,
  12,
  13,
  14,
  15,
  14,
  10,
  4,
  8,
  9,
  15,
  13,
  6,
  1,
  12,
  0,
  2,
  11,
  7,
  5,
  3,
  11,
  8,
  12,
  0,
  5,
  2,
  15,
  13,
  10,
  14,
  3,
  6,
  7,
  1,
  9,
  4,
  7,
  9,
  3,
  1,
  13,
  12,
  11,
  14,
  2,
  6,
  5,
  10,
  4,
  0,
  15,
  8,
  9,
  0,
  5,
  7,
  2,
  4,
  10,
  15,
  14,
  1,
  11,
  12,
  6,
  8,
  3,
  13,
  2,
  12,
  6,
  10,
  0,
  11,
  8,
  3,
  4,
  13,
  7,
  5,
  15,
  14,
  1,
  9,
  12,
  5,
  1,
  15,
  14,
  13,
  4,
  10,
  0,
  7,
  6,
  3,
  9,
  2,
  8,
  11,
  13,
  11,
  7,
  14,
  12,
  1,
  3,
  9,
  5,
  0,
  15,
  4,
  8,
  6,
  2,
  10,
  6,
  15,
  14,
  9,
  11,
  3,
  0,
  8,
  12,
  2,
  13,
  7,
  1,
  4,
  10,
  5,
  10,
  2,
  8,
  4,
  7,
  6,
  1,
  5,
  15,
  11,
  9,
  14,
  3,
  12,
  13,
  0,
  0,
  1,
  2,
  3,
  4,
  5,
  6,
  7,
  8,
  9,
  10,
  11,
  12,
  13,
  14,
  15,
  14,
  10,
  4,
  8,
  9,
  15,
  13,
  6,
  1,
  12,
  0,
  2,
  11,
  7,
  5,
  3,
  // Blake1, unused in others
  11,
  8,
  12,
  0,
  5,
  2,
  15,
  13,
  10,
  14,
  3,
  6,
  7,
  1,
  9,
  4,
  7,
  9,
  3,
  1,
  13,
  12,
  11,
  14,
  2,
  6,
  5,
  10,
  4,
  0,
  15,
  8,
  9,
  0,
  5,
  7,
  2,
  4,
  10,
  15,
  14,
  1,
  11,
  12,
  6,
  8,
  3,
  13,
  2,
  12,
  6,
  10,
  0,
  11,
  8,
  3,
  4,
  13,
  7,
  5,
  15,
  14,
  1,
  9
]);

// node_modules/@noble/hashes/_u64.js
var fromNumH = (n) => n / 2 ** 32 | 0;
var fromNumL = (n) => n >>> 0;
var rotrSH = (h, l, s) => h >>> s | l << 32 - s;
var rotrSL = (h, l, s) => h << 32 - s | l >>> s;
var rotrBH = (h, l, s) => h << 64 - s | l >>> s - 32;
var rotrBL = (h, l, s) => h >>> s - 32 | l << 64 - s;
var rotr32H = (_h, l) => l;
var rotr32L = (h, _l) => h;
function add(Ah, Al, Bh, Bl) {
  const l = (Al >>> 0) + (Bl >>> 0);
  return { h: Ah + Bh + (l / 2 ** 32 | 0) | 0, l: l | 0 };
}
var add3L = (Al, Bl, Cl) => (Al >>> 0) + (Bl >>> 0) + (Cl >>> 0);
var add3H = (low, Ah, Bh, Ch) => Ah + Bh + Ch + (low / 2 ** 32 | 0) | 0;

// node_modules/@noble/hashes/blake2.js
var B2B_IV = /* @__PURE__ */ Uint32Array.from([
  4089235720,
  1779033703,
  2227873595,
  3144134277,
  4271175723,
  1013904242,
  1595750129,
  2773480762,
  2917565137,
  1359893119,
  725511199,
  2600822924,
  4215389547,
  528734635,
  327033209,
  1541459225
]);
var BBUF = /* @__PURE__ */ new Uint32Array(32);
function G1b(a, b, c, d, msg, x) {
  const Xl = msg[x], Xh = msg[x + 1];
  let Al = BBUF[2 * a], Ah = BBUF[2 * a + 1];
  let Bl = BBUF[2 * b], Bh = BBUF[2 * b + 1];
  let Cl = BBUF[2 * c], Ch = BBUF[2 * c + 1];
  let Dl = BBUF[2 * d], Dh = BBUF[2 * d + 1];
  const ll = add3L(Al, Bl, Xl);
  Ah = add3H(ll, Ah, Bh, Xh);
  Al = ll | 0;
  let xh = Dh ^ Ah, xl = Dl ^ Al;
  Dh = rotr32H(xh, xl);
  Dl = rotr32L(xh, xl);
  ({ h: Ch, l: Cl } = add(Ch, Cl, Dh, Dl));
  xh = Bh ^ Ch;
  xl = Bl ^ Cl;
  Bh = rotrSH(xh, xl, 24);
  Bl = rotrSL(xh, xl, 24);
  BBUF[2 * a] = Al;
  BBUF[2 * a + 1] = Ah;
  BBUF[2 * b] = Bl;
  BBUF[2 * b + 1] = Bh;
  BBUF[2 * c] = Cl;
  BBUF[2 * c + 1] = Ch;
  BBUF[2 * d] = Dl;
  BBUF[2 * d + 1] = Dh;
}
function G2b(a, b, c, d, msg, x) {
  const Xl = msg[x], Xh = msg[x + 1];
  let Al = BBUF[2 * a], Ah = BBUF[2 * a + 1];
  let Bl = BBUF[2 * b], Bh = BBUF[2 * b + 1];
  let Cl = BBUF[2 * c], Ch = BBUF[2 * c + 1];
  let Dl = BBUF[2 * d], Dh = BBUF[2 * d + 1];
  const ll = add3L(Al, Bl, Xl);
  Ah = add3H(ll, Ah, Bh, Xh);
  Al = ll | 0;
  let xh = Dh ^ Ah, xl = Dl ^ Al;
  Dh = rotrSH(xh, xl, 16);
  Dl = rotrSL(xh, xl, 16);
  ({ h: Ch, l: Cl } = add(Ch, Cl, Dh, Dl));
  xh = Bh ^ Ch;
  xl = Bl ^ Cl;
  Bh = rotrBH(xh, xl, 63);
  Bl = rotrBL(xh, xl, 63);
  BBUF[2 * a] = Al;
  BBUF[2 * a + 1] = Ah;
  BBUF[2 * b] = Bl;
  BBUF[2 * b + 1] = Bh;
  BBUF[2 * c] = Cl;
  BBUF[2 * c + 1] = Ch;
  BBUF[2 * d] = Dl;
  BBUF[2 * d + 1] = Dh;
}
function checkBlake2Opts(outputLen, opts = {}, keyLen, saltLen, persLen) {
  anumber2(keyLen);
  if (outputLen <= 0 || outputLen > keyLen)
    throw new Error('"dkLen" must be 1..' + keyLen + ", got " + outputLen);
  const { key, salt, personalization } = opts;
  if (key !== void 0 && (key.length < 1 || key.length > keyLen))
    throw new Error('"key" expected to be undefined or of length=1..' + keyLen);
  if (salt !== void 0)
    abytes2(salt, saltLen, "salt");
  if (personalization !== void 0)
    abytes2(personalization, persLen, "personalization");
}
var _BLAKE2 = class {
  buffer;
  buffer32;
  finished = false;
  destroyed = false;
  length = 0;
  pos = 0;
  blockLen;
  outputLen;
  canXOF = false;
  constructor(blockLen, outputLen) {
    anumber2(blockLen);
    anumber2(outputLen);
    this.blockLen = blockLen;
    this.outputLen = outputLen;
    this.buffer = new Uint8Array(blockLen);
    this.buffer32 = u322(this.buffer);
  }
  update(data) {
    aexists2(this);
    abytes2(data);
    const { blockLen, buffer, buffer32 } = this;
    const len = data.length;
    const offset = data.byteOffset;
    const buf = data.buffer;
    for (let pos = 0; pos < len; ) {
      if (this.pos === blockLen) {
        swap32IfBE2(buffer32);
        this.compress(buffer32, 0, false);
        swap32IfBE2(buffer32);
        this.pos = 0;
      }
      const take = Math.min(blockLen - this.pos, len - pos);
      const dataOffset = offset + pos;
      if (take === blockLen && !(dataOffset % 4) && pos + take < len) {
        const data32 = new Uint32Array(buf, dataOffset, Math.floor((len - pos) / 4));
        swap32IfBE2(data32);
        for (let pos32 = 0; pos + blockLen < len; pos32 += buffer32.length, pos += blockLen) {
          this.length += blockLen;
          this.compress(data32, pos32, false);
        }
        swap32IfBE2(data32);
        continue;
      }
      buffer.set(pos === 0 && take === len ? data : data.subarray(pos, pos + take), this.pos);
      this.pos += take;
      this.length += take;
      pos += take;
    }
    return this;
  }
  digestInto(out) {
    aexists2(this);
    aoutput2(out, this);
    if (out.byteOffset & 3)
      throw new RangeError('"output" expected 4-byte aligned byteOffset, got ' + out.byteOffset);
    const { pos, buffer32 } = this;
    this.finished = true;
    this.buffer.fill(0, pos);
    swap32IfBE2(buffer32);
    this.compress(buffer32, 0, true);
    swap32IfBE2(buffer32);
    const state = this.get();
    const out32 = out === this.buffer ? buffer32 : u322(out);
    const full = Math.floor(this.outputLen / 4);
    for (let i = 0; i < full; i++)
      out32[i] = swap8IfBE(state[i]);
    const tail = this.outputLen % 4;
    if (!tail)
      return;
    const off = full * 4;
    const word = state[full];
    for (let i = 0; i < tail; i++)
      out[off + i] = word >>> 8 * i;
  }
  digest() {
    const { buffer, outputLen } = this;
    this.digestInto(buffer);
    const res = buffer.slice(0, outputLen);
    this.destroy();
    return res;
  }
  _cloneInto(to) {
    const { buffer, length, finished, destroyed, outputLen, pos } = this;
    to ||= new this.constructor({ dkLen: outputLen });
    to.set(...this.get());
    to.buffer.set(buffer);
    to.destroyed = destroyed;
    to.finished = finished;
    to.length = length;
    to.pos = pos;
    to.outputLen = outputLen;
    return to;
  }
  clone() {
    return this._cloneInto();
  }
};
var _BLAKE2b = class extends _BLAKE2 {
  // Same IV words as SHA-512 / BLAKE2b, encoded as LE u32 low/high halves.
  v0l = B2B_IV[0] | 0;
  v0h = B2B_IV[1] | 0;
  v1l = B2B_IV[2] | 0;
  v1h = B2B_IV[3] | 0;
  v2l = B2B_IV[4] | 0;
  v2h = B2B_IV[5] | 0;
  v3l = B2B_IV[6] | 0;
  v3h = B2B_IV[7] | 0;
  v4l = B2B_IV[8] | 0;
  v4h = B2B_IV[9] | 0;
  v5l = B2B_IV[10] | 0;
  v5h = B2B_IV[11] | 0;
  v6l = B2B_IV[12] | 0;
  v6h = B2B_IV[13] | 0;
  v7l = B2B_IV[14] | 0;
  v7h = B2B_IV[15] | 0;
  constructor(opts = {}) {
    opts = checkOpts2({}, opts);
    const olen = opts.dkLen === void 0 ? 64 : opts.dkLen;
    super(128, olen);
    checkBlake2Opts(olen, opts, 64, 16, 16);
    let { key, personalization, salt } = opts;
    let keyLength2 = 0;
    if (key !== void 0) {
      abytes2(key, void 0, "key");
      keyLength2 = key.length;
    }
    this.v0l ^= this.outputLen | keyLength2 << 8 | 1 << 16 | 1 << 24;
    if (salt !== void 0) {
      abytes2(salt, void 0, "salt");
      const slt = u322(copyBytes2(salt));
      this.v4l ^= swap8IfBE(slt[0]);
      this.v4h ^= swap8IfBE(slt[1]);
      this.v5l ^= swap8IfBE(slt[2]);
      this.v5h ^= swap8IfBE(slt[3]);
    }
    if (personalization !== void 0) {
      abytes2(personalization, void 0, "personalization");
      const pers = u322(copyBytes2(personalization));
      this.v6l ^= swap8IfBE(pers[0]);
      this.v6h ^= swap8IfBE(pers[1]);
      this.v7l ^= swap8IfBE(pers[2]);
      this.v7h ^= swap8IfBE(pers[3]);
    }
    if (key !== void 0) {
      const tmp = new Uint8Array(this.blockLen);
      tmp.set(key);
      this.update(tmp);
      clean2(tmp);
    }
  }
  // prettier-ignore
  get() {
    let { v0l, v0h, v1l, v1h, v2l, v2h, v3l, v3h, v4l, v4h, v5l, v5h, v6l, v6h, v7l, v7h } = this;
    return [v0l, v0h, v1l, v1h, v2l, v2h, v3l, v3h, v4l, v4h, v5l, v5h, v6l, v6h, v7l, v7h];
  }
  // prettier-ignore
  set(v0l, v0h, v1l, v1h, v2l, v2h, v3l, v3h, v4l, v4h, v5l, v5h, v6l, v6h, v7l, v7h) {
    this.v0l = v0l | 0;
    this.v0h = v0h | 0;
    this.v1l = v1l | 0;
    this.v1h = v1h | 0;
    this.v2l = v2l | 0;
    this.v2h = v2h | 0;
    this.v3l = v3l | 0;
    this.v3h = v3h | 0;
    this.v4l = v4l | 0;
    this.v4h = v4h | 0;
    this.v5l = v5l | 0;
    this.v5h = v5h | 0;
    this.v6l = v6l | 0;
    this.v6h = v6h | 0;
    this.v7l = v7l | 0;
    this.v7h = v7h | 0;
  }
  compress(msg, offset, isLast) {
    const { v0l, v0h, v1l, v1h, v2l, v2h, v3l, v3h, v4l, v4h, v5l, v5h, v6l, v6h, v7l, v7h } = this;
    {
      BBUF[0] = v0l;
      BBUF[1] = v0h;
      BBUF[2] = v1l;
      BBUF[3] = v1h;
      BBUF[4] = v2l;
      BBUF[5] = v2h;
      BBUF[6] = v3l;
      BBUF[7] = v3h;
      BBUF[8] = v4l;
      BBUF[9] = v4h;
      BBUF[10] = v5l;
      BBUF[11] = v5h;
      BBUF[12] = v6l;
      BBUF[13] = v6h;
      BBUF[14] = v7l;
      BBUF[15] = v7h;
    }
    BBUF.set(B2B_IV, 16);
    const l = fromNumL(this.length);
    const h = fromNumH(this.length);
    BBUF[24] = B2B_IV[8] ^ l;
    BBUF[25] = B2B_IV[9] ^ h;
    if (isLast) {
      BBUF[28] = ~BBUF[28];
      BBUF[29] = ~BBUF[29];
    }
    let j = 0;
    const s = BSIGMA;
    for (let i = 0; i < 12; i++) {
      G1b(0, 4, 8, 12, msg, offset + 2 * s[j++]);
      G2b(0, 4, 8, 12, msg, offset + 2 * s[j++]);
      G1b(1, 5, 9, 13, msg, offset + 2 * s[j++]);
      G2b(1, 5, 9, 13, msg, offset + 2 * s[j++]);
      G1b(2, 6, 10, 14, msg, offset + 2 * s[j++]);
      G2b(2, 6, 10, 14, msg, offset + 2 * s[j++]);
      G1b(3, 7, 11, 15, msg, offset + 2 * s[j++]);
      G2b(3, 7, 11, 15, msg, offset + 2 * s[j++]);
      G1b(0, 5, 10, 15, msg, offset + 2 * s[j++]);
      G2b(0, 5, 10, 15, msg, offset + 2 * s[j++]);
      G1b(1, 6, 11, 12, msg, offset + 2 * s[j++]);
      G2b(1, 6, 11, 12, msg, offset + 2 * s[j++]);
      G1b(2, 7, 8, 13, msg, offset + 2 * s[j++]);
      G2b(2, 7, 8, 13, msg, offset + 2 * s[j++]);
      G1b(3, 4, 9, 14, msg, offset + 2 * s[j++]);
      G2b(3, 4, 9, 14, msg, offset + 2 * s[j++]);
    }
    this.v0l ^= BBUF[0] ^ BBUF[16];
    this.v0h ^= BBUF[1] ^ BBUF[17];
    this.v1l ^= BBUF[2] ^ BBUF[18];
    this.v1h ^= BBUF[3] ^ BBUF[19];
    this.v2l ^= BBUF[4] ^ BBUF[20];
    this.v2h ^= BBUF[5] ^ BBUF[21];
    this.v3l ^= BBUF[6] ^ BBUF[22];
    this.v3h ^= BBUF[7] ^ BBUF[23];
    this.v4l ^= BBUF[8] ^ BBUF[24];
    this.v4h ^= BBUF[9] ^ BBUF[25];
    this.v5l ^= BBUF[10] ^ BBUF[26];
    this.v5h ^= BBUF[11] ^ BBUF[27];
    this.v6l ^= BBUF[12] ^ BBUF[28];
    this.v6h ^= BBUF[13] ^ BBUF[29];
    this.v7l ^= BBUF[14] ^ BBUF[30];
    this.v7h ^= BBUF[15] ^ BBUF[31];
    clean2(BBUF);
  }
  destroy() {
    this.destroyed = true;
    clean2(this.buffer32);
    this.set(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }
};
var blake2b = /* @__PURE__ */ createHasher((opts) => new _BLAKE2b(opts));

// src/domain/sealed-box.ts
var keyLength = 32;
var tagLength = 16;
var sigma = Uint32Array.of(1634760805, 857760878, 2036477234, 1797285236);
async function generateKeyPair() {
  const { publicKey, privateKey } = await newPair();
  return { publicKey: toBase64(await rawKey(publicKey)), privateKey };
}
async function open(sealedBase64, keyPair) {
  const sealed = fromBase64(sealedBase64);
  if (sealed === null || sealed.length < keyLength + tagLength) throw new Error("This is not a sealed box.");
  const sender = sealed.slice(0, keyLength);
  const recipient = readPublicKey(keyPair.publicKey);
  try {
    const box = await cipher(keyPair.privateKey, sender, sender, recipient);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(box.decrypt(sealed.slice(keyLength)));
  } catch {
    throw new Error("The sealed box doesn't open: it was sealed to another key, or changed.");
  }
}
function readPublicKey(base64) {
  const bytes = fromBase64(base64);
  if (bytes?.length !== keyLength) throw new Error("This is not a public key: 32 bytes in base64 are.");
  return bytes;
}
async function cipher(privateKey, publicKey, sender, recipient) {
  const imported = await crypto.subtle.importKey("raw", publicKey, "X25519", false, []);
  const bits = await crypto.subtle.deriveBits({ name: "X25519", public: imported }, privateKey, 256);
  const key = new Uint8Array(keyLength);
  writeWords(key, hash(readWords(new Uint8Array(bits))));
  return xsalsa20poly1305(key, blake2b(join(sender, recipient), { dkLen: 24 }));
}
function hash(shared) {
  const out = new Uint32Array(8);
  hsalsa(sigma, shared, new Uint32Array(4), out);
  return out;
}
function readWords(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, at) => view.getUint32(at * 4, true));
}
function writeWords(bytes, words2) {
  const view = new DataView(bytes.buffer);
  words2.forEach((word, at) => view.setUint32(at * 4, word, true));
}
async function newPair() {
  return await crypto.subtle.generateKey("X25519", false, ["deriveBits"]);
}
async function rawKey(key) {
  return new Uint8Array(await crypto.subtle.exportKey("raw", key));
}
function join(first2, second) {
  const both = new Uint8Array(first2.length + second.length);
  both.set(first2);
  both.set(second, first2.length);
  return both;
}
function toBase64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
function fromBase64(text) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null;
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return toBase64(bytes) === text ? bytes : null;
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

// action/src/challenge.ts
async function openChallenge(session, subject, authUrl) {
  const kind = authUrl === void 0 ? { kind: "code" } : { kind: "link", authUrl };
  const answer = await patiently(
    async () => await call(session.url, {
      method: "POST",
      path: `/sessions/${session.id}/challenges`,
      bearer: session.bearer,
      body: { ...kind, subject }
    })
  );
  const challenge = { id: String(answer["challenge"]), url: String(answer["url"]) };
  const what = `${subject.name} ${subject.version}`;
  const verb = session.release.stage?.verb ?? "publish";
  say(
    `npm asks ${session.release.releaser} for the second factor to ${verb} ${what}. Answer it here:
${challenge.url}`
  );
  notice(`npm asks ${session.release.releaser} for the second factor`, challenge.url);
  summarise(
    `npm asks **${session.release.releaser}** for the second factor to ${verb} \`${what}\`: [answer it](${challenge.url})`
  );
  return challenge;
}
async function tellResult(session, challenge, result) {
  const path = `/challenges/${challenge.id}/result`;
  const send = async () => await call(session.url, { method: "POST", path, bearer: session.bearer, body: { result } });
  await patiently(send).catch(() => void 0);
}
async function waitForCode(session, challenge, deadline) {
  for (; ; ) {
    const { state, sealed } = await look(session, challenge, 20, deadline);
    if (sealed !== null) return await unseal(session, sealed);
    if (state === "expired") return null;
    if (state !== "open") throw over(state);
    if (Date.now() >= deadline) return await giveUp(session, challenge);
  }
}
async function refuseEnded(session, challenge) {
  const { state } = await look(session, challenge, 0, Date.now()).catch((error) => {
    if (error instanceof ServerError && error.passing) return { state: "open" };
    throw error;
  });
  if (state === "open" || state === "expired") return state;
  throw over(state);
}
async function giveUp(session, challenge) {
  await tellResult(session, challenge, "ended");
  throw timeIsUp();
}
function timeIsUp() {
  return new StepError("Nobody answered npm's question in time, so nothing was published: ask again with /release.");
}
async function look(session, challenge, wait, deadline) {
  for (; ; ) {
    try {
      const path = `/challenges/${challenge.id}?wait=${Math.max(0, Math.min(wait, Math.ceil((deadline - Date.now()) / 1e3)))}`;
      const answer = await call(session.url, { method: "GET", path, bearer: session.bearer });
      const sealed = typeof answer["sealed"] === "string" ? answer["sealed"] : null;
      return { state: String(answer["state"]), sealed };
    } catch (error) {
      if (!(error instanceof ServerError) || !error.passing || Date.now() >= deadline) throw error;
      await sleep2(1e3);
    }
  }
}
async function unseal(session, sealed) {
  const code = await open(sealed, session.keys).catch(() => {
    throw new StepError("The answer was not sealed to this job, so it was not used: ask again with /release.");
  });
  mask(code);
  if (!/^[0-9A-Za-z]{6,64}$/.test(code)) throw new StepError("The answer was not a code: ask again with /release.");
  return code;
}
function over(state) {
  return state === "ended" ? new StepError("The question was ended: another step of this job asked too, or the release was stopped.") : new StepError("The answer got lost on its way to this job: ask again with /release.");
}

// action/src/link.ts
import { setTimeout as sleep3 } from "node:timers/promises";
function checkDoneUrl(doneUrl, registry) {
  if (URL.canParse(doneUrl) && new URL(doneUrl).origin === new URL(registry).origin) return;
  throw new StepError(
    "npm wants to be asked for its answer at another address than the registry's: nothing was sent there."
  );
}
async function waitForProof(session, challenge, link, deadline) {
  for (; ; ) {
    const answer = await ask(link);
    if ("proof" in answer) return answer.proof;
    if (Date.now() >= deadline) return await giveUp(session, challenge);
    await sleep3(answer.waitMs);
    if (await refuseEnded(session, challenge) === "expired") return null;
  }
}
async function ask({ doneUrl, token }) {
  const response = await fetch(doneUrl, {
    redirect: "error",
    headers: { authorization: `Bearer ${token}`, accept: "application/json" },
    signal: AbortSignal.timeout(3e4)
  }).catch(() => null);
  if (response === null || response.status >= 500) return { waitMs: 3e3 };
  const body = await response.json().catch(() => null);
  if (response.status === 202) return { waitMs: pauseOf(response.headers.get("retry-after")) };
  if (response.status === 429)
    throw new StepError("npm wants no more questions for now (429): wait some minutes, then ask again with /release.");
  if (response.status !== 200 || typeof body?.token !== "string" || !/^\S{1,2000}$/.test(body.token))
    throw new StepError(`npm didn't answer its own question (${response.status}): ask again with /release.`);
  mask(body.token);
  return { proof: body.token };
}
function pauseOf(retryAfter) {
  const seconds = Number(retryAfter ?? "");
  return retryAfter === null || !Number.isFinite(seconds) ? 3e3 : Math.min(Math.max(seconds, 0.2), 30) * 1e3;
}

// action/src/registry.ts
import { isAbsolute } from "node:path";
async function npmSettings(told, manifest, folder, env) {
  const scope = /^(@[^/]+)\//.exec(told.name)?.[1];
  const keys = ["registry", "ignore-scripts", ...scope === void 0 ? [] : [`${scope}:registry`]];
  const { stdout, status } = await npm(["config", "get", ...keys], { cwd: await rootOf(folder, env), env });
  if (status !== 0) throw unset();
  const set = new Map(
    stdout.split("\n").map((line) => [line.split("=")[0] ?? "", line.slice(line.indexOf("=") + 1).trim()])
  );
  const known = (text) => typeof text === "string" && URL.canParse(text) ? withSlash(text) : void 0;
  const [input2, policy] = [known(told.input), known(told.policy)];
  if (told.input !== "" && input2 === void 0) throw new StepError("The input `registry` is not an address.");
  if (input2 !== void 0 && policy !== void 0 && input2 !== policy)
    throw new StepError("The input `registry` is another than the policy's: leave it out, or change the policy.");
  const own = known(manifest.publishConfig[`${scope}:registry`]) ?? known(manifest.publishConfig["registry"]);
  const registry = input2 ?? policy ?? own ?? known(set.get(`${scope}:registry`)) ?? known(set.get("registry"));
  if (registry === void 0) throw new StepError("npm doesn't say which registry it uses: give the input `registry`.");
  return { registry, scripts: set.get("ignore-scripts") !== "true" };
}
async function rootOf(folder, env) {
  const { stdout, status } = await npm(["prefix"], { cwd: folder, env });
  if (status !== 0 || !isAbsolute(stdout.trim())) throw unset();
  return stdout.trim();
}
function unset() {
  return new StepError("npm is missing or can't read its settings: set up Node before this step.");
}
function tokenEnvironment(registry, token) {
  return {
    NODE_AUTH_TOKEN: token,
    [`npm_config_${registry.replace(/^https?:/, "")}:_authToken`]: token
  };
}
async function whoami(registry, token, timeoutMs) {
  const response = await ask2(`${registry}-/whoami`, token, "GET", timeoutMs);
  const body = await response?.json().catch(() => null);
  const name = response?.ok === true && typeof body?.username === "string" ? body.username : null;
  return { status: response?.status ?? 0, name };
}
async function ask2(url, token, method, timeoutMs = 15e3) {
  return await fetch(url, {
    method,
    redirect: "error",
    headers: { accept: "application/json", ...token === "" ? {} : { authorization: `Bearer ${token}` } },
    signal: AbortSignal.timeout(timeoutMs)
  }).catch(() => null);
}
function withSlash(url) {
  return new URL(url).href.replace(/\/*$/, "/");
}

// action/src/prove.ts
var maxTries = 3;
var goodFor = { code: 6e4, link: 5 * 6e4 };
var mostRefused = 2;
var mostUses = 4;
function again({ last, refused }) {
  if (last === null || last.uses >= mostUses || refused >= mostRefused) return null;
  if (!last.link && !/^\d{6,8}$/.test(last.otp)) return null;
  return Date.now() - last.at < (last.link ? goodFor.link : goodFor.code) ? last.otp : null;
}
async function first(wish, remembered) {
  const otp = remembered === null ? null : again(remembered);
  if (remembered === null || otp === null) return await wish.attempt(null);
  const outcome = await attemptWith(otp, wish);
  if (outcome.kind === "published") {
    if (remembered.last !== null) remembered.last.uses += 1;
    say("npm took the answer that was given before.");
  }
  if (!mayAskAgain(outcome)) return outcome;
  remembered.last = null;
  remembered.refused += 1;
  say("npm wants a new answer for this package.");
  return await wish.attempt(null);
}
async function withProof(session, wish, token, deadline, remembered = null) {
  let outcome = await first(wish, remembered);
  for (let tries = 1; outcome.kind === "otp"; ) {
    if (Date.now() >= deadline) throw timeIsUp();
    const answer = await ask3(session, wish, token, outcome.link, deadline);
    if (answer === null) {
      outcome = await wish.attempt(null);
      continue;
    }
    const answered = await attemptWith(answer.otp, wish);
    if (!answer.told)
      await tellResult(session, answer.challenge, answered.kind === "published" ? "accepted" : "refused");
    if (answered.kind === "published" && remembered !== null)
      remembered.last = { otp: answer.otp, link: answer.told, at: Date.now(), uses: 1 };
    if (!mayAskAgain(answered)) return refuseFailure(answered, wish);
    if (tries >= maxTries) {
      refuseFailure(answered, wish);
      throw new StepError(`npm refused ${maxTries} answers, so the step stopped: ask again with /release.`);
    }
    say(`npm didn't take the answer (${tries} of ${maxTries}).`);
    tries += 1;
    outcome = outcome.link !== null || answered.kind !== "otp" ? await wish.attempt(null) : answered;
  }
  refuseFailure(outcome, wish);
}
async function attemptWith(otp, { attempt, wasDone }) {
  const outcome = await attempt(otp);
  const lost = outcome.kind === "failed" && outcome.passing;
  return lost && await wasDone() ? { kind: "published" } : outcome;
}
function mayAskAgain(outcome) {
  return outcome.kind === "otp" || outcome.kind === "failed" && outcome.passing;
}
async function ask3(session, { subject, registry }, token, link, deadline) {
  if (link === null) {
    const challenge2 = await openChallenge(session, subject);
    const otp2 = await waitForCode(session, challenge2, deadline);
    return otp2 === null ? null : { otp: otp2, challenge: challenge2, told: false };
  }
  checkDoneUrl(link.doneUrl, registry);
  const challenge = await openChallenge(session, subject, link.authUrl);
  const otp = await waitForProof(session, challenge, { doneUrl: link.doneUrl, registry, token }, deadline);
  if (otp === null) return null;
  await tellResult(session, challenge, "accepted");
  return { otp, challenge, told: true };
}
function refuseFailure(outcome, { said }) {
  if (outcome.kind === "limited")
    throw new StepError("npm takes no more answers for now (429): wait some minutes, then ask again with /release.");
  if (outcome.kind === "failed") throw new StepError(`${said} failed (${outcome.code}); its own words are above.`);
}

// action/src/session.ts
import { createHash, randomBytes as randomBytes2 } from "node:crypto";

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

// action/src/session.ts
var modes = ["otp", "stage", "trusted-stage", "trusted"];
async function openSession(url, step) {
  const keys = await generateKeyPair();
  const digest = createHash("sha256").update(Buffer.from(keys.publicKey, "base64")).digest("base64url");
  const bearer = randomBytes2(32).toString("base64url");
  const bearerHash = createHash("sha256").update(bearer).digest("hex");
  const body = { publicKey: keys.publicKey, bearerHash, step };
  const answer = await patiently(
    async () => await call(url, { method: "POST", path: "/sessions", bearer: await idToken(`${url}/runner/${digest}`), body }),
    (error) => error.passing || error.code === "not-now",
    [500, 1e3, 2e3, 4e3]
  );
  return { url, bearer, keys, ...readSession(answer) };
}
var longPauses = [500, 2e3, 5e3, 1e4, 2e4, 3e4];
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
async function refuseOver(session, so = "") {
  if (Date.now() >= session.endsAt)
    throw new StepError(
      `The time that this job has with Countersign is over, so npm isn't asked for anything more: ask again with /release. ${so}`.trim()
    );
  const ask4 = async () => await call(session.url, { method: "GET", path: `/sessions/${session.id}`, bearer: session.bearer });
  const isOlder = ({ status, code }) => status === 404 && code === "not-found";
  const isAway = (error) => error.passing || error.status === 404 && !isOlder(error);
  const answer = await patiently(ask4, isAway, longPauses).catch((error) => {
    if (error instanceof ServerError && isOlder(error)) return {};
    if (!(error instanceof ServerError) || !isAway(error)) throw error;
    throw new StepError(
      `Countersign can't be asked whether the release still goes on, so npm isn't asked for anything. ${error.message} Ask again with /release once it answers.`
    );
  });
  const over2 = overOf(answer);
  if (over2 !== null) throw new StepError(`${over2} ${so}`.trim());
}
function overOf(answer) {
  const over2 = answer?.over;
  return typeof over2 === "string" ? over2 : null;
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

// action/src/token.ts
var patienceMs = 1e4;
var mostPages = 20;
async function showToken(session, registry, token) {
  const { package: first2, packages } = session.release;
  const seen = await alsoOf(registry, token, packages ?? [first2], await lookAtToken(registry, token, first2));
  if (!seen.dead) say(`The registry says of the token: ${words(seen)}.`);
  const path = `/sessions/${session.id}/token`;
  await patiently(async () => await call(session.url, { method: "POST", path, bearer: session.bearer, body: seen }));
  if (seen.dead)
    throw new StepError("The registry doesn't know the npm token any more (401): seal another one, then /release.");
  return seen;
}
var atOnce = 8;
async function alsoOf(registry, token, names, first2) {
  const seen = first2.mayWrite === false && names.length > 1 ? { ...first2, package: names[0] ?? "" } : first2;
  const { npmUser } = seen;
  if (npmUser === null || seen.mayWrite === false) return seen;
  let { mayWrite } = seen;
  for (let index = 1; index < names.length; index += atOnce) {
    const some = names.slice(index, index + atOnce);
    const lists = await Promise.all(some.map((name) => collaborators(registry, token, name, patienceMs)));
    const rights = lists.map(({ body }) => rightOf(body, npmUser));
    const readOnly = some.find((_, at) => rights[at] === false);
    if (readOnly !== void 0) return { ...seen, mayWrite: false, package: readOnly };
    if (rights.includes(null)) mayWrite = null;
  }
  return { ...seen, mayWrite };
}
async function lookAtToken(registry, token, packageName, timeoutMs = patienceMs) {
  const [who, rights, listed] = await Promise.all([
    whoami(registry, token, timeoutMs),
    collaborators(registry, token, packageName, timeoutMs),
    listedToken(registry, token, timeoutMs)
  ]);
  const npmUser = nameIn(who.name, token);
  const right = npmUser === null ? null : rightOf(rights.body, npmUser);
  return {
    npmUser,
    mayWrite: listed?.["readonly"] === true ? false : right,
    expiresAt: instantIn(listed?.["expiry"]),
    bypass2fa: typeof listed?.["bypass_2fa"] === "boolean" ? listed["bypass_2fa"] : null,
    // whoami alone may answer 401 to a token that is for single packages only.
    dead: who.status === 401 && rights.status === 401
  };
}
async function collaborators(registry, token, name, timeoutMs) {
  const url = `${registry}-/package/${name.replace("/", "%2f")}/collaborators`;
  const response = await ask2(url, token, "GET", timeoutMs);
  return { status: response?.status ?? 0, body: response?.ok === true ? await json(response) : null };
}
function rightOf(list, user) {
  if (typeof list !== "object" || list === null || !Object.hasOwn(list, user)) return null;
  const right = list[user];
  if (right === "read-write" || right === "write") return true;
  return right === "read-only" || right === "read" ? false : null;
}
async function listedToken(registry, token, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  const found = [];
  let next = `${registry}-/npm/v1/tokens?perPage=100`;
  for (let page = 0; next !== null; page += 1) {
    const left = deadline - Date.now();
    if (page >= mostPages || left <= 0) return null;
    const response = await ask2(next, token, "GET", left);
    const body = response?.ok === true ? await json(response) : null;
    if (!Array.isArray(body?.objects)) return null;
    found.push(...body.objects.filter((entry) => isThis(entry, token)));
    const following = nextPage(registry, body.urls);
    if (following === void 0) return null;
    next = following;
  }
  const [only, other] = found;
  return only === void 0 || other !== void 0 ? null : only;
}
function isThis(entry, token) {
  const shown = typeof entry === "object" && entry !== null ? entry["token"] : void 0;
  const [, first2, last] = typeof shown === "string" && /^(\w{6,})(?:\.{3,}|…)(\w{4,})$/.exec(shown) || [];
  if (first2 === void 0 || last === void 0) return false;
  return token.length >= first2.length + last.length && token.startsWith(first2) && token.endsWith(last);
}
function nextPage(registry, urls) {
  const next = typeof urls === "object" && urls !== null ? urls["next"] : null;
  if (next === null || next === void 0 || next === "") return null;
  if (typeof next !== "string" || !URL.canParse(next, registry)) return void 0;
  const url = new URL(next, registry);
  return url.origin === new URL(registry).origin ? url.href : void 0;
}
function nameIn(name, token) {
  return name !== null && /^[^\p{C}\s]{1,214}$/u.test(name) && !name.includes(token) ? name : null;
}
function instantIn(value) {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT/.test(value)) return null;
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
async function json(response) {
  return await response.json().catch(() => null);
}
function words({ npmUser, mayWrite, expiresAt, bypass2fa }) {
  const word = (value) => value === null ? "unknown" : value ? "yes" : "no";
  return [
    `npm user ${npmUser ?? "unknown"}`,
    `may write the package: ${word(mayWrite)}`,
    `expires: ${expiresAt?.slice(0, 10) ?? "unknown"}`,
    `bypasses 2FA: ${word(bypass2fa)}`
  ].join(", ");
}

// action/src/stage.ts
await runStep(async () => {
  const [url, wait] = [readUrl(), readWait()];
  const session = await openSession(url, "stage").catch((error) => {
    if (error instanceof ServerError && !error.passing && givenToken() === "") throw inOurWords(emptySecret, null);
    throw error;
  });
  const { stage } = session.release;
  const told = {};
  try {
    if (stage === null) throw new StepError("Countersign names no stage for this job: use the step of its version.");
    await decide(session, stage, wait, told);
  } catch (error) {
    const sentence = sentenceOf(error);
    await report(session, { ...told, outcome: "failed", message: forReport(sentence) });
    throw error instanceof StepError ? inOurWords(sentence, stage) : error;
  }
});
function inOurWords(sentence, stage) {
  return new StepError(sentence.replaceAll("with /release", `with /${stage?.verb ?? "approve"}-stage`));
}
async function decide(session, stage, wait, told) {
  const approved = session.release;
  const { token, bare } = credentialFor(approved.mode);
  saveState("opened", "yes");
  saveState("revoke", session.revoke ? "yes" : "no");
  saveState("releaser", approved.releaser);
  const folder = process.env["GITHUB_WORKSPACE"] ?? ".";
  const asked = { input: input("registry"), policy: approved.registry, name: approved.package };
  const { registry } = await npmSettings(asked, { scripts: {}, publishConfig: {} }, folder, bare);
  saveState("registry", registry);
  const { npmUser } = await showToken(session, registry, token);
  if (npmUser !== null) told.npmUser = npmUser;
  const env = { ...bare, ...tokenEnvironment(registry, token) };
  const at = { id: stage.id, registry, folder, env, secrets: [token] };
  await compare(at, approved, stage);
  Object.assign(told, { shasum: stage.shasum, stageId: stage.id });
  const subject = { name: approved.package, version: approved.version, tag: approved.tag, shasum: stage.shasum };
  const wish = {
    ...{ subject, registry, said: `npm stage ${stage.verb}` },
    attempt: async (otp) => await decideStage(at, stage.verb, otp),
    wasDone: async () => await isGone(at)
  };
  await refuseOver(session, "Nothing was done.");
  await withProof(session, wish, token, Date.now() + Math.min(wait, session.longestWaitMs));
  await done(session, stage, told);
}
async function compare(at, approved, stage) {
  const seen = await viewStage(at);
  if (seen === null)
    throw new StepError(
      `npm has nothing staged as ${stage.id} that this token may see: somebody decided about it already, or the token isn't for ${approved.package}. Nothing was done.`
    );
  const expected = { id: stage.id, name: approved.package, version: approved.version, shasum: stage.shasum };
  const names = ["id", "name", "version", "shasum"];
  const [other] = names.filter((name) => seen[name].toLowerCase() !== expected[name].toLowerCase());
  if (other !== void 0)
    throw new StepError(
      `npm holds something else than what was countersigned: its ${other} is ${seen[other].slice(0, 100)}, and was to be ${expected[other]}. Nothing was done: look into it now, and reject it at npm if it isn't yours.`
    );
  if (stage.verb === "approve" && seen.status !== null && seen.status !== "staged")
    throw new StepError(
      `npm says of ${approved.package}@${approved.version} that it is ${seen.status}, so it can't be approved now: wait, then ask again with /release.`
    );
  say(`npm holds the very bytes that were countersigned (${seen.shasum}).`);
}
async function isGone(at) {
  for (const pause of [1e3, 4e3]) {
    await sleep4(pause);
    const seen = await viewStage(at).catch(() => void 0);
    if (seen === null) return true;
  }
  return false;
}
async function done(session, stage, told) {
  const { package: name, version } = session.release;
  const outcome = stage.verb === "approve" ? "approved" : "rejected";
  say(`npm ${outcome} ${name}@${version} (${stage.shasum}).`);
  setOutput("version", version);
  setOutput("shasum", stage.shasum);
  setOutput("outcome", outcome);
  if (!(await report(session, { ...told, outcome })).told)
    warn(
      `npm ${outcome} it, but Countersign could not be told${outcome === "rejected" ? ": say `/cancel` there" : ""}.`
    );
}
