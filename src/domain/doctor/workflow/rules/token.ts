import { shown } from "../../../shown.ts";
import { own } from "../../../workflow/unfit.ts";
import type { YamlPath } from "../../../yaml.ts";
import type { Finding } from "../../report.ts";
import { embedded, parseCondition, parseExpression, readsOf } from "../expressions.ts";
import { capital, finding, jobSaid, stepSaid } from "../look.ts";
import type { Check } from "../look.ts";
import { lineOf, lineWithin } from "../model.ts";
import type { Job, Step, Workflow } from "../model.ts";
import { publishingsOf } from "../publish-acts.ts";

/** One place where a value reads a secret. */
export interface SecretUse {
  path: YamlPath;
  line: number;
  /** `all`: every secret at once, or one whose name is computed. */
  what: "named" | "all";
}

/** Where an expression in a value reads a secret, by its name in any case, or takes all at once. */
export function secretUses(workflow: Workflow, value: unknown, path: YamlPath, secret: string): SecretUse[] {
  if (typeof value === "string") return inText(workflow, value, path, secret);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    secretUses(workflow, one, [...path, Array.isArray(value) ? Number(key) : key], secret),
  );
}

function inText(workflow: Workflow, text: string, path: YamlPath, secret: string): SecretUse[] {
  if (!/secrets/i.test(text)) return [];
  const condition = path.at(-1) === "if" && !text.includes("${{") ? parseCondition(text) : null;
  if (condition !== null)
    return readsOf(condition).some((read) => reads(read, secret) !== null) ? [use(workflow, path, "named")] : [];
  return embedded(text).flatMap(({ start, end, body }) => {
    const expression = parseExpression(body);
    const found = expression === null ? [] : readsOf(expression).map((read) => reads(read, secret));
    const what = found.find((one) => one !== null);
    if (what === undefined || what === null) return [];
    return [{ path, what, line: lineWithin(workflow, path, text, start, text.slice(start, end)) }];
  });
}

function use(workflow: Workflow, path: YamlPath, what: SecretUse["what"]): SecretUse {
  return { path, what, line: lineOf(workflow, path, "value") };
}

function reads([context, name]: readonly string[], secret: string): SecretUse["what"] | null {
  if (context !== "secrets") return null;
  if (name === undefined || name === "*") return "all";
  return name === secret.toLowerCase() ? "named" : null;
}

/** Only the step that publishes gets the token. */
export const tokenScope: Check = ({ workflow, job, place }) => {
  if (job === null) return [];
  const { steps: _steps, ...rest } = job.table;
  const uses = secretUses(workflow, rest, job.path, place.secret).map(({ line, what }) =>
    finding(
      workflow,
      "token-scope",
      line,
      `${capital(jobSaid(job))} hands ${said(what, place.secret)} to all its steps.`,
    ),
  );
  const publishing = new Set(publishingsOf(workflow, job).map(({ step }) => step));
  return [...uses, ...job.steps.flatMap((step) => inStep(workflow, job, step, publishing, place.secret))];
};

function inStep(workflow: Workflow, job: Job, step: Step, publishing: ReadonlySet<Step>, secret: string): Finding[] {
  const may = publishing.has(step) || asksRegistry(step) || (publishing.size === 0 && mayPublish(step));
  return unique(
    secretUses(workflow, step.table, step.path, secret).flatMap(({ path, line, what }) => {
      const key = path[step.path.length];
      if (key === "run")
        return [
          finding(
            workflow,
            "token-scope",
            line,
            `${capital(stepSaid(step))} has ${said(what, secret)} written into its script.`,
          ),
        ];
      if (what === "all")
        return [finding(workflow, "token-scope", line, `${capital(stepSaid(step))} is given every secret at once.`)];
      if (may) return [];
      const text = `${capital(stepSaid(step))} is given ${said(what, secret)}, and doesn't publish.`;
      return [finding(workflow, "token-scope", line, text)];
    }),
  );
}

function unique(findings: Finding[]): Finding[] {
  const lines = new Set<number>();
  return findings.filter(({ where }) => where !== null && !lines.has(where.line) && lines.add(where.line));
}

function said(what: SecretUse["what"], secret: string): string {
  return what === "all" ? "every secret" : `\`secrets.${secret.replaceAll("`", "'")}\``;
}

/** A step in which nothing but npm runs, and asks the registry: `npm whoami`, `npm dist-tag`. */
function asksRegistry({ acts }: Step): boolean {
  return acts.length > 0 && acts.every(({ deed }) => deed === "registry");
}

/** A step of which nobody can tell from the file that it doesn't publish. */
function mayPublish({ uses, action, acts, run }: Step): boolean {
  if (uses !== null) return action === null || action === "changesets";
  return (
    acts.some(({ deed }) => deed === "script") ||
    /(?:^|[\s;&|(])(?:\.{1,2}\/\S|(?:node|bash|sh|tsx)\s+[^-\s])/m.test(run ?? "")
  );
}

/** No called workflow gets all secrets. */
export const secretsInherit: Check = ({ workflow }) =>
  workflow.jobs.filter((job) => own(job.table, "secrets") === "inherit").map((job) => inherits(workflow, job));

export function inherits(workflow: Workflow, job: Job): Finding {
  const text = `${capital(jobSaid(job))} hands every secret to ${shown(job.calls ?? "", 80)}.`;
  return finding(workflow, "secrets-inherit", lineOf(workflow, [...job.path, "secrets"]), text);
}
