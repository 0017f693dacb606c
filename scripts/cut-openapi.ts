/**
 * Cuts GitHub's OpenAPI document to what the judge needs. Run on demand: `node scripts/run.mjs scripts/cut-openapi.ts`
 * fetches the package below (385 MB unpacked, so it is no dependency) into a temporary folder, unpacks one file of it,
 * and writes `test/world/judge/openapi/`.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { format } from "prettier";
import { operations, operationsOfOthers, webhooks } from "../test/world/judge/wanted.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Obj = { [key: string]: Json };

const PACKAGE = "@octokit/openapi@23.0.2";
const DOCUMENT = "package/generated/api.github.com.json";
const TARGET = join(import.meta.dirname, "..", "test", "world", "judge", "openapi");
/** Keys of a schema that say nothing about which values are right. */
const PROSE = new Set(
  "title description summary example examples default deprecated readOnly externalDocs discriminator".split(" "),
);
/** A schema written out in several places becomes a shared one from this many characters on. */
const SHARE_FROM = 200;

const isObject = (value: Json | undefined): value is Obj =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const object = (value: Json | undefined): Obj => (isObject(value) ? value : {});

/** The schema without prose. Names of properties are names, whatever they look like: one is called "description". */
function bare(schema: Json): Json {
  if (!isObject(schema)) return schema;
  const out: Obj = {};
  for (const [key, value] of Object.entries(schema)) {
    if (PROSE.has(key) || key.startsWith("x-")) continue;
    if (key === "properties") {
      out[key] = Object.fromEntries(Object.entries(object(value)).map(([name, inner]) => [name, bare(inner)]));
    } else if (Array.isArray(value) && ["allOf", "anyOf", "oneOf"].includes(key)) out[key] = value.map(bare);
    else if (["items", "not", "additionalProperties"].includes(key)) out[key] = bare(value);
    else out[key] = value;
  }
  return out;
}

function cutter(document: Obj) {
  const components = object(document["components"]);
  const byRef = (value: Json | undefined): Obj => {
    const ref = object(value)["$ref"];
    if (typeof ref !== "string") return object(value);
    const [, , kind = "", name = ""] = ref.split("/");
    return object(object(components[kind])[name]);
  };
  const contentOf = (holder: Obj): Obj | undefined => {
    const json = object(holder["content"])["application/json"];
    return json === undefined ? undefined : { "application/json": { schema: bare(object(json)["schema"] ?? {}) } };
  };
  const parameter = (value: Json): Obj => {
    const { name, in: place, required, schema, "x-multi-segment": multi } = byRef(value);
    return {
      name: name ?? "",
      in: place ?? "",
      ...(required === true ? { required } : {}),
      ...(multi === true ? { "x-multi-segment": true } : {}),
      schema: bare(schema ?? {}),
    };
  };
  const operation = (value: Obj): Obj => {
    const out: Obj = { operationId: value["operationId"] ?? "" };
    if (Array.isArray(value["parameters"])) out["parameters"] = value["parameters"].map(parameter);
    if (value["requestBody"] !== undefined) {
      const body = byRef(value["requestBody"]);
      out["requestBody"] = { required: body["required"] === true, content: contentOf(body) ?? {} };
    }
    const responses = Object.entries(object(value["responses"])).map(([status, response]): [string, Json] => {
      const content = contentOf(byRef(response));
      return [status, content === undefined ? {} : { content }];
    });
    out["responses"] = Object.fromEntries(responses);
    out["x-github"] = { enabledForGitHubApps: object(value["x-github"])["enabledForGitHubApps"] === true };
    return out;
  };
  return { components, contentOf, operation };
}

/** Paths with the wanted operations; throws where one of them isn't in the document. */
function cutPaths(document: Obj, cut: (value: Obj) => Obj): Obj {
  const missing = new Set([...operations, ...operationsOfOthers]);
  const paths: Obj = {};
  for (const [path, methods] of Object.entries(object(document["paths"]))) {
    for (const [method, value] of Object.entries(object(methods))) {
      const id = object(value)["operationId"];
      if (typeof id !== "string" || !missing.delete(id)) continue;
      paths[path] = { ...object(paths[path]), [method]: cut(object(value)) };
    }
  }
  if (missing.size > 0) throw new Error(`GitHub's document has no operation ${[...missing].join(", ")}.`);
  return paths;
}

function cutWebhooks(document: Obj, contentOf: (holder: Obj) => Obj | undefined): Obj {
  const all = object(document["x-webhooks"]);
  const entries = webhooks.map((name): [string, Json] => {
    const post = object(object(all[name])["post"]);
    const content = contentOf(object(post["requestBody"]));
    if (content === undefined) throw new Error(`GitHub's document has no webhook ${name}.`);
    return [name, { post: { requestBody: { content } } }];
  });
  return Object.fromEntries(entries);
}

