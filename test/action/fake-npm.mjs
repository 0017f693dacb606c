#!/usr/bin/env node
// npm, as far as the step uses it: each call is noted with its arguments and variables; publishing is one PUT to the registry.
import { createHash } from "node:crypto";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

const args = process.argv.slice(2);
appendFileSync(process.env.FAKE_NPM_CALLS, `${JSON.stringify({ args, env: process.env })}\n`);
const option = (name) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const manifest = () => JSON.parse(readFileSync("package.json", "utf8"));

if (args[0] === "prefix") {
  console.log(process.cwd());
} else if (args[0] === "config") {
  for (const key of args.slice(2))
    console.log(`${key}=${key === "registry" ? process.env.FAKE_NPM_REGISTRY : "undefined"}`);
} else if (args[0] === "run") {
  process.stdout.write(manifest().scripts[args[1]]);
  if (manifest().scripts[args[1]] === "exit 1") process.exitCode = 1;
} else if (args[0] === "pack" && args.includes("--dry-run")) {
  const files = args.slice(1).filter((arg) => !arg.startsWith("--"));
  const told = (file) => {
    const integrity = `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}`;
    const [, name, version] = /^(.*)@(.*)$/.exec(process.env.FAKE_NPM_SEES ?? "") ?? [];
    return { ...packed(file), ...(name === undefined ? {} : { name, version }), integrity };
  };
  console.log(JSON.stringify(files.map(told)));
} else if (args[0] === "pack") {
  const { name, version } = manifest();
  writeFileSync(join(option("pack-destination"), "package.tgz"), gzipSync(tarOf(readFileSync("package.json"))));
  console.log(JSON.stringify([{ name, version, filename: "package.tgz" }]));
} else if (args[0] === "stage" && args[1] === "view") {
  // What npm holds, as the test has it; nothing: npm's answer for what isn't there.
  if (process.env.FAKE_NPM_STAGED) console.log(process.env.FAKE_NPM_STAGED);
  else {
    console.log(JSON.stringify({ error: { code: "E404", summary: "no", detail: "" } }, null, 2));
    process.exitCode = 1;
  }
} else if (args[0] === "stage" && args[1] === "publish") {
  console.log(JSON.stringify({ stageId: "11111111-2222-4333-8444-555555555555" }));
} else if (args[0] === "publish") {
  const response = await fetch(`${option("registry")}package`, {
    method: "PUT",
    headers: {
      authorization: `Bearer ${process.env.NODE_AUTH_TOKEN}`,
      ...packageHeader(args[1]),
      ...(process.env.NPM_CONFIG_OTP ? { "npm-otp": process.env.NPM_CONFIG_OTP } : { "npm-auth-type": "web" }),
    },
    body: readFileSync(args[1]),
  });
  const body = await response.json();
  if (!response.ok) {
    const code = response.headers.get("www-authenticate") === "OTP" ? "EOTP" : `E${response.status}`;
    const { authUrl, doneUrl } = body;
    console.error(
      `npm error code ${code}\nnpm error with ${process.env.NODE_AUTH_TOKEN} and ${process.env.NPM_CONFIG_OTP}`,
    );
    console.log(JSON.stringify({ error: { code, summary: "no", detail: "", authUrl, doneUrl } }, null, 2));
    process.exitCode = 1;
  }
}

/** npm names the package in the address; here a header does, where there may be several. */
function packageHeader(file) {
  const { name, version } = packed(file);
  return name === "@acme/widget" && !process.env.FAKE_NPM_SEVERAL ? {} : { "x-package": `${name}@${version}` };
}

function packed(file) {
  const text = gunzipSync(readFileSync(file)).subarray(512).toString();
  const { name, version } = JSON.parse(text.slice(0, text.indexOf("\0")));
  return { name, version };
}

/** An archive with one file: package.json. */
function tarOf(body) {
  const header = Buffer.alloc(512);
  const octal = (value, digits) => `${value.toString(8).padStart(digits, "0")}\0`;
  header.write("package/package.json");
  header.write(octal(0o644, 7), 100);
  header.write(octal(body.length, 11), 124);
  header.write(`${" ".repeat(8)}0`, 148);
  header.write("ustar\u000000", 257, "latin1");
  header.write(
    octal(
      header.reduce((sum, byte) => sum + byte),
      6,
    ),
    148,
  );
  return Buffer.concat([header, body, Buffer.alloc(((512 - (body.length % 512)) % 512) + 1024)]);
}
