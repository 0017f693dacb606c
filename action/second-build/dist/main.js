// action/src/second-build.ts
import { createHash as createHash3 } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as join2, resolve } from "node:path";

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
  const entries = Object.entries(process.env).filter(
    ([name, value]) => value !== void 0 && !kept.test(name) && (token2 === "" || !value.includes(token2))
  );
  return Object.fromEntries(entries);
}
async function npm(args, { cwd, env, show = false }) {
  return await new Promise((resolve2) => {
    const child = spawn("npm", [...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    if (show) for (const stream of [child.stdout, child.stderr]) sayLines(stream);
    else {
      child.stdout.setEncoding("utf8").on("data", (text2) => stdout += text2);
      child.stderr.setEncoding("utf8").on("data", (text2) => stderr += text2);
    }
    child.once("error", () => resolve2({ status: 127, stdout, stderr: "npm could not be started" }));
    child.once("close", (status) => resolve2({ status: status ?? 1, stdout, stderr }));
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
function told(text2, most) {
  const plain = withoutSecrets(text2);
  const letters = visible(plain.length > most * 2 ? plain.slice(0, most * 2) : plain);
  return letters.length > most ? `${cut(letters, most - 1)}…` : letters;
}
function cut(text2, most) {
  return /[\ud800-\udbff]/.test(text2[most - 1] ?? "") ? text2.slice(0, most - 1) : text2.slice(0, most);
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
function fitting(pieces, most) {
  const taken = [];
  let bytes = 0;
  for (const piece of pieces) {
    bytes += bytesOf(piece);
    if (taken.length >= most.count || bytes > most.bytes) break;
    taken.push(piece);
  }
  return taken;
}
function bytesOf(piece) {
  return new TextEncoder().encode(JSON.stringify(piece)).length + 1;
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

// action/src/inside/survey.ts
import { createHash } from "node:crypto";

// action/src/inside/package-path.ts
import { posix, win32 } from "node:path";
var deepest = 1024;
function packagePath(name) {
  const [first = "", ...rest] = name.split("/");
  const stripped = withoutRoot(rest.join("/"));
  const climbs = (text2) => text2.split(/[\\/]/).includes("..");
  const path = posix.normalize(stripped).replace(/\/$/, "");
  const left = climbs(stripped) || stripped === "" || path === "." || rest.length > deepest;
  const odd = first === "" || climbs(first) || stripped !== rest.join("/");
  return left ? { path: `./${name}`, outside: true } : { path, outside: odd };
}
function withoutRoot(path) {
  let left = path;
  for (let { root } = win32.parse(left); root !== ""; { root } = win32.parse(left))
    left = left.slice(left.startsWith("/") && !left.startsWith("//?/") ? 1 : root.length);
  return left;
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
  function look(block) {
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
    if (waiting > 0) look(parts.length === 1 && parts[0] !== void 0 ? parts[0] : Buffer.concat(parts));
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
    let [from, until] = [at, at];
    while (from > 0 && wordy[block[from - 1] ?? 0] === 1) from -= 1;
    while (until < block.length && wordy[block[until] ?? 0] === 1) until += 1;
    longest = Math.max(longest, until - from);
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
function text(block, from, length) {
  return beforeZero(block.toString("utf8", from, from + length));
}
function beforeZero(whole) {
  const [value = "", ...rest] = whole.split("\0");
  if (/[\n\r\u2028\u2029]/.test(rest.join(""))) throw twoWays();
  return value;
}
function twoWays() {
  return new TarballError("something in it can be read in two ways");
}
function octal(block, from, length) {
  const digits = /^[ ]*([0-7]+)/.exec(block.toString("latin1", from, from + length))?.[1];
  return digits === void 0 ? null : Number.parseInt(digits, 8);
}
function size(block) {
  const first = block[124] ?? 0;
  if (first < 128) {
    if (!/^ *[0-7]* *(?:\0[\0 ]*)?$/.test(block.toString("latin1", 124, 136))) throw twoWays();
    return octal(block, 124, 12) ?? 0;
  }
  if (first !== 128) throw new TarballError("a header in it has an impossible size");
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
  for (const [key, own] of [
    ["path", "path"],
    ["size", "size"],
    ["linkpath", "target"]
  ])
    if (lines.get(key) !== (found[own] === void 0 ? void 0 : String(found[own]))) throw twoWays();
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
function createTarReader(listener, most = tarLimits) {
  const block = Buffer.alloc(blockSize2);
  let filled = 0;
  let [body, padding] = [0, 0];
  let entries = 0;
  let open = false;
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
    entries += 1;
    if (entries > most.entries) throw new TarballError(`it has more than ${most.entries} entries`);
    if (preludes.includes(read.type)) {
      if (read.size > most.header) throw new TarballError("a name in it is too long");
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
    if (Buffer.byteLength(name) > most.name) throw new TarballError("a name in it is too long");
    const kind = kindOf(read.type, name);
    if (kind === null || more.target !== void 0 && kind !== "link") throw twoWays();
    const bytes = kind === "folder" ? 0 : more.size ?? read.size;
    open = true;
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
    else if (open) listener.end();
    prelude = null;
    open = false;
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
  return { entry, path, outside, hash: createHash("sha256"), scanner: createScanner(), kept: keeps ? [] : null };
}
function note(survey, { entry, path, outside, hash, scanner, kept: kept2 }) {
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
    digest: hash.digest("base64"),
    executable: entry.executable,
    outside,
    twice: before !== void 0,
    scan: entry.kind === "file" ? scanner.end() : null
  });
}

// action/src/inside/build.ts
async function readBuild({ file, shasum }) {
  const { seen } = await surveyTarball(file).catch((error) => {
    const why = error instanceof TarballError ? `: ${error.message}` : "";
    throw new StepError(`What was packed can't be read, so that it can't be compared${why}.`);
  });
  const all = [...seen].map(([name, { kind, digest, executable, twice }]) => {
    const more = [kind === "file" ? "" : kind, executable ? "x" : "", twice ? "twice" : ""].filter(
      (one) => one !== ""
    );
    return [told(name, limits.path), [digest, ...more].join(" ")];
  }).sort(([one], [other]) => one < other ? -1 : one > other ? 1 : 0);
  const files2 = fitting(all, { count: buildLimits.files, bytes: buildLimits.bytes });
  return { shasum, files: files2, leftOut: all.length - files2.length };
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
function givenToken() {
  const token2 = input("npm-token") || (process.env["NODE_AUTH_TOKEN"] ?? "").trim();
  if (token2 === "XXXXX-XXXXX-XXXXX-XXXXX") return "";
  if (/\s/.test(token2)) throw new StepError("The npm token has a blank or a line break in it: register it again.");
  return token2;
}

// action/src/pack.ts
import { createHash as createHash2 } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
function readManifest(folder) {
  let manifest;
  try {
    manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
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
  return { file: join(target, file), name, version, ...digestsOf(join(target, file)) };
}
function digestsOf(file) {
  const bytes = readFileSync(file);
  return {
    shasum: createHash2("sha1").update(bytes).digest("hex"),
    integrity: `sha512-${createHash2("sha512").update(bytes).digest("base64")}`
  };
}
async function runScripts(names, folder, { scripts }, env) {
  for (const name of names.filter((one) => typeof scripts[one] === "string")) {
    say(`Running the package's script ${name}, without any token.`);
    const { status } = await npm(["run", name, "--ignore-scripts"], { cwd: folder, env, show: true });
    if (status !== 0) throw new StepError(`The package's script ${name} failed (${status}).`);
  }
}
function firstEntry(json) {
  const [entry] = Object.values(json ?? {});
  const { name, version } = entry ?? {};
  return typeof name === "string" && typeof version === "string" ? { name, version } : {};
}

// action/src/registry.ts
import { isAbsolute } from "node:path";
async function npmSettings(told2, manifest, folder, env) {
  const scope = /^(@[^/]+)\//.exec(told2.name)?.[1];
  const keys = ["registry", "ignore-scripts", ...scope === void 0 ? [] : [`${scope}:registry`]];
  const { stdout, status } = await npm(["config", "get", ...keys], { cwd: await rootOf(folder, env), env });
  if (status !== 0) throw unset();
  const set = new Map(
    stdout.split("\n").map((line) => [line.split("=")[0] ?? "", line.slice(line.indexOf("=") + 1).trim()])
  );
  const known = (text2) => typeof text2 === "string" && URL.canParse(text2) ? withSlash(text2) : void 0;
  const [input2, policy] = [known(told2.input), known(told2.policy)];
  if (told2.input !== "" && input2 === void 0) throw new StepError("The input `registry` is not an address.");
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
function withSlash(url) {
  return new URL(url).href.replace(/\/*$/, "/");
}

// action/src/second-build.ts
await runStep(async () => {
  const url = readUrl();
  if (givenToken() !== "")
    throw new StepError("This job was given an npm token, and needs none: take it out of the job.");
  const folder = resolve(process.env["GITHUB_WORKSPACE"] ?? ".", input("package-dir") || ".");
  const target = mkdtempSync(join2(tmpdir(), "countersign-pack-"));
  try {
    const env = bareEnvironment("");
    const manifest = readManifest(folder);
    const { scripts } = await npmSettings({ input: "", policy: null, name: "" }, manifest, folder, env);
    const packed = await pack(folder, target, manifest, env, scripts);
    const build = await readBuild(packed);
    const { publicKey } = await generateKeyPair();
    const digest = createHash3("sha256").update(Buffer.from(publicKey, "base64")).digest("base64url");
    await patiently(
      async () => {
        const bearer = await idToken(`${url}/runner/${digest}`);
        return await call(url, { method: "POST", path: "/builds", bearer, body: { publicKey, build } });
      },
      (error) => error.passing || error.code === "no-release"
    );
    setOutput("shasum", packed.shasum);
    say(`${packed.name}@${packed.version} was built a second time: ${packed.shasum}, ${build.files.length} files.`);
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
});