/** Every schema that is reached from `root`, so that the extract is closed under `$ref`. */
function reached(root: Json, schemas: Obj): Obj {
  const found: Obj = {};
  const walk = (value: Json): void => {
    if (Array.isArray(value)) return value.forEach(walk);
    if (!isObject(value)) return;
    const ref = value["$ref"];
    if (typeof ref === "string") {
      const name = ref.slice("#/components/schemas/".length);
      if (found[name] !== undefined) return;
      const schema = schemas[name];
      if (schema === undefined) throw new Error(`${ref} points nowhere.`);
      found[name] = bare(schema);
      walk(found[name]);
    }
    Object.values(value).forEach(walk);
  };
  walk(root);
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Schemas that the document writes out again and again (a user, hundreds of times) are written once: the extract is a
 * third of the size, its changes can be read, and each is compiled once.
 */
function share(document: Obj): Obj {
  const seen = new Map<string, number>();
  const isSchema = (value: Obj) => value["type"] === "object" && isObject(value["properties"]);
  const count = (value: Json): void => {
    if (Array.isArray(value)) return value.forEach(count);
    if (!isObject(value)) return;
    if (isSchema(value)) {
      const text = JSON.stringify(value);
      const times = (seen.get(text) ?? 0) + 1;
      if (text.length >= SHARE_FROM) seen.set(text, times);
      if (times > 1) return;
    }
    Object.values(value).forEach(count);
  };
  count(document);
  const shared: Obj = {};
  const names = new Map<string, string>();
  const replace = (value: Json, at: string): Json => {
    if (Array.isArray(value)) return value.map((inner) => replace(inner, at));
    if (!isObject(value)) return value;
    const text = isSchema(value) ? JSON.stringify(value) : "";
    const known = names.get(text);
    if (known !== undefined) return { $ref: `#/components/schemas/${known}` };
    const inner = () => Object.fromEntries(Object.entries(value).map(([key, part]) => [key, replace(part, key)]));
    if ((seen.get(text) ?? 0) < 2) return inner();
    let name = `shared-${at}`;
    for (let n = 2; shared[name] !== undefined; n += 1) name = `shared-${at}-${n}`;
    names.set(text, name);
    shared[name] = {};
    shared[name] = inner();
    return { $ref: `#/components/schemas/${name}` };
  };
  const components = object(document["components"]);
  const schemas = Object.entries(object(components["schemas"])).map(([name, schema]): [string, Json] => {
    // A named schema stays where it is; others may share its parts.
    const parts = Object.entries(object(schema)).map(([key, part]): [string, Json] => [key, replace(part, name)]);
    return [name, Object.fromEntries(parts)];
  });
  const paths = replace(document["paths"] ?? {}, "schema");
  const hooks = replace(document["x-webhooks"] ?? {}, "schema");
  return {
    ...document,
    paths,
    "x-webhooks": hooks,
    components: { schemas: { ...Object.fromEntries(schemas), ...shared } },
  };
}

function cut(document: Obj): Obj {
  const { components, contentOf, operation } = cutter(document);
  const paths = cutPaths(document, operation);
  const hooks = cutWebhooks(document, contentOf);
  const schemas = reached([paths, hooks], object(components["schemas"]));
  const info = { title: "GitHub's REST API and webhooks, cut", version: PACKAGE };
  return share({ openapi: document["openapi"] ?? "", info, paths, "x-webhooks": hooks, components: { schemas } });
}

async function fetched<T>(use: (path: string, licence: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "cut-openapi-"));
  const run = (command: string, ...args: string[]) => promisify(execFile)(command, args, { cwd: folder });
  try {
    await run("npm", "pack", "--silent", PACKAGE);
    const archive = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
    if (archive === undefined) throw new Error(`npm fetched nothing for ${PACKAGE}.`);
    await run("tar", "-xzf", archive, DOCUMENT, "package/LICENSE");
    return await use(join(folder, DOCUMENT), await readFile(join(folder, "package", "LICENSE"), "utf8"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  await fetched(async (path, licence) => {
    const document = JSON.parse(await readFile(path, "utf8")) as Obj;
    const text = await format(JSON.stringify(cut(document)), { parser: "json", printWidth: 120 });
    await writeFile(join(TARGET, "github.json"), text);
    const notice =
      `github.json is cut from ${PACKAGE} (generated/api.github.com.json), which is GitHub's own description of its\n` +
      "REST API and webhooks (https://github.com/github/rest-api-description, Copyright (c) GitHub, MIT License) with\n" +
      "Octokit's additions. Operations and webhooks that are not used here, prose and examples were left out; schemas\n" +
      `that were written out several times were given a name. The package's licence:\n\n${licence.trim()}\n`;
    await writeFile(join(TARGET, "NOTICE"), notice);
    console.log(
      `${operations.length} operations and ${webhooks.length} webhooks: ${Math.round(text.length / 1024)} KB`,
    );
  });
}

await main();
