/**
 * `gh` as far as the world has it, after its manual: `gh api` with -f, -F, --method, --jq (a path of names alone), --silent and
 * --hostname, and `gh release create`. It speaks to the API at GH_WORLD_API, or GITHUB_API_URL in a job, with the token in GH_TOKEN or
 * GH_ENTERPRISE_TOKEN. What it doesn't know it refuses, so that nothing passes that the real one might take otherwise.
 */
const api = process.env.GH_WORLD_API ?? process.env.GITHUB_API_URL;
const token = process.env.GH_TOKEN ?? process.env.GH_ENTERPRISE_TOKEN;

function fail(sentence) {
  process.stderr.write(`gh: ${sentence}\n`);
  process.exit(1);
}

async function call(method, path, body) {
  if (api === undefined || token === undefined) fail("To get started with GitHub CLI, please run: gh auth login");
  const response = await fetch(`${api}/${path.replace(/^\//, "")}`, {
    method,
    redirect: "manual",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json; charset=utf-8",
      "x-github-api-version": "2022-11-28",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}

/** `-F`: true, false, null and whole numbers by their kind; a value that begins with @ would be a file's name. */
function typed(value) {
  if (["true", "false", "null"].includes(value)) return JSON.parse(value);
  if (/^-?\d+$/.test(value)) return Number(value);
  if (value.startsWith("@")) fail("the world's gh reads no files");
  return value;
}

/** `a[b]=…` is a table, `a[]=…` a list; `a[][b]=…` a list of tables, a new one where the last has that key already. */
function put(body, name, value) {
  const keys = [name.replace(/\[.*$/, ""), ...[...name.matchAll(/\[([^\]]*)\]/g)].map((found) => found[1])];
  let at = body;
  for (const [index, key] of keys.entries()) {
    const last = index === keys.length - 1;
    const next = keys[index + 1];
    if (key === "") {
      if (last) return void at.push(value);
      const newest = at.at(-1);
      if (newest === undefined || (typeof newest === "object" && next in newest)) at.push({});
      at = at.at(-1);
    } else if (last) at[key] = value;
    else at = at[key] ??= next === "" ? [] : {};
  }
}

function readOptions(words, known) {
  const options = { plain: [], fields: [] };
  for (let index = 0; index < words.length; index += 1) {
    const [name, joined] = /^(--[\w-]+)=(.*)$/s.exec(words[index])?.slice(1) ?? [words[index], undefined];
    if (!name.startsWith("-")) options.plain.push(name);
    else if (!(name in known)) fail(`unknown flag: ${name}`);
    else if (known[name] === "switch") options[name] = joined ?? "true";
    else {
      const value = joined ?? words[(index += 1)];
      if (known[name] === "field") options.fields.push([name, value]);
      else options[name] = value;
    }
  }
  return options;
}

async function runApi(words) {
  const field = "field";
  const known = {
    "-f": field,
    "-F": field,
    "--method": "text",
    "--jq": "text",
    "--hostname": "text",
    "--silent": "switch",
  };
  const options = readOptions(words, known);
  const [path, ...more] = options.plain;
  if (path === undefined || more.length > 0) fail(`accepts 1 arg(s), received ${options.plain.length}`);
  let body;
  for (const [flag, pair] of options.fields) {
    const at = pair.indexOf("=");
    if (at < 0) fail(`field "${pair}" requires a value separated by an '=' sign`);
    put((body ??= {}), pair.slice(0, at), flag === "-F" ? typed(pair.slice(at + 1)) : pair.slice(at + 1));
  }
  const { status, text } = await call(options["--method"] ?? (body === undefined ? "GET" : "POST"), path, body);
  if (status >= 300) {
    process.stdout.write(text);
    fail(`${text === "" ? "" : (JSON.parse(text).message ?? "")} (HTTP ${status})`);
  }
  if (options["--silent"] !== undefined) return;
  const jq = options["--jq"];
  if (jq === undefined) return void process.stdout.write(text);
  if (!/^(?:\.\w+)+$/.test(jq)) fail("the world's gh knows paths of names only");
  const value = jq
    .slice(1)
    .split(".")
    .reduce((of, key) => of?.[key] ?? null, JSON.parse(text));
  process.stdout.write(`${typeof value === "string" ? value : JSON.stringify(value)}\n`);
}

async function createRelease(words) {
  const text = "text";
  const known = {
    "--repo": text,
    "--target": text,
    "--title": text,
    "--generate-notes": "switch",
    "--latest": "switch",
  };
  const options = readOptions(words, known);
  const { status, text: said } = await call("POST", `repos/${options["--repo"]}/releases`, {
    tag_name: options.plain[0],
    target_commitish: options["--target"],
    name: options["--title"],
    generate_release_notes: options["--generate-notes"] === "true",
    make_latest: options["--latest"],
  });
  if (status !== 201) fail(`HTTP ${status}: ${said}`);
  process.stdout.write(`${JSON.parse(said).html_url}\n`);
}

const [command, ...rest] = process.argv.slice(2);
if (command === "api") await runApi(rest);
else if (command === "release" && rest[0] === "create") await createRelease(rest.slice(1));
else fail(`unknown command "${command}" for "gh"`);
