import { isMap, LineCounter, parseAllDocuments } from "yaml";
import type { Document } from "yaml";
import type { z } from "zod";
import { nearest } from "./edit-distance.ts";
import { Refusal } from "./errors.ts";
import { policySchema, toPolicy, defaultKeys, packageKeys } from "./policy/schema.ts";
import type { PackagePolicy, Policy, PolicyProblem } from "./policy-types.ts";

export { policyJsonSchema } from "./policy/schema.ts";

export type PolicyReading = { ok: true; policy: Policy } | { ok: false; problems: PolicyProblem[] };

type Path = ReadonlyArray<string | number>;

/** A policy that is larger than this is none, in characters. */
const largest = 64 * 1024;

/**
 * Reads `.github/countersign.yml`. All problems are reported together, each with its line and how to mend it; a file with any
 * problem is no policy.
 */
export function parsePolicy(text: string): PolicyReading {
  if (text.length > largest) return problem(1, 1, "", "the file is larger than 64 KB.");
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, version: "1.2", uniqueKeys: true });
  if (!Array.isArray(documents) || documents.length === 0)
    return problem(1, 1, "", "the file is empty: it needs `version: 1` and `packages`.");
  const [document, second] = documents;
  if (document === undefined || second !== undefined)
    return problem(1, 1, "", "the file holds several documents (`---`): keep one.");
  if (document.errors.length > 0) return { ok: false, problems: document.errors.map((error) => yamlProblem(error)) };
  const alias = /(^|[\s:,[{-])[&*][A-Za-z0-9_]/m.exec(text.replace(/#.*$/gm, "").replace(/"[^"\n]*"|'[^'\n]*'/g, '""'));
  if (alias !== null)
    return problem(
      lines.linePos(alias.index).line,
      1,
      "",
      "anchors and aliases aren't read here: write it out, or use `defaults`.",
    );
  return validate(document, lines);
}

function validate(document: Document, lines: LineCounter): PolicyReading {
  const { value, problems } = withDefaults(document.toJS() as unknown);
  const checked = policySchema.safeParse(value, { reportInput: true });
  const found = [
    ...problems,
    ...(checked.success ? tooFew(toPolicy(checked.data)) : checked.error.issues.flatMap(issueProblems)),
  ];
  if (checked.success && found.length === 0) return { ok: true, policy: toPolicy(checked.data) };
  return {
    ok: false,
    problems: found.map(({ path, text }) => ({ ...position(document, lines, path), key: keyName(path), text })),
  };
}

interface Found {
  path: Path;
  text: string;
}

/** Puts `defaults` into each package, so that what is checked is what counts. */
function withDefaults(root: unknown): { value: unknown; problems: Found[] } {
  if (!isTable(root)) return { value: root, problems: [] };
  const { defaults = {}, ...rest } = root;
  if (!isTable(defaults))
    return { value: rest, problems: [{ path: ["defaults"], text: "write `defaults` as keys and values." }] };
  const problems = Object.keys(defaults)
    .filter((key) => !defaultKeys.includes(key))
    .map((key) => ({ path: ["defaults", key], text: unknownKey(key, defaultKeys) }));
  const known = Object.fromEntries(Object.entries(defaults).filter(([key]) => defaultKeys.includes(key)));
  const packages = Array.isArray(rest["packages"])
    ? (rest["packages"] as unknown[]).map((one) => (isTable(one) ? { ...known, ...one } : one))
    : rest["packages"];
  return { value: { ...rest, packages }, problems };
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function issueProblems(issue: z.core.$ZodIssue): Found[] {
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  if (issue.code === "unrecognized_keys") {
    const known =
      path.length === 0
        ? ["version", "defaults", "packages"]
        : path.at(-1) === "approvals"
          ? ["count", "from", "self"]
          : packageKeys;
    return issue.keys.map((key) => ({ path: [...path, key], text: unknownKey(key, known) }));
  }
  if (issue.code === "invalid_type" && issue.input === undefined && path.length > 0)
    return [{ path, text: `\`${String(path.at(-1) ?? "")}\` is missing: ${issue.message}` }];
  return [{ path, text: issue.message }];
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  return `there is no key \`${key.slice(0, 60)}\` here${meant === null ? `; known are ${known.map((one) => `\`${one}\``).join(", ")}` : `: did you mean \`${meant}\``}${meant === null ? "." : "?"}`;
}

/** More approvals than there are people to give them can never be reached. */
function tooFew(policy: Policy): Found[] {
  return policy.packages.flatMap((one, index) => {
    const { from, count, self } = one.approvals;
    const names = policy.packages.findIndex((other) => other.name === one.name);
    const twice: Found[] =
      names === index
        ? []
        : [{ path: ["packages", index, "name"], text: `\`${one.name}\` is listed twice; list it once.` }];
    if (from.some((who) => who.kind === "team")) return twice;
    const onlyReleaser = one.releasers.length === 1 ? one.releasers[0] : undefined;
    const possible = from.filter((who) => self || JSON.stringify(who) !== JSON.stringify(onlyReleaser)).length;
    if (count <= possible) return twice;
    return [
      ...twice,
      {
        path: ["packages", index, "approvals"],
        text: `it asks for ${count} approvals, but only ${possible} of the people in \`from\` could ever give one: name more.`,
      },
    ];
  });
}

/** One package of a policy; without a name, the only one there is. */
export function findPackage(policy: Policy, name?: string): PackagePolicy | Refusal {
  const names = policy.packages.map((one) => `\`${one.name}\``).join(", ");
  if (name === undefined) {
    const [only] = policy.packages;
    if (only !== undefined && policy.packages.length === 1) return only;
    return new Refusal("bad-input", `The policy names several packages: say which one (${names}).`);
  }
  const found = policy.packages.find((one) => one.name === name);
  if (found !== undefined) return found;
  const meant = nearest(
    name,
    policy.packages.map((one) => one.name),
  );
  const hint = meant === null ? `It names ${names}.` : `Did you mean \`${meant}\`?`;
  return new Refusal(
    "bad-input",
    `The policy doesn't name a package “${name.slice(0, 60).replace(/@/g, "@\u200b")}”. ${hint}`,
  );
}

function yamlProblem(error: {
  message: string;
  linePos?: readonly [{ line: number; col: number }, ...unknown[]] | undefined;
}): PolicyProblem {
  const at = error.linePos?.[0];
  const said = error.message.split(/ at line |\n/)[0] ?? "";
  return {
    line: at?.line ?? 1,
    column: at?.col ?? 1,
    key: "",
    text: `this isn't valid YAML (${said.replace(/:$/, "").slice(0, 120)}).`,
  };
}

function problem(line: number, column: number, key: string, text: string): PolicyReading {
  return { ok: false, problems: [{ line, column, key, text }] };
}

function keyName(path: Path): string {
  return path.map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`)).join("");
}

/** Where the deepest part of a path stands that the file has. */
function position(document: Document, lines: LineCounter, path: Path): { line: number; column: number } {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const parent: unknown = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const part = path[depth - 1];
    const pair = isMap(parent) ? parent.items.find((item) => String(item.key) === String(part)) : undefined;
    const node: unknown =
      pair?.key ?? (typeof part === "number" ? document.getIn(path.slice(0, depth), true) : undefined);
    const range = (node as { range?: [number, number, number] } | undefined)?.range;
    if (range !== undefined) {
      const at = lines.linePos(range[0]);
      return { line: at.line, column: at.col };
    }
  }
  return { line: 1, column: 1 };
}
