// action/src/publish.ts
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as join6, resolve as resolve3 } from "node:path";

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
function say(text2) {
  for (const line of linesOf(text2))
    process.stdout.write(`${line.replace(/^\s*::/, " | ::").replaceAll("##[", "## [")}
`);
}
function linesOf(text2) {
  return text2.split(/\r\n|\r|\n/);
}
function mask(value) {
  process.stdout.write(`::add-mask::${escaped(value)}
`);
}
function notice(title, text2) {
  process.stdout.write(
    `::notice title=${escaped(title).replace(/:/g, "%3A").replace(/,/g, "%2C")}::${escaped(text2)}
`
  );
}
function warn(text2) {
  process.stdout.write(`::warning::${escaped(text2)}
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
function appendTo(variable, text2) {
  const file = process.env[variable];
  if (file !== void 0 && file !== "") appendFileSync(file, text2);
}
function escaped(text2) {
  return text2.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

// action/src/child.ts
var kept = /^(ACTIONS_ID_TOKEN_|ACTIONS_RUNTIME_TOKEN$|(NPM|SIGSTORE)_ID_TOKEN$|INPUT_|STATE_|GITHUB_STATE$|NODE_AUTH_TOKEN$|NPM_TOKEN$|npm_config_otp$|npm_config_.*_auth|npm_config_provenance$)/i;
function bareEnvironment(token2) {
  const entries2 = Object.entries(process.env).filter(
    ([name, value]) => value !== void 0 && !kept.test(name) && (token2 === "" || !value.includes(token2))
  );
  return Object.fromEntries(entries2);
}
async function npm(args, { cwd, env, show = false }) {
  return await new Promise((resolve4) => {
    const child = spawn("npm", [...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    if (show) for (const stream of [child.stdout, child.stderr]) sayLines(stream);
    else {
      child.stdout.setEncoding("utf8").on("data", (text2) => stdout += text2);
      child.stderr.setEncoding("utf8").on("data", (text2) => stderr += text2);
    }
    child.once("error", () => resolve4({ status: 127, stdout, stderr: "npm could not be started" }));
    child.once("close", (status) => resolve4({ status: status ?? 1, stdout, stderr }));
  });
}
function sayLines(stream) {
  createInterface({ input: stream, crlfDelay: Infinity }).on("line", say);
}
function quote(text2, secrets) {
  const hidden2 = secrets.filter((one) => one !== "").reduce((rest, secret) => rest.replaceAll(secret, "***"), text2);
  for (const line of linesOf(hidden2)) if (line.trim() !== "") say(`npm| ${line}`);
}
function jsonIn(text2) {
  for (const start of text2.matchAll(/^[[{]/gm)) {
    try {
      return JSON.parse(text2.slice(start.index));
    } catch {
    }
  }
  return null;
}

// action/src/inputs.ts
function readUrl() {
  const text2 = input("url");
  if (!URL.canParse(text2))
    throw new StepError("The input `url` is missing: give the address that Countersign runs under.");
  const url = new URL(text2);
  const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && loopback))
    throw new StepError("The input `url` must begin with https://.");
  return text2.replace(/\/+$/, "");
}
function readWait() {
  const text2 = input("wait-timeout") || "10";
  const minutes = Number(text2);
  if (!/^\d+$/.test(text2) || minutes < 1 || minutes > 25)
    throw new StepError("The input `wait-timeout` is a number of minutes from 1 to 25.");
  return minutes * 6e4;
}
function givenToken() {
  const token2 = input("npm-token") || (process.env["NODE_AUTH_TOKEN"] ?? "").trim();
  if (token2 === "XXXXX-XXXXX-XXXXX-XXXXX") return "";
  if (/\s/.test(token2)) throw new StepError("The npm token has a blank or a line break in it: register it again.");
  return token2;
}

// action/src/credential.ts
var emptySecret = "The secret is empty: this job was approved without Countersign, or the secret was removed; ask again with /release.";
var trusted = /^(ACTIONS_ID_TOKEN_REQUEST_(URL|TOKEN)|npm_config_provenance)$/i;
function credentialFor(mode) {
  const token2 = givenToken();
  const bare = bareEnvironment(token2);
  if (mode === "otp" || mode === "stage") {
    if (token2 === "") throw new StepError(emptySecret);
    return { token: token2, bare, proof: {} };
  }
  if (token2 !== "")
    throw new StepError(
      `The policy publishes this package by trusted publishing (\`mode: ${mode}\`), and the job was given an npm token: take \`npm-token\` and NODE_AUTH_TOKEN out of the job, and revoke that token at npm.`
    );
  const proof = Object.entries(process.env).filter(([name]) => trusted.test(name));
  return { token: "", bare, proof: Object.fromEntries(proof) };
}

// action/src/session.ts
import { createHash, randomBytes as randomBytes2 } from "node:crypto";

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
      const take2 = Math.min(BLOCK_LEN, len - pos);
      for (let j = 0, posj; j < take2; j++) {
        posj = pos + j;
        output[posj] = data[posj] ^ block[j];
      }
      pos += take2;
    }
    return;
  }
  for (let pos = 0; pos < len; counter++) {
    core(sigma2, key, nonce, b32, counter, rounds);
    if (counter >= MAX_COUNTER)
      throw new Error("arx: counter overflow");
    const take2 = Math.min(BLOCK_LEN, len - pos);
    if (isAligned && take2 === BLOCK_LEN) {
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
    for (let j = 0, posj; j < take2; j++) {
      posj = pos + j;
      output[posj] = data[posj] ^ block[j];
    }
    pos += take2;
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
      const take2 = Math.min(blockLen - this.pos, len - pos);
      if (take2 === blockLen) {
        for (; blockLen <= len - pos; pos += blockLen)
          this.process(data, pos);
        continue;
      }
      buffer.set(data.subarray(pos, pos + take2), this.pos);
      this.pos += take2;
      pos += take2;
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
      const take2 = Math.min(blockLen - this.pos, len - pos);
      const dataOffset = offset + pos;
      if (take2 === blockLen && !(dataOffset % 4) && pos + take2 < len) {
        const data32 = new Uint32Array(buf, dataOffset, Math.floor((len - pos) / 4));
        swap32IfBE2(data32);
        for (let pos32 = 0; pos + blockLen < len; pos32 += buffer32.length, pos += blockLen) {
          this.length += blockLen;
          this.compress(data32, pos32, false);
        }
        swap32IfBE2(data32);
        continue;
      }
      buffer.set(pos === 0 && take2 === len ? data : data.subarray(pos, pos + take2), this.pos);
      this.pos += take2;
      this.length += take2;
      pos += take2;
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
function fromBase64(text2) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text2) || text2.length % 4 !== 0) return null;
  const bytes = Uint8Array.from(atob(text2), (character) => character.charCodeAt(0));
  return toBase64(bytes) === text2 ? bytes : null;
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
import { setTimeout as sleep } from "node:timers/promises";
var ServerError = class extends StepError {
  status;
  code;
  constructor(status, code2, sentence) {
    super(sentence);
    this.name = "ServerError";
    this.status = status;
    this.code = code2;
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
  const code2 = typeof answer?.["code"] === "string" ? answer["code"] : "unexpected";
  throw new ServerError(response.status, code2, `Countersign refused: ${said}`);
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
async function report(session, told2, pauses) {
  const send = async () => await call(session.url, {
    method: "POST",
    path: `/sessions/${session.id}/reports`,
    bearer: session.bearer,
    body: told2
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
  const isOlder = ({ status, code: code2 }) => status === 404 && code2 === "not-found";
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
  const release2 = answer["release"] ?? {};
  const text2 = (value) => {
    if (typeof value === "string" && value !== "") return value;
    throw new StepError("Countersign answered in a form that this step doesn't know: use the step of its version.");
  };
  const several = release2["packages"];
  const packages = Array.isArray(several) ? several.map(text2) : null;
  return {
    id: text2(answer["session"]),
    release: {
      package: text2(packages === null ? release2["package"] : packages[0]),
      packages,
      version: text2(release2["version"]),
      tag: text2(release2["tag"]),
      releaser: text2(release2["releaser"]),
      registry: release2["registry"] === void 0 ? null : text2(release2["registry"]),
      mode: readMode(text2(release2["mode"])),
      stage: release2["stage"] === void 0 ? null : readDecision(release2["stage"])
    },
    revoke: answer["revoke"] === true,
    secondBuild: answer["secondBuild"] === true,
    longestWaitMs: Number(answer["maxWaitSeconds"] ?? 0) * 1e3,
    endsAt: Date.now() + Number(answer["maxWaitSeconds"] ?? 0) * 1e3
  };
}

// action/src/done.ts
async function done(session, packed, told2) {
  say(`${packed.name}@${packed.version} is published (${packed.shasum}).`);
  for (const name of ["version", "shasum", "integrity"]) setOutput(name, packed[name]);
  if (!(await report(session, { ...told2, outcome: "published" })).told)
    warn("It is published, but Countersign could not be told; it will ask the registry itself.");
}
async function staged(session, packed, told2, stageId) {
  say(
    `${packed.name}@${packed.version} is staged at npm as ${stageId} (${packed.shasum}). It isn't live before it is approved there.`
  );
  for (const name of ["version", "shasum", "integrity"]) setOutput(name, packed[name]);
  setOutput("stage-id", stageId);
  if (!(await report(session, { ...told2, outcome: "staged", stageId })).told)
    warn(`It is staged, but Countersign could not be told: approve or reject the stage ${stageId} at npm yourself.`);
}

// action/src/inside/build.ts
import { setTimeout as sleep2 } from "node:timers/promises";

// src/domain/inside/build.ts
var buildLimits = { files: 4e3, bytes: 384 * 1024, mark: 60, named: 50 };

// src/domain/one-line.ts
function visible(line) {
  return line.replace(hidden, (one) => `⟨U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
}
var hidden = /[\p{Cs}\p{Zl}\p{Zp}\u0000-\u0008\u000a-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180b-\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;

// src/domain/inside/secrets.ts
var token = /npm_[A-Za-z0-9]{20,}|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}/;
function carriesSecret(text2) {
  return token.test(text2);
}
function withoutSecrets(text2) {
  return text2.replace(new RegExp(token, "g"), (found) => `${found.slice(0, found.indexOf("_") + 1)}(token)`);
}

// src/domain/inside/hidden.ts
function told(text2, most3) {
  const plain = withoutSecrets(text2);
  const letters = visible(plain.length > most3 * 2 ? plain.slice(0, most3 * 2) : plain);
  return letters.length > most3 ? `${cut(letters, most3 - 1)}…` : letters;
}
function hasHidden(text2) {
  return visible(text2) !== text2;
}
function cut(text2, most3) {
  return /[\ud800-\udbff]/.test(text2[most3 - 1] ?? "") ? text2.slice(0, most3 - 1) : text2.slice(0, most3);
}

// src/domain/inside/limits.ts
var limits = {
  /** Bytes of the report as JSON. What is below adds up to less. */
  report: 512 * 1024,
  /** Files that are named, and bytes that their rows may have together. */
  files: 1e3,
  fileBytes: 128 * 1024,
  manifest: 200,
  manifestBytes: 64 * 1024,
  scripts: 20,
  diffs: 100,
  diffBytes: 192 * 1024,
  /** Of one file. */
  diffLines: 400,
  /** Characters of a name, of a value in package.json, of a line, of a sentence. */
  path: 300,
  value: 400,
  line: 400,
  sentence: 400
};
function fitting(pieces, most3) {
  const taken = [];
  let bytes = 0;
  for (const piece of pieces) {
    bytes += bytesOf(piece);
    if (taken.length >= most3.count || bytes > most3.bytes) break;
    taken.push(piece);
  }
  return taken;
}
function bytesOf(piece) {
  return new TextEncoder().encode(JSON.stringify(piece)).length + 1;
}

// action/src/inside/survey.ts
import { createHash as createHash2 } from "node:crypto";

// action/src/inside/package-path.ts
import { posix, win32 } from "node:path";
var deepest = 1024;
function packagePath(name) {
  const [first2 = "", ...rest] = name.split("/");
  const stripped = withoutRoot(rest.join("/"));
  const climbs = (text2) => text2.split(/[\\/]/).includes("..");
  const path = posix.normalize(stripped).replace(/\/$/, "");
  const left = climbs(stripped) || stripped === "" || path === "." || rest.length > deepest;
  const odd = first2 === "" || climbs(first2) || stripped !== rest.join("/");
  return left ? { path: `./${name}`, outside: true } : { path, outside: odd };
}
function withoutRoot(path) {
  let left = path;
  for (let { root } = win32.parse(left); root !== ""; { root } = win32.parse(left))
    left = left.slice(left.startsWith("/") && !left.startsWith("//?/") ? 1 : root.length);
  return left;
}
function mayBeManifest(name) {
  const readings = [name, name.replaceAll("\\", "/")].flatMap((one) => [
    packagePath(one).path,
    packagePath(one.replace(/^[./\\]+/, "")).path,
    afterFolder(posix.normalize(withoutRoot(one)))
  ]);
  return readings.some((path) => isManifest(path));
}
function afterFolder(normal) {
  const parts = normal.split("/").filter((part) => part !== "" && part !== "..");
  return (parts.length > 1 ? parts.slice(1) : parts).join("/");
}
function isManifest(path) {
  const [first2 = ""] = path.replace(/^\.\//, "").split("/");
  const folded = first2.normalize("NFKD").replace(/[\p{Cf}\p{Mn}\p{Cc}]/gu, "");
  return folded.toLowerCase().replace(/[. ]+$/, "") === "package.json";
}

// action/src/inside/scan.ts
import { isAscii } from "node:buffer";
var blockSize = 1024 ** 2;
function createScanner() {
  const found = {
    ...{ text: true, lines: 0, longest: 0, blob: 0, escapes: 0, coined: 0, hidden: 0, secrets: 0, program: false }
  };
  let parts = [];
  let [waiting, seen, lineStart] = [0, 0, 0];
  function look2(block) {
    if (seen === 0) found.program = isProgram(block);
    if (found.text && block.includes(0)) found.text = false;
    if (found.text) {
      for (let at = block.indexOf(newLine); at >= 0; at = block.indexOf(newLine, at + 1)) {
        found.longest = Math.max(found.longest, seen + at - lineStart);
        found.lines += 1;
        lineStart = seen + at + 1;
      }
      found.blob = Math.max(found.blob, longestRun(block));
      found.escapes += countEscapes(block);
      lookAtUnderscores(block, found);
      if (!isAscii(block)) found.hidden += countHidden(block, seen === 0);
    }
    seen += block.length;
  }
  function flush() {
    if (waiting > 0) look2(parts.length === 1 && parts[0] !== void 0 ? parts[0] : Buffer.concat(parts));
    [parts, waiting] = [[], 0];
  }
  return {
    add(bytes) {
      for (let at = 0; at < bytes.length; ) {
        const piece = bytes.subarray(at, at + blockSize - waiting);
        parts.push(piece);
        waiting += piece.length;
        at += piece.length;
        if (waiting === blockSize) flush();
      }
    },
    end() {
      flush();
      if (found.text && seen > lineStart) {
        found.longest = Math.max(found.longest, seen - lineStart);
        found.lines += 1;
      }
      return found;
    }
  };
}
var [newLine, backslash, underscore, smallU, smallX] = [10, 92, 95, 117, 120];
var programs = /^(?:7f454c46|4d5a|feedfac[ef]|c[ef]faedfe|cafebabe|0061736d)/;
function isProgram(block) {
  return programs.test(block.toString("hex", 0, 4));
}
var wordy = new Uint8Array(256);
for (const sign of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_") wordy[sign.charCodeAt(0)] = 1;
var longRun = 2e3;
function longestRun(block) {
  let longest = 0;
  for (let at = longRun / 2; at < block.length; at += longRun / 2) {
    let [from2, until] = [at, at];
    while (from2 > 0 && wordy[block[from2 - 1] ?? 0] === 1) from2 -= 1;
    while (until < block.length && wordy[block[until] ?? 0] === 1) until += 1;
    longest = Math.max(longest, until - from2);
    at = Math.max(at, until);
  }
  return longest >= longRun ? longest : 0;
}
function countEscapes(block) {
  let count = 0;
  for (let at = block.indexOf(backslash); at >= 0; at = block.indexOf(backslash, at + 1)) {
    const next = block[at + 1];
    if (next === smallX || next === smallU) count += 1;
  }
  return count;
}
function lookAtUnderscores(block, found) {
  for (let at = block.indexOf(underscore); at >= 0; at = block.indexOf(underscore, at + 1)) {
    if (block[at + 1] === 48 && block[at + 2] === smallX) found.coined += 1;
    const before = block[at - 1] ?? 0;
    if (before === 109 || block[at - 2] === 104 || before === 98) {
      if (carriesSecret(block.toString("latin1", Math.max(0, at - 6), at + 90))) found.secrets += 1;
    }
  }
}
function countHidden(block, beginning) {
  let count = 0;
  for (let at = 1; at < block.length; at += 1) {
    const byte = block[at] ?? 0;
    if (byte < 128) continue;
    const three = (block[at - 2] ?? 0) << 16 | (block[at - 1] ?? 0) << 8 | byte;
    if (isHidden(three, block[at - 3] ?? 0) && !(beginning && at === 2 && three === 15711167)) count += 1;
  }
  return count;
}
function isHidden(three, fourth) {
  const two = three & 65535;
  if (two === 49837 || two === 55452 || two >= 49792 && two <= 49823) return true;
  if (fourth === 243) return three >= 10518656 && three <= 10534847;
  return three >= 14844043 && three <= 14844047 && three !== 14844045 || three >= 14844072 && three <= 14844078 || three >= 14844320 && three <= 14844335 || three >= 15710336 && three <= 15710349 || three >= 15712185 && three <= 15712187 || single.has(three);
}
var single = /* @__PURE__ */ new Set([
  ...[14779807, 14779808, 14786699, 14786700, 14786701, 14786702, 14910884, 15711167, 15711904]
]);

// action/src/inside/read-tarball.ts
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createGunzip } from "node:zlib";

// action/src/inside/tarball-error.ts
var TarballError = class extends Error {
  constructor(why) {
    super(why);
    this.name = "TarballError";
  }
};

// action/src/inside/tar-header.ts
function readHeader(block) {
  const sum = sumOf(block);
  if (sum === 8 * 32 && block.every((byte) => byte === 0)) return null;
  const ends = [0, 32].includes(block[154] ?? 1) || [0, 32].includes(block[155] ?? 1);
  if (octal(block, 148, 8) !== sum || !ends) throw new TarballError("a header in it is damaged");
  const type = block[156] === 0 ? "0" : String.fromCharCode(block[156] ?? 0);
  const name = text(block, 0, 100);
  const ustar = block.toString("latin1", 257, 265) === "ustar\x0000";
  const prefix = ustar ? text(block, 345, 155) : "";
  if (ustar && prefix === "" && block[475] !== 0) throw twoWays();
  const target = text(block, 157, 100);
  if ("12".includes(type) ? target === "" : target !== "" && !"xg".includes(type)) throw twoWays();
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    size: size(block),
    mode: octal(block, 100, 8) ?? 0,
    type,
    target
  };
}
function text(block, from2, length) {
  return beforeZero(block.toString("utf8", from2, from2 + length));
}
function beforeZero(whole) {
  const [value = "", ...rest] = whole.split("\0");
  if (/[\n\r\u2028\u2029]/.test(rest.join(""))) throw twoWays();
  return value;
}
function twoWays() {
  return new TarballError("something in it can be read in two ways");
}
function octal(block, from2, length) {
  const digits = /^[ ]*([0-7]+)/.exec(block.toString("latin1", from2, from2 + length))?.[1];
  return digits === void 0 ? null : Number.parseInt(digits, 8);
}
function size(block) {
  const first2 = block[124] ?? 0;
  if (first2 < 128) {
    if (!/^ *[0-7]* *(?:\0[\0 ]*)?$/.test(block.toString("latin1", 124, 136))) throw twoWays();
    return octal(block, 124, 12) ?? 0;
  }
  if (first2 !== 128) throw new TarballError("a header in it has an impossible size");
  let value = 0;
  for (let at = 125; at < 136; at += 1) value = value * 256 + (block[at] ?? 0);
  if (!Number.isSafeInteger(value)) throw new TarballError("a header in it has an impossible size");
  return value;
}
function sumOf(block) {
  let sum = 0;
  for (let at = 0; at < 512; at += 1) sum += at >= 148 && at < 156 ? 32 : block[at] ?? 0;
  return sum;
}

// action/src/inside/pax.ts
function readPax(bytes) {
  const found = {};
  for (let at = 0; at < bytes.length && bytes[at] !== 0; ) {
    const blank = bytes.indexOf(32, at);
    const digits = blank < 0 || blank - at > 8 ? "" : bytes.toString("latin1", at, blank);
    const end = at + Number(digits);
    if (!/^[1-9]\d*$/.test(digits) || end > bytes.length || end <= blank + 1 || bytes[end - 1] !== 10)
      throw new TarballError("an extended header in it is damaged");
    const record2 = bytes.toString("utf8", blank + 1, end - 1);
    const sign = record2.indexOf("=");
    if (sign < 1) throw new TarballError("an extended header in it is damaged");
    take(found, record2.slice(0, sign), record2.slice(sign + 1));
    at = end;
  }
  const lines = asLines(bytes.toString("utf8"));
  for (const [key, own2] of [
    ["path", "path"],
    ["size", "size"],
    ["linkpath", "target"]
  ])
    if (lines.get(key) !== (found[own2] === void 0 ? void 0 : String(found[own2]))) throw twoWays();
  return found;
}
function asLines(text2) {
  const found = /* @__PURE__ */ new Map();
  for (const line of text2.replace(/\n$/, "").split("\n")) {
    const length = Number.parseInt(line, 10);
    if (length !== Buffer.byteLength(line) + 1) continue;
    const [key = "", ...value] = line.slice(`${length} `.length).split("=");
    found.set(key, value.join("="));
  }
  return found;
}
function take(found, name, value) {
  if (name === "path") found.path = value;
  if (name === "linkpath") found.target = value;
  if (name === "size") {
    if (!/^(?:0|[1-9]\d{0,14})$/.test(value)) throw new TarballError("a header in it has an impossible size");
    found.size = Number(value);
  }
  if (name.startsWith("GNU.sparse.")) throw new TarballError("it has a file with holes");
}

// action/src/inside/tar.ts
var tarLimits = { entries: 1e5, name: 4096, header: 64 * 1024 };
var blockSize2 = 512;
var files = "07";
var others = "123456";
var preludes = "xgLK";
function createTarReader(listener, most3 = tarLimits) {
  const block = Buffer.alloc(blockSize2);
  let filled = 0;
  let [body, padding] = [0, 0];
  let entries2 = 0;
  let open2 = false;
  let zeros = 0;
  let prelude = null;
  let extended = {};
  function header() {
    const read = readHeader(block);
    if (read === null) {
      zeros += 1;
      return;
    }
    if (zeros > 1) throw new TarballError("something follows its end");
    zeros = 0;
    entries2 += 1;
    if (entries2 > most3.entries) throw new TarballError(`it has more than ${most3.entries} entries`);
    if (preludes.includes(read.type)) {
      if (read.size > most3.header) throw new TarballError("a name in it is too long");
      prelude = { type: read.type, parts: [] };
      expect(read.size);
      return;
    }
    begin(read, extended);
    extended = {};
  }
  function begin(read, more) {
    const name = more.path ?? read.name;
    if (name === "" || name.includes("\0")) throw new TarballError("something in it has no name");
    if (Buffer.byteLength(name) > most3.name) throw new TarballError("a name in it is too long");
    const kind = kindOf(read.type, name);
    if (kind === null || more.target !== void 0 && kind !== "link") throw twoWays();
    const bytes = kind === "folder" ? 0 : more.size ?? read.size;
    open2 = true;
    listener.begin({ name, kind, bytes, executable: kind === "file" && (read.mode & 73) !== 0 });
    expect(bytes);
  }
  function expect(bytes) {
    body = bytes;
    padding = (blockSize2 - bytes % blockSize2) % blockSize2;
    if (body === 0) close();
  }
  function close() {
    if (prelude !== null) extended = afterPrelude(prelude.type, Buffer.concat(prelude.parts), extended);
    else if (open2) listener.end();
    prelude = null;
    open2 = false;
  }
  return {
    write(bytes) {
      for (let at = 0; at < bytes.length; ) {
        if (body > 0) {
          const piece = bytes.subarray(at, at + Math.min(body, bytes.length - at));
          at += piece.length;
          body -= piece.length;
          if (prelude === null) listener.data(piece);
          else prelude.parts.push(Buffer.from(piece));
          if (body === 0) close();
        } else if (padding > 0) {
          const skipped = Math.min(padding, bytes.length - at);
          at += skipped;
          padding -= skipped;
        } else {
          const taken = bytes.copy(block, filled, at, Math.min(bytes.length, at + blockSize2 - filled));
          at += taken;
          filled = (filled + taken) % blockSize2;
          if (filled === 0) header();
        }
      }
    },
    end() {
      if (body > 0 || filled > 0 || prelude !== null) throw new TarballError("it ends in the middle of something");
    }
  };
}
function kindOf(type, name) {
  if (type === "7" && name.endsWith("/")) return null;
  if (files.includes(type)) return name.endsWith("/") ? "folder" : "file";
  if (!others.includes(type)) return null;
  if (type === "5") return "folder";
  return type === "1" || type === "2" ? "link" : "odd";
}
function afterPrelude(type, bytes, before) {
  if (type === "x") return { ...before, ...readPax(bytes) };
  const text2 = () => beforeZero(bytes.toString("utf8"));
  if (type === "L") return { ...before, path: text2() };
  if (type === "K") return { ...before, target: text2() };
  const forAll = readPax(bytes);
  if (Object.keys(forAll).length > 0) throw new TarballError("it has names or sizes that are for all that follows");
  return before;
}

// action/src/inside/read-tarball.ts
var tarballLimits = {
  packed: 512 * 1024 ** 2,
  unpacked: 2 * 1024 ** 3,
  ratio: 200,
  something: 64 * 1024 ** 2
};
async function readTarball(file, listener, reading = {}) {
  const { signal, enough, limits: limits2 = tarballLimits } = reading;
  const size2 = await stat(file).then(
    (found) => found.size,
    () => -1
  );
  if (size2 < 0) throw new TarballError("it isn't there");
  if (size2 > limits2.packed) throw new TarballError(`it is larger than ${megabytes(limits2.packed)}`);
  const tar = createTarReader(listener, { ...tarLimits, entries: limits2.entries ?? tarLimits.entries });
  const source = createReadStream(file, { highWaterMark: 256 * 1024 });
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  source.once("error", (error) => gunzip.destroy(error));
  let unpacked = 0;
  try {
    for await (const chunk of source.pipe(gunzip)) {
      const bytes = chunk;
      unpacked += bytes.length;
      if (unpacked > limits2.unpacked) throw new TarballError(`it unpacks to more than ${megabytes(limits2.unpacked)}`);
      if (unpacked > limits2.something && unpacked > size2 * limits2.ratio)
        throw new TarballError(`it unpacks to more than ${limits2.ratio} times its size`);
      if (signal?.aborted === true) throw new TarballError("reading it takes too long");
      tar.write(bytes);
      if (enough?.() === true) return size2;
    }
    tar.end();
    return size2;
  } catch (error) {
    throw error instanceof TarballError ? error : new TarballError("it is damaged, or no gzip file");
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
function megabytes(bytes) {
  return `${Math.round(bytes / 1024 ** 2)} MB`;
}

// action/src/inside/survey.ts
var mostManifest = 1024 * 1024;
async function surveyTarball(file, reading = {}) {
  const survey = { bytes: 0, unpacked: 0, files: 0, seen: /* @__PURE__ */ new Map(), manifest: null };
  let current = null;
  survey.bytes = await readTarball(
    file,
    {
      begin(entry) {
        current = entry.kind === "folder" ? null : begun(entry);
      },
      data(bytes) {
        current?.hash.update(bytes);
        current?.scanner.add(bytes);
        current?.kept?.push(Buffer.from(bytes));
      },
      end() {
        if (current !== null) note(survey, current);
        current = null;
      }
    },
    reading
  );
  survey.files = survey.seen.size;
  return survey;
}
function begun(entry) {
  const { path, outside } = packagePath(entry.name);
  const keeps = path === "package.json" && entry.kind === "file" && entry.bytes <= mostManifest;
  return { entry, path, outside, hash: createHash2("sha256"), scanner: createScanner(), kept: keeps ? [] : null };
}
function note(survey, { entry, path, outside, hash: hash2, scanner, kept: kept2 }) {
  const before = survey.seen.get(path);
  survey.unpacked += entry.bytes;
  if (before?.kind === "file" && entry.kind !== "file") {
    survey.seen.set(path, { ...before, twice: true });
    return;
  }
  if (path === "package.json") survey.manifest = kept2 === null ? null : Buffer.concat(kept2).toString("utf8");
  survey.seen.set(path, {
    kind: entry.kind === "link" ? "link" : entry.kind === "odd" ? "odd" : "file",
    bytes: entry.bytes,
    digest: hash2.digest("base64"),
    executable: entry.executable,
    outside,
    twice: before !== void 0,
    scan: entry.kind === "file" ? scanner.end() : null
  });
}

// action/src/inside/build.ts
var pauseMs = 5e3;
async function readBuild({ file, shasum }) {
  const { seen } = await surveyTarball(file).catch((error) => {
    const why = error instanceof TarballError ? `: ${error.message}` : "";
    throw new StepError(`What was packed can't be read, so that it can't be compared${why}.`);
  });
  const all2 = [...seen].map(([name, { kind, digest, executable, twice }]) => {
    const more = [kind === "file" ? "" : kind, executable ? "x" : "", twice ? "twice" : ""].filter(
      (one) => one !== ""
    );
    return [told(name, limits.path), [digest, ...more].join(" ")];
  }).sort(([one], [other]) => one < other ? -1 : one > other ? 1 : 0);
  const files2 = fitting(all2, { count: buildLimits.files, bytes: buildLimits.bytes });
  return { shasum, files: files2, leftOut: all2.length - files2.length };
}
async function compareWithSecondBuild(session, packed) {
  const body = await readBuild(packed);
  const path = `/sessions/${session.id}/build`;
  const ask4 = async () => await call(session.url, { method: "POST", path, bearer: session.bearer, body });
  const deadline = Date.now() + session.longestWaitMs;
  for (let said = false; ; said = true) {
    const { state } = await patiently(ask4);
    if (state === "same") return say(`A second build of the commit made the same bytes (${packed.shasum}).`);
    if (state === "not-asked") return;
    if (!said) say("Waiting for the second build of the commit.");
    if (Date.now() + pauseMs > deadline)
      throw new StepError("The second build of the commit wasn't told in time: nothing was published.");
    await sleep2(pauseMs);
  }
}

// action/src/inside/tell.ts
import { join as join2 } from "node:path";

// src/domain/inside/manifest-words.ts
var dependencies = ["dependencies", "optionalDependencies", "peerDependencies"];
var entries = ["main", "module", "browser", "exports", "imports", "type", "types", "typings"];
function differs(changes, fresh) {
  const found = [];
  const say2 = (weight, code2, sentence, which, words2 = valueWords) => {
    const about = changes.filter(which).map(words2);
    if (about.length > 0) found.push({ weight, code: code2, sentence, about });
  };
  const isDependency = ({ at }) => at.length === 2 && dependencies.includes(at[0] ?? "");
  const under = (...names) => ({ at }) => names.includes(at[0] ?? "");
  say2(
    "danger",
    "dependency-elsewhere",
    "Dependencies come from somewhere else than a registry: nobody can say what is installed.",
    (change) => isDependency(change) && isElsewhere(change.now ?? ""),
    dependencyWords
  );
  say2(
    fresh ? "note" : "look",
    "dependency-new",
    fresh ? "It depends on other packages." : "New dependencies.",
    (change) => isDependency(change) && change.was === null && !isElsewhere(change.now ?? ""),
    dependencyWords
  );
  if (fresh) {
    say2("look", "bin", "It brings commands.", under("bin"), valueWords);
    return found;
  }
  say2(
    "look",
    "dependency-changed",
    "Dependencies have other ranges.",
    (change) => isDependency(change) && change.was !== null && change.now !== null && !isElsewhere(change.now),
    dependencyWords
  );
  say2("look", "bin", "The package's commands have changed.", under("bin"));
  say2(
    "look",
    "entry",
    "What is loaded has changed: an import of the package may run something else.",
    under(...entries)
  );
  say2("look", "bundled", "Packages that come along have changed.", under("bundledDependencies", "bundleDependencies"));
  say2("look", "engines", "Where it runs has changed.", under("engines", "os", "cpu", "libc"));
  say2(
    "look",
    "repository",
    "Where it says it comes from has changed.",
    under("repository", "homepage", "bugs", "author", "maintainers")
  );
  say2("look", "publish", "How it is published has changed.", under("publishConfig", "name", "private", "license"));
  say2(
    "note",
    "dependency-gone",
    "Dependencies are gone.",
    (change) => isDependency(change) && change.now === null,
    dependencyWords
  );
  return found;
}
function isElsewhere(range) {
  return /^(?:git|git\+\w+|https?|file|github|gitlab|bitbucket|gist):|^(?:\.{0,2}|~)\/|^[\w.-]+\/[\w.-]+(?:#|$)/i.test(
    range.trim()
  );
}
function dependencyWords({ at, was, now }) {
  const [kind, name] = at;
  const place = kind === "dependencies" ? "" : kind === "peerDependencies" ? " (peer)" : " (optional)";
  if (was === null) return `${name} ${now}${place}`;
  return now === null ? `${name} ${was}${place}` : `${name} ${was} → ${now}${place}`;
}
function valueWords({ at, was, now }) {
  const name = at.join(" › ");
  if (was === null) return `${name}: ${now}`;
  return now === null ? `${name}: ${was} → none` : `${name}: ${was} → ${now}`;
}

// src/domain/inside/size.ts
function sizeWords(bytes) {
  if (bytes < 1e3) return `${bytes} B`;
  const [value, unit] = bytes < 999950 ? [bytes / 1e3, "kB"] : bytes < 99995e4 ? [bytes / 1e6, "MB"] : [bytes / 1e9, "GB"];
  return `${value.toFixed(1)} ${unit}`;
}

// src/domain/inside/points.ts
var mostAbout = 5;
var order = ["danger", "look", "note"];
function notable(contents) {
  if (contents.state === "unread")
    return [point("danger", "unread", `What is inside could not be read. ${contents.why}`, [])];
  const points = [
    ...scriptPoints(contents),
    ...filePoints(contents),
    ...manifestPoints(contents),
    ...sizePoints(contents),
    ...generalPoints(contents)
  ];
  return order.flatMap((weight) => points.filter((one) => one.weight === weight));
}
function point(weight, code2, sentence, about, more = 0) {
  return {
    weight,
    code: code2,
    sentence,
    about: about.slice(0, mostAbout),
    more: more + Math.max(0, about.length - mostAbout)
  };
}
function scriptPoints({ scripts, before, files: files2 }) {
  const everywhere = (one) => ["preinstall", "install", "postinstall"].includes(one.name);
  const words2 = ({ name, now, was, implied }) => `${name}: ${now ?? was ?? ""}${implied ? " (since the package has a .gyp file)" : ""}${now !== null && was !== null && now !== was ? ` (was: ${was})` : ""}`;
  const told2 = (weight, code2, sentence, which) => {
    const found = scripts.filter(which);
    return found.length === 0 ? [] : [point(weight, code2, sentence, found.map(words2))];
  };
  const fresh = ({ now, was }) => now !== null && was === null;
  const changed = ({ now, was }) => now !== null && was !== null && now !== was;
  const known = before.state === "compared";
  return [
    ...told2(
      "danger",
      "install-script-new",
      known ? "A new install script: it runs on every machine that installs the package." : "It has an install script, which runs on every machine that installs the package.",
      (one) => everywhere(one) && fresh(one)
    ),
    ...told2(
      "danger",
      "install-script-changed",
      "An install script has changed: it runs on every machine that installs the package.",
      (one) => everywhere(one) && changed(one)
    ),
    ...ranPoint(
      scripts.filter((one) => everywhere(one) && one.now !== null && one.now === one.was),
      files2
    ),
    ...told2(
      "look",
      "prepare-changed",
      "A script that runs where the package is installed from git is new or has changed.",
      (one) => !everywhere(one) && (fresh(one) || changed(one))
    ),
    ...told2(
      "note",
      "install-script-same",
      "An install script runs as before.",
      (one) => everywhere(one) && one.now !== null && one.now === one.was
    ),
    ...told2("note", "install-script-gone", "An install script is gone.", (one) => everywhere(one) && one.now === null)
  ];
}
function ranPoint(scripts, files2) {
  const changed = files2.filter(({ state }) => state === "changed" || state === "added").map(({ path }) => path);
  const ran = scripts.flatMap(({ name, now }) => {
    const words2 = (now ?? "").split(/[\s"'=;&|()]+/).map((word) => word.replace(/^\.\//, ""));
    const named2 = words2.flatMap((word) => [word, `${word}.js`, `${word}.cjs`, `${word}.mjs`, `${word}/index.js`]);
    return changed.filter((path) => named2.includes(path)).map((path) => `${path} (${name}: ${now})`);
  });
  if (ran.length === 0) return [];
  const sentence = "What an install script runs has changed: it runs on every machine that installs the package.";
  return [point("danger", "install-script-file", sentence, ran)];
}
var fileSentences = [
  ["outside", "danger", "Names lead out of the package's folder: an unpacker that follows them writes elsewhere."],
  ["link", "danger", "Links are in the tarball. npm makes none of a package; other tools follow them."],
  ["odd", "danger", "The tarball has something that is neither file nor folder."],
  ["twice", "danger", "Names are in the tarball twice, and npm takes the last one: whoever looks may see the other."],
  ["secret", "danger", "A token of npm or GitHub is in it: whoever installs the package has it."],
  ["hidden-name", "danger", "Names have characters that nobody sees."],
  ["hidden", "danger", "Text has characters that nobody sees, or that turn the direction of writing."],
  ["encoded", "danger", "Code looks as if it was made unreadable on purpose, and did not before."],
  ["program", "danger", "New programs for a processor, which nobody can read."],
  [
    "bundled",
    "danger",
    "Other packages come along, below node_modules, with their own install scripts if they have any."
  ],
  [
    "unusual",
    "look",
    "New files in places that the version before didn't have, or of names that have no business in a package."
  ],
  ["executable", "look", "Files may be run as commands, and could not before."],
  ["minified", "look", "Code is minified, and was not before: compare it with what it was made from."]
];
function filePoints({ files: files2, before }) {
  const points = fileSentences.flatMap(([mark, weight, sentence]) => {
    const found = files2.filter((file) => file.marks.includes(mark));
    if (found.length === 0 || before.state === "first" && mark === "executable") return [];
    return [
      point(
        weight,
        mark,
        sentence,
        found.map(({ path }) => path)
      )
    ];
  });
  const grown = files2.filter(hasGrown);
  if (grown.length > 0)
    points.push(
      point(
        "look",
        "file-grown",
        "Files are more than twice as large as before.",
        grown.map(({ path, bytes, was }) => `${path} (${sizeWords(was ?? 0)} → ${sizeWords(bytes ?? 0)})`)
      )
    );
  return points;
}
function hasGrown({ state, bytes, was }) {
  return state === "changed" && bytes !== null && was !== null && bytes > was * 2 && bytes - was > 2e4;
}
function manifestPoints({ manifest, before }) {
  if (manifest === null)
    return [point("danger", "manifest", "package.json can't be read, here or in the version before: look at it.", [])];
  if (before.state !== "compared") return differs(manifest, true).map(toPoint);
  return differs(manifest, false).map(toPoint);
}
function toPoint({ weight, code: code2, sentence, about }) {
  return point(weight, code2, sentence, about);
}
function sizePoints({ now, before }) {
  if (before.state !== "compared") return [];
  const [bytes, was] = [now.unpacked, before.unpacked];
  const about = [`${sizeWords(was)} → ${sizeWords(bytes)}`];
  if (bytes > was * 1.5 && bytes - was > 1e5)
    return [point("look", "size", "The package, unpacked, is more than half as large again as before.", about)];
  if (bytes * 2 < was && was - bytes > 1e5)
    return [point("look", "size", "The package, unpacked, is less than half as large as before.", about)];
  return [];
}
function generalPoints({ before, counts, files: files2, leftOut }) {
  const points = [];
  if (before.state === "unknown")
    points.push(point("look", "not-compared", `It could not be compared with the version before: ${before.why}`, []));
  if (before.state === "first")
    points.push(
      point("note", "first", "This is the package's first version: there is nothing to compare it with.", [])
    );
  if (counts.removed > 0) {
    const gone = files2.filter(({ state }) => state === "removed").map(({ path }) => path);
    points.push(point("note", "removed", "Files are gone.", gone, counts.removed - gone.length));
  }
  if (before.state === "compared" && counts.added + counts.changed + counts.removed === 0)
    points.push(point("look", "same", "No file differs from the version before.", []));
  if (leftOut.files > 0)
    points.push(
      point("note", "left-out", `${leftOut.files} files are not in the list: it shows the most telling ones.`, [])
    );
  return points;
}

// src/domain/inside/manifest.ts
var deepest2 = 6;
var installScripts = ["preinstall", "install", "postinstall", "prepare", "preprepare", "postprepare"];
function readManifest(text2) {
  if (text2 === null) return null;
  try {
    const value = JSON.parse(withoutSecrets(text2).replace(/^\ufeff/, ""));
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}
function manifestChanges(was, now) {
  const changes = [];
  compare([], was, now, changes);
  return changes;
}
function compare(at, was, now, changes) {
  if (at.length < deepest2 && (isFields(was) || was === void 0) && (isFields(now) || now === void 0)) {
    const [before2, after2] = [was ?? {}, now ?? {}];
    if (Object.keys(before2).length + Object.keys(after2).length > 0) {
      for (const name of /* @__PURE__ */ new Set([...Object.keys(after2), ...Object.keys(before2)]))
        compare([...at, name], own(before2, name), own(after2, name), changes);
      return;
    }
  }
  const [before, after] = [asText(was), asText(now)];
  if (before !== after)
    changes.push({
      at: at.map((name) => told(name, 100)),
      was: shortened(before, after),
      now: shortened(after, before)
    });
}
function scriptChanges(was, now, gyp) {
  const [before, after] = [scriptsOf(was, gyp.was), scriptsOf(now, gyp.now)];
  return installScripts.flatMap((name) => {
    const [then, today] = [before.get(name) ?? null, after.get(name) ?? null];
    if (then === null && today === null) return [];
    const implied = name === "install" && (today ?? then) === gypScript && own(own(now, "scripts"), name) === void 0;
    return [{ name, now: shortened(today, then), was: shortened(then, today), implied }];
  });
}
var gypScript = "node-gyp rebuild";
function scriptsOf(manifest, gyp) {
  const scripts = own(manifest, "scripts");
  const found = /* @__PURE__ */ new Map();
  for (const name of installScripts) {
    const script = own(scripts, name);
    if (typeof script === "string" && script.trim() !== "") found.set(name, script);
  }
  const silent = !found.has("install") && !found.has("preinstall");
  if (gyp && silent && own(manifest, "gypfile") !== false) found.set("install", gypScript);
  return found;
}
function shortened(text2, other) {
  if (text2 === null) return null;
  const start = text2.length <= limits.value || other === null ? 0 : Math.max(0, sameUntil(text2, other) - 40);
  return told(start === 0 ? text2 : `…${text2.slice(start)}`, limits.value);
}
function sameUntil(one, other) {
  let at = 0;
  while (at < one.length && at < other.length && one[at] === other[at]) at += 1;
  return at;
}
function own(value, name) {
  return isFields(value) && Object.hasOwn(value, name) ? value[name] : void 0;
}
function asText(value) {
  if (value === void 0) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}
function isFields(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// src/domain/inside/scan.ts
var code = /(?:\.(?:[cm]?[jt]sx?|sh|bash|zsh|fish|py|rb|pl|php|lua|ps1|bat|cmd|html?|gyp)|(?:^|\/)[^./]+)$/i;
function looks(path, bytes, scan) {
  if (!scan.text || !code.test(path)) return null;
  if (scan.coined >= 20 || scan.blob >= 2e3 || scan.escapes >= 200 && scan.escapes * 20 > bytes) return "encoded";
  return scan.longest >= 5e3 && bytes > scan.lines * 500 ? "minified" : null;
}

// src/domain/inside/types.ts
var marks = [
  /** A link; npm leaves it out, other tools follow it. */
  "link",
  /** Its name leads out of the package's folder. */
  "outside",
  /** No file and no folder: a device, or of a kind that isn't known. */
  "odd",
  /** The tarball has this name twice; npm takes the last one. */
  "twice",
  /** A token of npm or GitHub is in it. */
  "secret",
  /** Its name has characters that nobody sees, or that turn the direction of writing. */
  "hidden-name",
  /** Its text has. */
  "hidden",
  /** Code that looks as if it was made unreadable on purpose. */
  "encoded",
  /** A program for a processor, or WebAssembly. */
  "program",
  /** Below `node_modules`: a package that comes along, with its own scripts. */
  "bundled",
  /** Lines as only a minifier writes them. */
  "minified",
  /** May be run as a command. */
  "executable",
  /** In a place that the version before didn't have, or of a name that has no business in a package. */
  "unusual"
];

// src/domain/inside/compare.ts
function fileChanges(now, before) {
  const roots = before === null ? null : new Set([...before.seen.keys()].map(rootOf));
  const changes = [];
  for (const [name, seen] of now.seen) {
    const was = before?.seen.get(name) ?? null;
    const state = was === null ? "added" : isSame(seen, was) ? "same" : "changed";
    const found = marksOf(name, seen, was, roots);
    changes.push({ ...row(name, state, seen.bytes, was?.bytes ?? null), marks: found });
  }
  for (const [name, was] of before?.seen ?? [])
    if (!now.seen.has(name)) changes.push(row(name, "removed", null, was.bytes));
  return changes.sort(mostTelling);
}
function describe(now, compared, changes) {
  const before = "survey" in compared ? compared.survey : null;
  const counts = { added: 0, changed: 0, removed: 0, same: 0 };
  for (const { state } of changes) counts[state] += 1;
  const [today, then] = [readManifest(now.manifest), before === null ? {} : readManifest(before.manifest)];
  const gyp = { now: bringsGyp(now), was: before !== null && bringsGyp(before) };
  const values = today === null || then === null ? null : manifestChanges(then, today);
  const shown = values === null ? null : fitting(values, { count: limits.manifest, bytes: limits.manifestBytes });
  const files2 = fitting(changes.map(tell), { count: limits.files, bytes: limits.fileBytes });
  return {
    form: 1,
    state: "read",
    now: sideOf(now),
    before: "survey" in compared ? { state: "compared", version: told(compared.version, 100), ...sideOf(compared.survey) } : "first" in compared ? { state: "first" } : { state: "unknown", why: told(compared.why, limits.sentence) },
    counts,
    scripts: scriptChanges(then ?? {}, today ?? {}, gyp).slice(0, limits.scripts),
    manifest: shown,
    files: files2,
    leftOut: {
      files: changes.length - files2.length,
      manifest: (values?.length ?? 0) - (shown?.length ?? 0),
      diffs: 0
    }
  };
}
function worthReading(changes, now, before) {
  const wanted = changes.filter(({ name, state }) => {
    if (state !== "added" && state !== "changed") return false;
    const [seen, was] = [now.seen.get(name), before?.seen.get(name)];
    return isReadable(seen) && (was === void 0 || isReadable(was));
  });
  const first2 = (change) => change.name === "package.json" ? 0 : 1;
  return wanted.sort((one, other) => first2(one) - first2(other) || weigh(one) - weigh(other));
}
function isReadable(seen) {
  return seen?.kind === "file" && seen.scan?.text === true && !seen.twice;
}
function weigh({ marks: found, state, path }) {
  const worst = Math.min(...found.map((mark) => marks.indexOf(mark)), marks.length);
  return worst * 10 + (state === "changed" ? 0 : 4) + (isSource(path) ? 0 : 2);
}
function isSource(path) {
  return !/\.map$|\.min\.|\.d\.[cm]?ts$|(?:^|\/)(?:CHANGELOG|README|LICENSE)\b/i.test(path);
}
function row(name, state, bytes, was) {
  return { name, path: told(name, limits.path), state, bytes, was, marks: [] };
}
function tell({ path, state, bytes, was, marks: found }) {
  return { path, state, bytes, was, marks: found };
}
function isSame(one, other) {
  return one.kind === other.kind && one.digest === other.digest && one.executable === other.executable;
}
function marksOf(name, now, was, roots) {
  const found = /* @__PURE__ */ new Set();
  if (now.kind === "link") found.add("link");
  if (now.kind === "odd") found.add("odd");
  if (now.outside) found.add("outside");
  if (now.twice) found.add("twice");
  if (hasHidden(name)) found.add("hidden-name");
  if (was?.digest === now.digest && was.executable === now.executable) return [...found];
  if ((now.scan?.secrets ?? 0) > 0) found.add("secret");
  if (now.scan?.text === true && now.scan.hidden > (was?.scan?.text === true ? was.scan.hidden : 0))
    found.add("hidden");
  const look2 = now.scan === null ? null : looks(name, now.bytes, now.scan);
  const looked = was === null || was.scan === null ? null : looks(name, was.bytes, was.scan);
  if (look2 !== null && look2 !== looked && looked !== "encoded") found.add(look2);
  if (isProgram2(name, now) && !(was !== null && isProgram2(name, was))) found.add("program");
  if (now.executable && was?.executable !== true) found.add("executable");
  if (was !== null) return [...found];
  if (/(?:^|\/)node_modules\//.test(name)) found.add("bundled");
  if (/(?:^|\/)(?:\.env|\.npmrc|\.netrc|id_[a-z0-9]+|.*\.(?:pem|key|p12|pfx))$/i.test(name)) found.add("unusual");
  if (roots !== null && !roots.has(rootOf(name))) found.add("unusual");
  return [...found];
}
function isProgram2(name, { scan }) {
  return scan?.program === true || scan?.text === false && name.endsWith(".node");
}
function rootOf(name) {
  const slash = name.indexOf("/");
  if (slash >= 0) return name.slice(0, slash + 1);
  return /^(?:README|LICEN[CS]E|CHANGELOG|NOTICE|HISTORY|SECURITY|AUTHORS)\b/i.test(name) ? "README" : name.replace(/^.+(?=\.)/, "");
}
function bringsGyp({ seen }) {
  return [...seen.keys()].some((name) => /^[^/]+\.gyp$/.test(name));
}
function mostTelling(one, other) {
  const worst = ({ marks: found }) => Math.min(...found.map((mark) => marks.indexOf(mark)), marks.length);
  const same = (change) => change.state === "same" ? 1 : 0;
  return worst(one) - worst(other) || same(one) - same(other) || (one.name < other.name ? -1 : one.name > other.name ? 1 : 0);
}
function sideOf({ bytes, unpacked, files: files2 }) {
  return { bytes, unpacked, files: files2 };
}

// src/domain/line-diff.ts
var mostChanges = 1e3;
function lineDiff(before, after) {
  const [a, b] = [linesOf2(before), linesOf2(after)];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const middle = shortest(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  const kinds = [
    ...Array(head).fill("same"),
    ...middle,
    ...Array(tail).fill("same")
  ];
  return numbered(kinds, a, b);
}
function diffParts(lines, around = 3) {
  const parts = [];
  let from2 = 0;
  let until = -1;
  for (const [index, { kind }] of lines.entries()) {
    if (kind === "same") continue;
    if (index - around > until) {
      if (until >= 0) parts.push(lines.slice(from2, until));
      from2 = Math.max(0, index - around);
    }
    until = index + around + 1;
  }
  if (until >= 0) parts.push(lines.slice(from2, until));
  return parts;
}
function linesOf2(text2) {
  const lines = text2.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
function numbered(kinds, a, b) {
  let [x, y] = [0, 0];
  return kinds.map((kind) => {
    const text2 = (kind === "added" ? b[y] : a[x]) ?? "";
    if (kind !== "added") x += 1;
    if (kind !== "removed") y += 1;
    return { kind, text: text2, before: kind === "added" ? null : x, after: kind === "removed" ? null : y };
  });
}
function shortest(a, b) {
  const rounds = [];
  let reached = /* @__PURE__ */ new Map([[1, 0]]);
  for (let changes = 0; changes <= Math.min(a.length + b.length, mostChanges); changes += 1) {
    rounds.push(reached);
    const next = /* @__PURE__ */ new Map();
    for (let k = -changes; k <= changes; k += 2) {
      let x = fromAbove(reached, k, changes) ? far(reached, k + 1) : far(reached, k - 1) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) return wayBack(rounds, a.length, b.length);
    }
    reached = next;
  }
  return [...a.map(() => "removed"), ...b.map(() => "added")];
}
function far(reached, k) {
  return reached.get(k) ?? -1;
}
function fromAbove(reached, k, changes) {
  return k === -changes || k !== changes && far(reached, k - 1) < far(reached, k + 1);
}
function wayBack(rounds, toX, toY) {
  const kinds = [];
  let [x, y] = [toX, toY];
  for (let changes = rounds.length - 1; changes >= 0; changes -= 1) {
    const reached = rounds[changes] ?? /* @__PURE__ */ new Map();
    const k = x - y;
    const above = fromAbove(reached, k, changes);
    const beforeX = changes === 0 ? 0 : far(reached, above ? k + 1 : k - 1);
    const beforeY = changes === 0 ? 0 : beforeX - (above ? k + 1 : k - 1);
    while (x > beforeX && y > beforeY) {
      kinds.push("same");
      [x, y] = [x - 1, y - 1];
    }
    if (changes > 0) kinds.push(above ? "added" : "removed");
    [x, y] = [beforeX, beforeY];
  }
  return kinds.reverse();
}

// src/domain/inside/diffs.ts
function fileDiffs(texts, mayGoOn) {
  const diffs = [];
  let [bytes, leftOut] = [0, 0];
  for (const file of texts) {
    const left = limits.diffBytes - bytes;
    if (diffs.length >= limits.diffs || left < 4096 || !mayGoOn()) {
      leftOut += 1;
      continue;
    }
    const diff = fileDiff(file, left);
    bytes += bytesOf(diff);
    diffs.push(diff);
  }
  return { diffs, leftOut };
}
function fileDiff({ name, now, was }, most3) {
  const [before, after] = [plainLines(was ?? ""), plainLines(now)];
  const parts = diffParts(lineDiff(before, after)).map(centred);
  const diff = { path: told(name, limits.path), parts: [], more: 0 };
  let lines = was === null ? limits.diffLines / 4 : limits.diffLines;
  let bytes = bytesOf(diff) + 100;
  for (const part of parts) {
    const [first2] = part;
    if (first2 === void 0) continue;
    const shown = [];
    for (const line of part) {
      const text2 = signs[line.kind] + told(line.text, limits.line);
      bytes += bytesOf(text2);
      lines -= 1;
      if (lines >= 0 && bytes <= most3) shown.push(text2);
      else if (line.kind !== "same") diff.more += 1;
    }
    bytes += 60;
    if (shown.length > 0) diff.parts.push({ ...startOf(part), lines: shown });
  }
  return diff;
}
var signs = { same: " ", added: "+", removed: "-" };
function startOf(part) {
  const before = part.find((line) => line.before !== null)?.before ?? 1;
  const after = part.find((line) => line.after !== null)?.after ?? 1;
  return { before, after };
}
function plainLines(text2) {
  return withoutSecrets(text2).replaceAll("\r\n", "\n");
}
function centred(part) {
  const shown = [];
  for (let at = 0; at < part.length; ) {
    const removed = runOf(part, at, "removed");
    const added = runOf(part, at + removed.length, "added");
    if (removed.length + added.length === 0) {
      shown.push(part[at]);
      at += 1;
      continue;
    }
    const starts = removed.map((line, index) => startFor(line.text, added[index]?.text));
    shown.push(
      ...removed.map((line, index) => from(line, starts[index] ?? 0)),
      ...added.map((line, index) => from(line, starts[index] ?? 0))
    );
    at += removed.length + added.length;
  }
  return shown;
}
function runOf(part, from2, kind) {
  let until = from2;
  while (part[until]?.kind === kind) until += 1;
  return part.slice(from2, until);
}
function startFor(one, other) {
  if (other === void 0 || Math.max(one.length, other.length) <= limits.line) return 0;
  return Math.max(0, sameUntil(one, other) - 60);
}
function from(line, start) {
  return start === 0 ? line : { ...line, text: `…${line.text.slice(start)}` };
}

// action/src/inside/texts.ts
async function textsOf(file, wanted, reading = {}) {
  const texts = /* @__PURE__ */ new Map();
  let current = null;
  if (wanted.size === 0) return texts;
  await readTarball(
    file,
    {
      begin(entry) {
        const { path } = packagePath(entry.name);
        current = entry.kind === "file" && wanted.has(path) ? { path, parts: [] } : null;
      },
      data: (bytes) => void current?.parts.push(Buffer.from(bytes)),
      end() {
        if (current !== null) texts.set(current.path, Buffer.concat(current.parts).toString("utf8"));
        current = null;
      }
    },
    { ...reading, enough: () => texts.size === wanted.size }
  );
  return texts;
}

// action/src/inside/describe.ts
var most = { texts: 12 * 1024 ** 2, text: 1024 ** 2, files: limits.diffs * 2 };
var diffMs = 3e3;
async function describeTarball(file, shasum, earlier, signal) {
  const reading = signal === void 0 ? {} : { signal };
  let now;
  try {
    now = await surveyTarball(file, reading);
  } catch (error) {
    return { form: 1, state: "unread", shasum, why: `The step stopped reading the tarball: ${whyOf(error)}.` };
  }
  const before = "file" in earlier ? await surveyTarball(earlier.file, reading).catch(whyOf) : null;
  const survey = typeof before === "string" ? null : before;
  const compared = comparedWith(earlier, before);
  const changes = fileChanges(now, survey);
  const told2 = describe(now, compared, changes);
  const { diffs, leftOut } = await differences(file, earlier, { now, survey, changes }, reading);
  return { ...told2, shasum, diffs, leftOut: { ...told2.leftOut, diffs: leftOut } };
}
function comparedWith(earlier, before) {
  if (!("file" in earlier)) return earlier;
  if (before === null || typeof before === "string")
    return { why: `The tarball of ${earlier.version} can't be read: ${before}.` };
  return { survey: before, version: earlier.version };
}
async function differences(file, earlier, { now, survey, changes }, reading) {
  const worth = worthReading(changes, now, survey);
  const chosen = chooseTexts(worth);
  try {
    const wanted = new Set(chosen.filter(({ state }) => state === "changed").map(({ name }) => name));
    const [today, then] = await Promise.all([
      textsOf(file, new Set(chosen.map(({ name }) => name)), reading),
      "file" in earlier ? textsOf(earlier.file, wanted, reading) : /* @__PURE__ */ new Map()
    ]);
    const until = Date.now() + diffMs;
    const texts = chosen.map(({ name }) => ({ name, now: today.get(name) ?? "", was: then.get(name) ?? null }));
    const { diffs, leftOut } = fileDiffs(texts, () => Date.now() < until && reading.signal?.aborted !== true);
    return { diffs, leftOut: leftOut + worth.length - chosen.length };
  } catch {
    return { diffs: [], leftOut: worth.length };
  }
}
function chooseTexts(worth) {
  let left = most.texts;
  return worth.filter(({ bytes, was }) => {
    const both = (bytes ?? 0) + (was ?? 0);
    if ((bytes ?? 0) > most.text || (was ?? 0) > most.text || both > left) return false;
    left -= both;
    return true;
  }).slice(0, most.files);
}
function whyOf(error) {
  return error instanceof TarballError ? error.message : "for a reason that the step doesn't know";
}

// action/src/inside/fetch-before.ts
import { createHash as createHash3, timingSafeEqual } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

// src/domain/inside/which-version.ts
function versionBefore(version, tag, { versions, tags }) {
  const others2 = versions.filter((one) => one !== version);
  const named2 = (name) => {
    const found = Object.hasOwn(tags, name) ? tags[name] ?? null : null;
    return found !== null && others2.includes(found) ? found : null;
  };
  const tagged = named2(tag);
  if (tagged !== null && compareVersions(tagged, version) < 0) return tagged;
  const lower = others2.filter((one) => parsed(one) !== null && compareVersions(one, version) < 0);
  const highest = lower.reduce(
    (best, one) => best === null || compareVersions(best, one) < 0 ? one : best,
    null
  );
  return highest ?? tagged ?? named2("latest") ?? others2.at(-1) ?? null;
}
function compareVersions(one, other) {
  const [a, b] = [parsed(one), parsed(other)];
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1);
  for (const at of [0, 1, 2]) {
    const difference = (a.numbers[at] ?? 0) - (b.numbers[at] ?? 0);
    if (difference !== 0) return difference;
  }
  if (a.before.length === 0 || b.before.length === 0) return b.before.length - a.before.length;
  for (let at = 0; at < Math.max(a.before.length, b.before.length); at += 1) {
    const difference = compareParts(a.before[at], b.before[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}
function compareParts(one, other) {
  if (one === other) return 0;
  if (one === void 0 || other === void 0) return one === void 0 ? -1 : 1;
  const [a, b] = [/^\d+$/.test(one), /^\d+$/.test(other)];
  if (a && b) return Number(one) - Number(other);
  if (a !== b) return a ? -1 : 1;
  return one < other ? -1 : 1;
}
function parsed(text2) {
  const [, major, minor, patch, before] = /^(\d{1,15})\.(\d{1,15})\.(\d{1,15})(?:-([\w.-]{1,200}))?(?:\+[\w.-]{1,200})?$/.exec(text2) ?? [];
  if (major === void 0) return null;
  return { numbers: [major, minor, patch].map(Number), before: before === void 0 ? [] : before.split(".") };
}

// action/src/inside/fetch-before.ts
var mostDocument = 24 * 1024 ** 2;
var mostHops = 4;
var NoTarball = class extends Error {
};
async function fetchBefore(asked, file, signal) {
  try {
    const document = await readDocument(asked, signal);
    if (document === null) return { first: true };
    const version = versionBefore(asked.version, asked.tag, document);
    if (version === null) return { first: true };
    await fetchTarball(asked, version, document.dist(version), file, signal);
    return { file, version };
  } catch (error) {
    if (error instanceof NoTarball) return { why: error.message };
    return { why: signal.aborted ? "The registry took too long." : "The registry didn't answer." };
  }
}
async function readDocument(asked, signal) {
  const url = `${asked.registry}${encodeURIComponent(asked.name).replace(/^%40/, "@").replace("%2F", "%2f")}`;
  const accept = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8";
  const response = await get(url, asked, accept, signal);
  if (response.status === 404 && asked.token !== "") return null;
  if (!response.ok) throw new NoTarball(`The registry answered ${response.status} when asked for the package.`);
  const body = fields(JSON.parse(await readText(response)));
  const versions = fields(body["versions"]);
  const tags = Object.entries(fields(body["dist-tags"])).filter(
    (entry) => typeof entry[1] === "string"
  );
  return {
    versions: Object.keys(versions),
    tags: Object.fromEntries(tags),
    dist: (version) => fields(fields(Object.hasOwn(versions, version) ? versions[version] : null)["dist"])
  };
}
async function readText(response) {
  if (response.body === null) return "";
  const parts = [];
  let bytes = 0;
  for await (const part of Readable.fromWeb(response.body)) {
    bytes += part.length;
    if (bytes > mostDocument) throw new NoTarball("What the registry has of the package is too long to be read here.");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
async function fetchTarball(asked, version, dist, file, signal) {
  const expected = digestOf(dist);
  const { tarball } = dist;
  if (expected === null || typeof tarball !== "string" || !URL.canParse(tarball))
    throw new NoTarball(`The registry doesn't say where ${version} lies, or not what its bytes are.`);
  const response = await get(tarball, asked, "application/octet-stream, */*", signal);
  if (!response.ok || response.body === null)
    throw new NoTarball(`The registry answered ${response.status} when asked for ${version}.`);
  const hash2 = createHash3(expected.algorithm);
  let bytes = 0;
  const watched = new Transform({
    transform(chunk, _encoding, done2) {
      bytes += chunk.length;
      hash2.update(chunk);
      if (bytes > tarballLimits.packed) done2(new NoTarball(`${version} is too large to be compared with.`));
      else done2(null, chunk);
    }
  });
  await pipeline(Readable.fromWeb(response.body), watched, createWriteStream(file, { mode: 384 }), {
    signal
  });
  const got = hash2.digest();
  if (got.length !== expected.digest.length || !timingSafeEqual(got, expected.digest))
    throw new NoTarball(`What came for ${version} is not what the registry says it is (${expected.algorithm}).`);
}
function digestOf({ integrity, shasum }) {
  const given = typeof integrity === "string" ? integrity.trim().split(/\s+/) : [];
  for (const algorithm of ["sha512", "sha384", "sha256", "sha1"]) {
    const text2 = given.find((one) => one.startsWith(`${algorithm}-`))?.slice(algorithm.length + 1).replace(/\?.*$/, "");
    if (text2 !== void 0) return { algorithm, digest: Buffer.from(text2, "base64") };
  }
  if (typeof shasum !== "string" || !/^[0-9a-f]{40}$/i.test(shasum)) return null;
  return { algorithm: "sha1", digest: Buffer.from(shasum, "hex") };
}
async function get(address, { registry, token: token2 }, accept, signal) {
  let url = new URL(address);
  for (let hop = 0; hop < mostHops; hop += 1) {
    const own2 = url.origin === new URL(registry).origin;
    if (!own2 && url.protocol !== "https:")
      throw new NoTarball("The registry leads to an address that isn't https, so nothing was fetched there.");
    const headers = { accept };
    if (token2 !== "" && url.href.startsWith(registry)) headers["authorization"] = `Bearer ${token2}`;
    const response = await fetch(url, { redirect: "manual", headers, signal });
    const next = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || next === null || !URL.canParse(next, url)) return response;
    await response.body?.cancel();
    url = new URL(next, url);
  }
  throw new NoTarball("The registry leads from one address to the next.");
}
function fields(value) {
  return typeof value === "object" && value !== null ? value : {};
}

// action/src/inside/tell.ts
var patienceMs = 6e4;
async function tellContents(session, packed, { folder, registry, token: token2 }) {
  const stops = session.release.mode !== "otp" || session.release.packages !== null;
  try {
    const signal = AbortSignal.timeout(patienceMs);
    const { name, version, file, shasum } = packed;
    const asked = { name, version, tag: session.release.tag, registry, token: token2 };
    const earlier = await fetchBefore(asked, join2(folder, "before.tgz"), signal);
    const contents = await describeTarball(file, shasum, earlier, signal);
    if (token2 !== "" && JSON.stringify(contents).includes(token2))
      throw new TokenInside("The npm token of this job is in the package: revoke it at npm. Nothing was published.");
    sayContents(contents);
    const of = session.release.packages === null ? "" : `?package=${encodeURIComponent(name)}`;
    const path = `/sessions/${session.id}/contents${of}`;
    const tell2 = async () => await call(session.url, { method: "POST", path, bearer: session.bearer, body: contents });
    await patiently(tell2, void 0, stops ? longPauses : void 0);
  } catch (error) {
    if (error instanceof TokenInside) throw error;
    const sentence = `What is inside ${packed.name} could not be told to Countersign. ${sentenceOf(error)}`;
    if (stops) throw new StepError(`${sentence} Nothing was published.`);
    warn(sentence);
  }
}
var TokenInside = class extends StepError {
};
function sayContents(contents) {
  if (contents.state === "read") {
    const { now, counts, before } = contents;
    const beside = before.state === "compared" ? `; beside ${before.version}: ${counts.added} new, ${counts.changed} changed, ${counts.removed} gone` : "";
    say(`What is inside: ${now.files} files, ${now.unpacked} bytes${beside}.`);
  }
  const points = notable(contents);
  for (const { weight, sentence, about, more } of points)
    say(
      `  [${weight}] ${sentence}${about.map((one) => `
    ${one}`).join("")}${more > 0 ? `
    and ${more} more` : ""}`
    );
  const dangers = points.filter(({ weight }) => weight === "danger");
  if (dangers.length > 0) {
    warn(`What is inside should be looked at: ${dangers.map(({ sentence }) => sentence).join(" ")}`);
    summarise(dangers.map(({ sentence }) => `- ${sentence}`).join("\n"));
  }
}

// action/src/inside/own-manifest.ts
var most2 = 4 * 1024 * 1024;
var all = { packed: Infinity, unpacked: Infinity, ratio: Infinity, something: Infinity, entries: Infinity };
async function ownManifest(file, place) {
  const found = [];
  const parts = [];
  let keeps = false;
  let entries2 = 0;
  await readTarball(
    file,
    {
      begin({ name, kind, bytes }) {
        entries2 += 1;
        if (!mayBeManifest(name)) return;
        const { path, outside } = packagePath(name);
        found.push({ plain: path === "package.json" && !outside && kind === "file", bytes });
        keeps = found.length === 1 && bytes <= most2;
      },
      data: (bytes) => void (keeps && parts.push(Buffer.from(bytes))),
      end: () => void (keeps = false)
    },
    { limits: all }
  ).catch((error) => {
    const why = error instanceof TarballError ? `: ${error.message}` : "";
    throw new StepError(`${place} can't be read as npm reads it${why}. Pack it anew with npm. Nothing was published.`);
  });
  const [only] = found;
  if (only === void 0) throw new StepError(`${place} has no package.json: pack it anew. Nothing was published.`);
  if (found.length > 1)
    throw new StepError(
      `${place} has more than one file that may count as its package.json, and programs differ on which does: look at what is packed. Nothing was published.`
    );
  if (!only.plain)
    throw new StepError(
      `The package.json of ${place} isn't a file in the package's folder, so programs differ on whether it counts: pack it anew with npm. Nothing was published.`
    );
  if (only.bytes > most2)
    throw new StepError(`The package.json of ${place} is larger than 4 MB: make it smaller. Nothing was published.`);
  return { text: Buffer.concat(parts).toString("utf8"), entries: entries2 };
}

// action/src/identity.ts
var mostAsked = 2e3;
async function confirmIdentity(packed, { cwd, env }) {
  const asked = [];
  for (const one of packed) {
    const title = `What was packed as ${one.name}`;
    const { text: text2, entries: entries2 } = await ownManifest(one.file, title);
    refuseOther(one, fields2(text2, title), "its package.json");
    if (one.given === true || entries2 <= mostAsked) asked.push(one);
  }
  if (asked.length === 0) return;
  const files2 = asked.map(({ file }) => file);
  const ran = await npm(["pack", ...files2, "--dry-run", "--json", "--ignore-scripts"], { cwd, env });
  const listed = Object.values(jsonIn(ran.stdout) ?? {});
  if (ran.status !== 0 || listed.length !== asked.length) {
    quote(ran.stderr, []);
    throw new StepError("npm can't tell what it would publish; its own words are above. Nothing was published.");
  }
  for (const one of asked) {
    const seen = listed.find((entry) => entry?.integrity === one.integrity);
    refuseOther(one, seen ?? {}, "npm");
  }
}
function refuseOther({ name, version }, seen, who) {
  if (seen["name"] === name && seen["version"] === version) return;
  const told2 = (value) => typeof value === "string" ? value.slice(0, 214) : "(nothing)";
  throw new StepError(
    `${who === "npm" ? "npm would publish" : "The tarball holds"} ${told2(seen["name"])}@${told2(seen["version"])}, and what was approved is ${name}@${version}: by ${who} it is another one. Look at what is packed. Nothing was published.`
  );
}
function fields2(text2, title) {
  try {
    const value = JSON.parse(text2.replace(/^\uFEFF/, ""));
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    throw new StepError(`${title} has a package.json that isn't JSON: look at what is packed. Nothing was published.`);
  }
}

// action/src/pack.ts
import { createHash as createHash4 } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join as join3 } from "node:path";
function readManifest2(folder) {
  let manifest;
  try {
    manifest = JSON.parse(readFileSync(join3(folder, "package.json"), "utf8"));
  } catch {
    throw new StepError(
      "There is no readable package.json in `package-dir`: check out the repository before this step."
    );
  }
  const { scripts, publishConfig } = manifest ?? {};
  return { scripts: scripts ?? {}, publishConfig: publishConfig ?? {} };
}
async function pack(folder, target, manifest, env, scripts) {
  if (scripts) await runScripts(["prepublishOnly", "prepack", "prepare"], folder, manifest, env);
  const ran = await npm(["pack", "--json", "--ignore-scripts", `--pack-destination=${target}`], { cwd: folder, env });
  if (scripts) await runScripts(["postpack"], folder, manifest, env);
  const [file] = readdirSync(target).filter((name2) => name2.endsWith(".tgz"));
  const { name, version } = firstEntry(jsonIn(ran.stdout));
  if (ran.status !== 0 || file === void 0 || name === void 0 || version === void 0) {
    quote(ran.stderr, []);
    throw new StepError("npm could not pack the package; its own words are above.");
  }
  return { file: join3(target, file), name, version, ...digestsOf(join3(target, file)) };
}
function digestsOf(file) {
  const bytes = readFileSync(file);
  return {
    shasum: createHash4("sha1").update(bytes).digest("hex"),
    integrity: `sha512-${createHash4("sha512").update(bytes).digest("base64")}`
  };
}
function refuseChanged({ file, name, version, integrity }) {
  if (existsSync(file) && digestsOf(file).integrity === integrity) return;
  throw new StepError(
    `The tarball of ${name}@${version} was changed after it was packed and looked into: see what else runs in the job. It was not published.`
  );
}
async function runScripts(names, folder, { scripts }, env) {
  for (const name of names.filter((one) => typeof scripts[one] === "string")) {
    say(`Running the package's script ${name}, without any token.`);
    const { status } = await npm(["run", name, "--ignore-scripts"], { cwd: folder, env, show: true });
    if (status !== 0) throw new StepError(`The package's script ${name} failed (${status}).`);
  }
}
function firstEntry(json2) {
  const [entry] = Object.values(json2 ?? {});
  const { name, version } = entry ?? {};
  return typeof name === "string" && typeof version === "string" ? { name, version } : {};
}

// action/src/challenge.ts
import { setTimeout as sleep3 } from "node:timers/promises";
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
      await sleep3(1e3);
    }
  }
}
async function unseal(session, sealed) {
  const code2 = await open(sealed, session.keys).catch(() => {
    throw new StepError("The answer was not sealed to this job, so it was not used: ask again with /release.");
  });
  mask(code2);
  if (!/^[0-9A-Za-z]{6,64}$/.test(code2)) throw new StepError("The answer was not a code: ask again with /release.");
  return code2;
}
function over(state) {
  return state === "ended" ? new StepError("The question was ended: another step of this job asked too, or the release was stopped.") : new StepError("The answer got lost on its way to this job: ask again with /release.");
}

// action/src/link.ts
import { setTimeout as sleep4 } from "node:timers/promises";
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
    await sleep4(answer.waitMs);
    if (await refuseEnded(session, challenge) === "expired") return null;
  }
}
async function ask({ doneUrl, token: token2 }) {
  const response = await fetch(doneUrl, {
    redirect: "error",
    headers: { authorization: `Bearer ${token2}`, accept: "application/json" },
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

// action/src/npm-publish.ts
var passing = /^(E5\d\d|ECONNRESET|ECONNREFUSED|ECONNABORTED|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EPIPE|ERR_SOCKET_TIMEOUT|FETCH_ERROR)$/;
async function publish(target, otp) {
  const { packed, registry } = target;
  refuseChanged(packed);
  const scope = /^(@[^/]+)\//.exec(packed.name)?.[1];
  const args = [
    ...target.stage ? ["stage", "publish"] : ["publish"],
    packed.file,
    "--json",
    "--ignore-scripts",
    // With a token npm can't make it; with trusted publishing npm decides, or the workflow's own setting.
    ...target.secrets.length > 0 ? ["--provenance=false"] : [],
    `--registry=${registry}`,
    ...scope === void 0 ? [] : [`--${scope}:registry=${registry}`],
    `--tag=${target.tag}`,
    ...target.access === "" ? [] : [`--access=${target.access}`],
    // npm would send the same code again by itself, also after a 429: each counts as a try with npm.
    ...otp === null ? [] : ["--fetch-retries=0"]
  ];
  const env = otp === null ? target.env : { ...target.env, NPM_CONFIG_OTP: otp };
  const ran = await npm(args, { cwd: target.folder, env });
  if (ran.status === 0) return target.stage ? readStaged(ran.stdout) : { kind: "published" };
  const outcome = readFailure(ran.stdout, ran.stderr);
  if (outcome.kind !== "otp") quote(ran.stderr, otp === null ? target.secrets : [...target.secrets, otp]);
  return outcome;
}
function readStaged(stdout) {
  const [entry] = Object.values(jsonIn(stdout) ?? {});
  const listed = jsonIn(stdout);
  const stageId = listed?.stageId ?? entry?.stageId;
  if (typeof stageId === "string" && /^[0-9a-f-]{36}$/i.test(stageId)) return { kind: "staged", stageId };
  return { kind: "failed", code: "no-stage-id", passing: false };
}
function readFailure(stdout, stderr) {
  const json2 = jsonIn(stdout) ?? jsonIn(stderr);
  const error = json2?.error ?? {};
  const code2 = typeof error["code"] === "string" ? error["code"] : /^npm error code (\w+)$/m.exec(stderr)?.[1] ?? "";
  if (code2 === "E429") return { kind: "limited" };
  if (code2 !== "EOTP")
    return { kind: "failed", code: /^\w{1,40}$/.test(code2) ? code2 : "unknown", passing: passing.test(code2) };
  const { authUrl, doneUrl } = error;
  const link = typeof authUrl === "string" && typeof doneUrl === "string" ? { authUrl, doneUrl } : null;
  return { kind: "otp", link };
}

// action/src/registry.ts
import { isAbsolute } from "node:path";
import { setTimeout as sleep5 } from "node:timers/promises";
async function npmSettings(told2, manifest, folder, env) {
  const scope = /^(@[^/]+)\//.exec(told2.name)?.[1];
  const keys = ["registry", "ignore-scripts", ...scope === void 0 ? [] : [`${scope}:registry`]];
  const { stdout, status } = await npm(["config", "get", ...keys], { cwd: await rootOf2(folder, env), env });
  if (status !== 0) throw unset();
  const set = new Map(
    stdout.split("\n").map((line) => [line.split("=")[0] ?? "", line.slice(line.indexOf("=") + 1).trim()])
  );
  const known = (text2) => typeof text2 === "string" && URL.canParse(text2) ? withSlash(text2) : void 0;
  const [input2, policy] = [known(told2.input), known(told2.policy)];
  if (told2.input !== "" && input2 === void 0) throw new StepError("The input `registry` is not an address.");
  if (input2 !== void 0 && policy !== void 0 && input2 !== policy)
    throw new StepError("The input `registry` is another than the policy's: leave it out, or change the policy.");
  const own2 = known(manifest.publishConfig[`${scope}:registry`]) ?? known(manifest.publishConfig["registry"]);
  const registry = input2 ?? policy ?? own2 ?? known(set.get(`${scope}:registry`)) ?? known(set.get("registry"));
  if (registry === void 0) throw new StepError("npm doesn't say which registry it uses: give the input `registry`.");
  return { registry, scripts: set.get("ignore-scripts") !== "true" };
}
async function rootOf2(folder, env) {
  const { stdout, status } = await npm(["prefix"], { cwd: folder, env });
  if (status !== 0 || !isAbsolute(stdout.trim())) throw unset();
  return stdout.trim();
}
function unset() {
  return new StepError("npm is missing or can't read its settings: set up Node before this step.");
}
function tokenEnvironment(registry, token2) {
  return {
    NODE_AUTH_TOKEN: token2,
    [`npm_config_${registry.replace(/^https?:/, "")}:_authToken`]: token2
  };
}
async function whoami(registry, token2, timeoutMs) {
  const response = await ask2(`${registry}-/whoami`, token2, "GET", timeoutMs);
  const body = await response?.json().catch(() => null);
  const name = response?.ok === true && typeof body?.username === "string" ? body.username : null;
  return { status: response?.status ?? 0, name };
}
async function whatIsThere(registry, token2, { name, version, integrity }) {
  const response = await ask2(`${registry}${name.replace("/", "%2f")}/${version}`, token2, "GET");
  if (response?.status === 404) return "nothing";
  const body = await response?.json().catch(() => null);
  if (response?.ok !== true || typeof body?.dist?.integrity !== "string") return null;
  return body.dist.integrity === integrity ? "same" : "other";
}
async function holds(registry, token2, { name, version, integrity }, pausesMs = [1e3, 4e3]) {
  for (const pause of pausesMs) {
    await sleep5(pause);
    const response = await ask2(`${registry}${name.replace("/", "%2f")}/${version}`, token2, "GET");
    const body = await response?.json().catch(() => null);
    if (response?.ok === true && body?.dist?.integrity === integrity) return true;
  }
  return false;
}
async function ask2(url, token2, method, timeoutMs = 15e3) {
  return await fetch(url, {
    method,
    redirect: "error",
    headers: { accept: "application/json", ...token2 === "" ? {} : { authorization: `Bearer ${token2}` } },
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
async function publishWithProof(session, target, token2, deadline, remembered = null) {
  const subject = {
    ...{ name: target.packed.name, version: target.packed.version, tag: target.tag },
    ...{ shasum: target.packed.shasum, integrity: target.packed.integrity }
  };
  const wish = {
    ...{ subject, registry: target.registry, said: "npm publish" },
    attempt: async (otp) => await publish(target, otp),
    wasDone: async () => await holds(target.registry, token2, target.packed)
  };
  await withProof(session, wish, token2, deadline, remembered);
}
async function withProof(session, wish, token2, deadline, remembered = null) {
  let outcome = await first(wish, remembered);
  for (let tries = 1; outcome.kind === "otp"; ) {
    if (Date.now() >= deadline) throw timeIsUp();
    const answer = await ask3(session, wish, token2, outcome.link, deadline);
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
async function ask3(session, { subject, registry }, token2, link, deadline) {
  if (link === null) {
    const challenge2 = await openChallenge(session, subject);
    const otp2 = await waitForCode(session, challenge2, deadline);
    return otp2 === null ? null : { otp: otp2, challenge: challenge2, told: false };
  }
  checkDoneUrl(link.doneUrl, registry);
  const challenge = await openChallenge(session, subject, link.authUrl);
  const otp = await waitForProof(session, challenge, { doneUrl: link.doneUrl, registry, token: token2 }, deadline);
  if (otp === null) return null;
  await tellResult(session, challenge, "accepted");
  return { otp, challenge, told: true };
}
function refuseFailure(outcome, { said }) {
  if (outcome.kind === "limited")
    throw new StepError("npm takes no more answers for now (429): wait some minutes, then ask again with /release.");
  if (outcome.kind === "failed") throw new StepError(`${said} failed (${outcome.code}); its own words are above.`);
}

// action/src/publish-once.ts
async function publishOnce(session, how, { packed, token: token2, told: told2 }) {
  const { mode } = session.release;
  say(
    token2 === "" ? "Proving this job to npm by trusted publishing; there is no token." : "Using the releaser's npm token; trusted publishing is not tried."
  );
  const answer = await publish({ ...how, stage: mode !== "trusted" }, null);
  switch (answer.kind) {
    case "published":
      return null;
    case "staged":
      told2.stageId = answer.stageId;
      await compare2(how, answer.stageId, packed, told2);
      return answer.stageId;
    case "otp":
      throw new StepError(
        token2 === "" ? `npm asks for a second factor, which trusted publishing doesn't: this workflow isn't a trusted publisher of ${packed.name}, or may not ${mode === "trusted" ? "publish" : "stage"}. See \`npm trust list ${packed.name}\`.` : "npm asks for a second factor, which staging doesn't: is the registry one that knows `npm stage`?"
      );
    case "limited":
      throw new StepError("npm takes no more requests for now (429): wait, then ask again with /release.");
    case "failed":
      throw new StepError(failure(answer.code, packed.name, mode, token2));
  }
}
function failure(code2, name, mode, token2) {
  if (code2 === "ENEEDAUTH" || token2 === "" && (code2 === "E401" || code2 === "E403" || code2 === "E404"))
    return `npm didn't take this job for a trusted publisher of ${name} (${code2}): compare \`npm trust list ${name}\` with repository, workflow file and environment, letter by letter, and see that the job has \`id-token: write\`. Nothing was published.`;
  if (code2 === "EUSAGE" || code2 === "no-stage-id")
    return `This npm can't stage (${code2}): \`npm stage\` needs npm 11.15 or later. See in npm whether something was staged, and set up a newer Node.`;
  if (code2 === "E409")
    return `npm has ${name} in this version already, published or staged: reject what is staged, or choose another version.`;
  return `npm ${mode === "trusted" ? "publish" : "stage publish"} failed (${code2}); npm's own words are above. See at npm whether it took the package.`;
}
async function compare2(how, stageId, packed, told2) {
  if (how.secrets.length === 0)
    return say(
      "npm lets a job without a token not read what it has staged: whoever approves it compares the shasum, which Countersign shows."
    );
  const ran = await npm(["stage", "view", stageId, "--json", `--registry=${how.registry}`], {
    ...{ cwd: how.folder, env: how.env }
  });
  const held = ran.status === 0 ? jsonIn(ran.stdout)?.shasum : void 0;
  if (typeof held !== "string" || !/^[0-9a-f]{40}$/.test(held))
    return say("npm doesn't say what it holds: compare the shasum before you approve.");
  told2.heldShasum = held;
  if (held !== packed.shasum)
    throw new StepError(
      `npm holds other bytes than were packed (${held}, packed ${packed.shasum}): don't approve the stage ${stageId}, reject it, and look into it now.`
    );
  say("npm holds the very bytes that were packed.");
}

// action/src/several/publish-all.ts
import { copyFileSync, mkdirSync } from "node:fs";
import { join as join5, resolve as resolve2 } from "node:path";

// action/src/token.ts
var patienceMs2 = 1e4;
var mostPages = 20;
async function showToken(session, registry, token2) {
  const { package: first2, packages } = session.release;
  const seen = await alsoOf(registry, token2, packages ?? [first2], await lookAtToken(registry, token2, first2));
  if (!seen.dead) say(`The registry says of the token: ${words(seen)}.`);
  const path = `/sessions/${session.id}/token`;
  await patiently(async () => await call(session.url, { method: "POST", path, bearer: session.bearer, body: seen }));
  if (seen.dead)
    throw new StepError("The registry doesn't know the npm token any more (401): seal another one, then /release.");
  return seen;
}
var atOnce = 8;
async function alsoOf(registry, token2, names, first2) {
  const seen = first2.mayWrite === false && names.length > 1 ? { ...first2, package: names[0] ?? "" } : first2;
  const { npmUser } = seen;
  if (npmUser === null || seen.mayWrite === false) return seen;
  let { mayWrite } = seen;
  for (let index = 1; index < names.length; index += atOnce) {
    const some = names.slice(index, index + atOnce);
    const lists = await Promise.all(some.map((name) => collaborators(registry, token2, name, patienceMs2)));
    const rights = lists.map(({ body }) => rightOf(body, npmUser));
    const readOnly = some.find((_, at) => rights[at] === false);
    if (readOnly !== void 0) return { ...seen, mayWrite: false, package: readOnly };
    if (rights.includes(null)) mayWrite = null;
  }
  return { ...seen, mayWrite };
}
async function lookAtToken(registry, token2, packageName, timeoutMs = patienceMs2) {
  const [who, rights, listed] = await Promise.all([
    whoami(registry, token2, timeoutMs),
    collaborators(registry, token2, packageName, timeoutMs),
    listedToken(registry, token2, timeoutMs)
  ]);
  const npmUser = nameIn(who.name, token2);
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
async function collaborators(registry, token2, name, timeoutMs) {
  const url = `${registry}-/package/${name.replace("/", "%2f")}/collaborators`;
  const response = await ask2(url, token2, "GET", timeoutMs);
  return { status: response?.status ?? 0, body: response?.ok === true ? await json(response) : null };
}
function rightOf(list, user) {
  if (typeof list !== "object" || list === null || !Object.hasOwn(list, user)) return null;
  const right = list[user];
  if (right === "read-write" || right === "write") return true;
  return right === "read-only" || right === "read" ? false : null;
}
async function listedToken(registry, token2, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  const found = [];
  let next = `${registry}-/npm/v1/tokens?perPage=100`;
  for (let page = 0; next !== null; page += 1) {
    const left = deadline - Date.now();
    if (page >= mostPages || left <= 0) return null;
    const response = await ask2(next, token2, "GET", left);
    const body = response?.ok === true ? await json(response) : null;
    if (!Array.isArray(body?.objects)) return null;
    found.push(...body.objects.filter((entry) => isThis(entry, token2)));
    const following = nextPage(registry, body.urls);
    if (following === void 0) return null;
    next = following;
  }
  const [only, other] = found;
  return only === void 0 || other !== void 0 ? null : only;
}
function isThis(entry, token2) {
  const shown = typeof entry === "object" && entry !== null ? entry["token"] : void 0;
  const [, first2, last] = typeof shown === "string" && /^(\w{6,})(?:\.{3,}|…)(\w{4,})$/.exec(shown) || [];
  if (first2 === void 0 || last === void 0) return false;
  return token2.length >= first2.length + last.length && token2.startsWith(first2) && token2.endsWith(last);
}
function nextPage(registry, urls) {
  const next = typeof urls === "object" && urls !== null ? urls["next"] : null;
  if (next === null || next === void 0 || next === "") return null;
  if (typeof next !== "string" || !URL.canParse(next, registry)) return void 0;
  const url = new URL(next, registry);
  return url.origin === new URL(registry).origin ? url.href : void 0;
}
function nameIn(name, token2) {
  return name !== null && /^[^\p{C}\s]{1,214}$/u.test(name) && !name.includes(token2) ? name : null;
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

// action/src/several/sources.ts
import { existsSync as existsSync2, globSync, readFileSync as readFileSync2, statSync } from "node:fs";
import { join as join4, resolve } from "node:path";
function namesSeveral(text2) {
  return /[\n*]|\.tgz$/.test(text2.trim());
}
async function findSources(text2, workspace, wanted) {
  const found = /* @__PURE__ */ new Map();
  for (const place of placesOf(text2, workspace)) {
    const source = await readSource(place, workspace);
    if (source === null) continue;
    if (!wanted.names.includes(source.name)) {
      say(`${place} holds ${source.name}, which this release doesn't publish: left alone.`);
      continue;
    }
    if (source.version !== wanted.version)
      throw new StepError(
        `${place} holds ${source.name}@${source.version}, and what was approved is ${source.name}@${wanted.version}: set the version in the commit that is released. Nothing was published.`
      );
    const other = found.get(source.name);
    if (other !== void 0)
      throw new StepError(
        `${source.name} is there twice, in ${other.place} and in ${place}: name one of them in \`package-dir\`. Nothing was published.`
      );
    found.set(source.name, source);
  }
  const missing = wanted.names.filter((name) => !found.has(name));
  if (missing.length > 0)
    throw new StepError(
      `The release publishes ${missing.join(", ")} too, and nothing in \`package-dir\` holds ${missing.length === 1 ? "it" : "them"}: add the folder or the tarball. Nothing was published.`
    );
  return wanted.names.flatMap((name) => found.get(name) ?? []);
}
function placesOf(text2, workspace) {
  const places = text2.split("\n").flatMap((line) => {
    const place = line.trim().replace(/\/+$/, "");
    if (place === "") return [];
    if (!place.includes("*")) return [place];
    const matched = globSync(place, { cwd: workspace }).toSorted();
    if (matched.length === 0) throw new StepError(`Nothing matches \`${place}\` in \`package-dir\`.`);
    return matched.filter((one) => one.endsWith(".tgz") || existsSync2(join4(workspace, one, "package.json")));
  });
  return [...new Set(places)];
}
async function readSource(place, workspace) {
  const path = resolve(workspace, place);
  const tarball = place.endsWith(".tgz") ? path : null;
  if (tarball !== null && !(statSync(tarball, { throwIfNoEntry: false })?.isFile() ?? false))
    throw new StepError(`There is no tarball ${place}: look at \`package-dir\`.`);
  const text2 = tarball === null ? manifestText(path) : (await ownManifest(tarball, place)).text;
  const { name, version } = named(text2, place);
  if (name === null || version === null) return null;
  const manifest = tarball === null ? readManifest2(path) : { scripts: {}, publishConfig: publishConfigOf(text2) };
  return { name, version, place, folder: tarball === null ? path : workspace, tarball, manifest };
}
function manifestText(folder) {
  try {
    return readFileSync2(join4(folder, "package.json"), "utf8");
  } catch {
    throw new StepError(
      "There is no readable package.json in `package-dir`: check out the repository before this step."
    );
  }
}
function named(text2, place) {
  const { name, version } = fields3(text2, place);
  return { name: typeof name === "string" ? name : null, version: typeof version === "string" ? version : null };
}
function publishConfigOf(text2) {
  const { publishConfig } = fields3(text2, "");
  return typeof publishConfig === "object" && publishConfig !== null ? publishConfig : {};
}
function fields3(text2, place) {
  try {
    const value = JSON.parse(text2);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    throw new StepError(`The package.json of ${place} can't be read.`);
  }
}

// action/src/several/publish-all.ts
var mostPacked = 25;
var tellingMs = 10 * 6e4;
async function publishAll(session, credential, wait, { target, told: told2, access }) {
  const { bare: env, token: token2 } = credential;
  const workspace = resolve2(process.env["GITHUB_WORKSPACE"] ?? ".");
  const { package: first2, packages, version } = session.release;
  const sources = await findSources(input("package-dir"), workspace, { names: packages ?? [first2], version });
  const settings = await settingsOf(session, sources, env);
  const registry = settings[0]?.registry ?? "";
  saveState("registry", registry);
  if (token2 !== "" && sources.some(({ manifest }) => manifest.publishConfig["provenance"] === true))
    warn("A package.json asks for provenance, which npm makes only without a token: it is published without.");
  if (token2 !== "") {
    const { npmUser } = await showToken(session, registry, token2);
    if (npmUser !== null) told2.npmUser = npmUser;
  }
  const ready = await packAll(sources, settings, target, env);
  await confirmIdentity(
    ready.map(({ packed }) => packed),
    { cwd: workspace, env }
  );
  await tellPacked(session, ready, told2);
  await tellInside(session, ready, { target, registry, token: token2 });
  await compareBuilds(session, ready);
  await oneAfterTheOther(session, ready, credential, { wait, access, told: told2 });
  return async () => {
    for (const { source, settings: own2 } of ready)
      if (own2.scripts && source.tarball === null)
        await runScripts(["publish", "postpublish"], source.folder, source.manifest, env);
  };
}
async function settingsOf(session, sources, env) {
  const settings = [];
  for (const { name, manifest, folder } of sources) {
    const asked = { input: input("registry"), policy: session.release.registry, name };
    settings.push(await npmSettings(asked, manifest, folder, env));
  }
  const [first2] = settings;
  const other = settings.findIndex(({ registry }) => registry !== first2?.registry);
  if (other > 0)
    throw new StepError(
      `${sources[other]?.name ?? "A package"} goes to another registry than ${sources[0]?.name ?? "the first"}: release it by itself. Nothing was published.`
    );
  return settings;
}
async function packAll(sources, settings, target, env) {
  const folders = sources.map((_, index) => join5(target, String(index)));
  for (const [index, { tarball }] of sources.entries()) {
    mkdirSync(folders[index] ?? "");
    if (tarball !== null) copyFileSync(tarball, givenIn(folders[index] ?? ""));
  }
  const ready = [];
  for (const [index, source] of sources.entries()) {
    const own2 = settings[index] ?? { registry: "", scripts: false };
    const folder = folders[index] ?? "";
    const { name, version, tarball } = source;
    const packed = tarball === null ? await pack(source.folder, folder, source.manifest, env, own2.scripts) : { file: givenIn(folder), name, version, ...digestsOf(givenIn(folder)), given: true };
    if (packed.name !== name || packed.version !== version)
      throw new StepError(
        `${source.place} was packed as ${packed.name}@${packed.version}, and what was approved is ${name}@${version}. Nothing was published.`
      );
    ready.push({ source, packed, settings: own2 });
  }
  return ready;
}
function givenIn(folder) {
  return join5(folder, "given.tgz");
}
async function tellPacked(session, ready, told2) {
  const [first2] = ready;
  if (session.release.packages === null) {
    Object.assign(told2, { shasum: first2?.packed.shasum, integrity: first2?.packed.integrity });
    return;
  }
  const packed = ready.map(({ packed: { name, shasum, integrity } }) => ({ package: name, shasum, integrity }));
  for (let index = 0; index < packed.length; index += mostPacked) {
    const { told: heard, over: over2 } = await report(
      session,
      { packed: packed.slice(index, index + mostPacked) },
      longPauses
    );
    if (!heard)
      throw new StepError("Countersign could not be told what was packed, so nothing was published: ask again.");
    if (over2 !== null) throw new StepError(`${over2} Nothing was published.`);
  }
}
async function tellInside(session, ready, { target, registry, token: token2 }) {
  const until = Date.now() + tellingMs;
  for (const [index, { packed }] of ready.entries()) {
    if (Date.now() > until)
      throw new StepError(
        `Telling what is inside takes too long (at ${packed.name}): release fewer packages at once. Nothing was published.`
      );
    await tellContents(session, packed, { folder: join5(target, String(index)), registry, token: token2 });
  }
}
async function compareBuilds(session, ready) {
  if (!session.secondBuild) return;
  const [first2] = ready;
  if (first2 === void 0 || session.release.packages !== null)
    throw new StepError("A second build is compared of one package only: release these one by one.");
  await compareWithSecondBuild(session, first2.packed);
}
async function oneAfterTheOther(session, ready, credential, { wait, access, told: told2 }) {
  const remembered = { last: null, refused: 0 };
  const outcomes = [];
  let over2 = null;
  for (const one of ready) {
    const { name, version, shasum, integrity } = one.packed;
    const own2 = session.release.packages === null ? told2 : { package: name, shasum, integrity };
    try {
      if (over2 !== null) throw new StepError(over2);
      await refuseOver(session, ready.length === 1 ? "Nothing was published." : "");
      const deadline = Math.min(Date.now() + wait, session.endsAt);
      const stageId = await publishOne(session, one, credential, { access, deadline, remembered, told: own2 });
      outcomes.push({ name, version, shasum, integrity, ...stageId === null ? {} : { stageId } });
      ({ over: over2 } = await tellOutcome(session, own2, one.packed, stageId));
    } catch (error) {
      const message = sentenceOf(error);
      if (session.release.packages !== null) await report(session, { ...own2, ...endOf(error, message) });
      throw stopped(ready, outcomes, message, name);
    }
  }
  say(`All ${ready.length} are through: ${outcomes.map((one) => one.name).join(", ")}.`);
  setOutput("version", session.release.version);
  setOutput("packages", JSON.stringify(outcomes));
  const staged2 = outcomes.some(({ stageId }) => stageId !== void 0);
  if (session.release.packages !== null) await report(session, { ...told2, outcome: staged2 ? "staged" : "published" });
}
async function publishOne(session, { source, packed, settings: { registry } }, { token: token2, bare, proof }, { access, deadline, remembered, told: told2 }) {
  const there = await whatIsThere(registry, token2, packed);
  if (there === "same") {
    say(`${packed.name}@${packed.version} is there already, with these very bytes: left as it is.`);
    return null;
  }
  if (there === "other")
    throw new StepError(
      `The registry has ${packed.name}@${packed.version} with other bytes than were packed here: look into it now.`
    );
  const env = { ...bare, ...proof, ...token2 === "" ? {} : tokenEnvironment(registry, token2) };
  const { tag, mode } = session.release;
  const secrets = token2 === "" ? [] : [token2];
  const how = { folder: source.folder, packed, registry, tag, access, env, secrets };
  if (mode !== "otp") return await publishOnce(session, how, { packed, token: token2, told: told2 });
  await publishWithProof(session, { ...how, stage: false }, token2, deadline, remembered);
  return null;
}
var UntoldStage = class extends StepError {
};
function endOf(error, message) {
  return error instanceof UntoldStage ? { outcome: "staged" } : { outcome: "failed", message: forReport(message) };
}
async function tellOutcome(session, told2, packed, stageId) {
  const { name, version, shasum, integrity } = packed;
  const how = stageId === null ? "published" : `staged at npm as ${stageId}`;
  say(`${name}@${version} is ${how} (${shasum}).`);
  const outcome = stageId === null ? { outcome: "published" } : { outcome: "staged", stageId };
  const heard = await report(
    session,
    { ...told2, shasum, integrity, ...outcome },
    stageId === null ? void 0 : longPauses
  );
  if (!heard.told && stageId !== null)
    throw new UntoldStage(
      `It is ${how}, but Countersign could not be told: approve it at npm yourself, or take it away with \`npm stage reject ${stageId}\`.`
    );
  if (!heard.told) warn(`${name} is ${how}, but Countersign could not be told; it will ask the registry itself.`);
  return heard;
}
function stopped(ready, outcomes, message, name) {
  const through = outcomes.map((one) => one.name);
  const left = ready.map(({ packed }) => packed.name).filter((one) => !through.includes(one));
  const earlier = through.filter((one) => one !== name);
  if (ready.length === 1) return new StepError(message);
  const before = earlier.length === 0 ? "Nothing was published before it." : `Through before it: ${earlier.join(", ")}.`;
  return new StepError(`${name}: ${message} ${before} Not published: ${left.join(", ")}.`);
}

// action/src/publish.ts
await runStep(async () => {
  const [url, wait] = [readUrl(), readWait()];
  const session = await openSession(url, "publish").catch((error) => {
    if (error instanceof ServerError && !error.passing && givenToken() === "") throw new StepError(emptySecret);
    throw error;
  });
  const told2 = {};
  let finish;
  try {
    const credential = credentialFor(session.release.mode);
    saveState("opened", "yes");
    saveState("revoke", session.revoke && credential.token !== "" ? "yes" : "no");
    saveState("releaser", session.release.releaser);
    finish = await release(session, credential, wait, told2);
  } catch (error) {
    await report(session, { ...told2, outcome: "failed", message: forReport(sentenceOf(error)) });
    throw error;
  }
  await finish();
});
async function release(session, { token: token2, bare: env, proof }, wait, told2) {
  const approved = session.release;
  refuseTag(approved);
  if (approved.packages !== null || namesSeveral(input("package-dir")))
    return await withTarget(async (target) => {
      const access = readAccess();
      return await publishAll(session, { token: token2, bare: env, proof }, wait, { target, told: told2, access });
    });
  const folder = resolve3(process.env["GITHUB_WORKSPACE"] ?? ".", input("package-dir") || ".");
  const manifest = readManifest2(folder);
  const asked = { input: input("registry"), policy: approved.registry, name: approved.package };
  const { registry, scripts } = await npmSettings(asked, manifest, folder, env);
  saveState("registry", registry);
  if (token2 !== "" && manifest.publishConfig["provenance"] === true)
    warn("package.json asks for provenance, which npm makes only without a token: this release is published without.");
  if (token2 !== "") {
    const { npmUser } = await showToken(session, registry, token2);
    if (npmUser !== null) told2.npmUser = npmUser;
  }
  await withTarget(async (target) => {
    const packed = await pack(folder, target, manifest, env, scripts);
    refuseOther2(packed, approved);
    await confirmIdentity([packed], { cwd: folder, env });
    Object.assign(told2, { shasum: packed.shasum, integrity: packed.integrity });
    await tellContents(session, packed, { folder: target, registry, token: token2 });
    if (session.secondBuild) await compareWithSecondBuild(session, packed);
    const deadline = Math.min(Date.now() + wait, session.endsAt);
    const access = readAccess();
    const full = { ...env, ...proof, ...token2 === "" ? {} : tokenEnvironment(registry, token2) };
    const how = {
      folder,
      packed,
      registry,
      tag: approved.tag,
      access,
      env: full,
      secrets: token2 === "" ? [] : [token2]
    };
    await refuseOver(session, "Nothing was published.");
    if (approved.mode === "otp") {
      await publishWithProof(session, { ...how, stage: false }, token2, deadline);
      await done(session, packed, told2);
    } else {
      const stageId = await publishOnce(session, how, { packed, token: token2, told: told2 });
      await (stageId === null ? done(session, packed, told2) : staged(session, packed, told2, stageId));
    }
  });
  return async () => {
    if (scripts) await runScripts(["publish", "postpublish"], folder, manifest, env);
  };
}
async function withTarget(work) {
  const target = mkdtempSync(join6(tmpdir(), "countersign-pack-"));
  try {
    return await work(target);
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}
function refuseOther2(packed, approved) {
  if (packed.name !== approved.package || packed.version !== approved.version)
    throw new StepError(
      `This folder holds ${packed.name}@${packed.version}, and what was approved is ${approved.package}@${approved.version}: set the version in the commit that is released.`
    );
}
function refuseTag(approved) {
  const tag = input("tag");
  if (tag !== "" && tag !== approved.tag)
    throw new StepError(`The input \`tag\` is \`${tag}\`, and what was approved is \`${approved.tag}\`: leave it out.`);
}
function readAccess() {
  const access = input("access");
  if (["", "public", "restricted"].includes(access)) return access;
  throw new StepError("The input `access` is `public` or `restricted`.");
}
