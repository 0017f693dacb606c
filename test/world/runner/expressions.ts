import { data, Evaluator, Lexer, Parser } from "@actions/expressions";

type Value = ReturnType<Evaluator["evaluate"]>;

/** How the job stands, for success(), failure(), always() and cancelled(). */
export interface Standing {
  failed: boolean;
  cancelled: boolean;
}

type Contexts = Record<string, unknown>;

function toData(value: unknown): Value {
  if (Array.isArray(value)) return new data.Array(...value.map((one) => toData(one)));
  if (typeof value !== "object" || value === null) return plain(value);
  return new data.Dictionary(...Object.entries(value).map(([key, one]) => ({ key, value: toData(one) })));
}

function plain(value: unknown): Value {
  if (typeof value === "boolean") return new data.BooleanData(value);
  if (typeof value === "number") return new data.NumberData(value);
  if (value === null || value === undefined) return new data.Null();
  return new data.StringData(String(value));
}

/** Evaluates one expression by GitHub's own evaluator. */
export function evaluate(
  expression: string,
  contexts: Contexts,
  standing: Standing,
): ReturnType<Evaluator["evaluate"]> {
  const state = (name: string, value: boolean) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  });
  const functions = [
    state("success", !standing.failed && !standing.cancelled),
    state("failure", standing.failed && !standing.cancelled),
    state("cancelled", standing.cancelled),
    state("always", true),
  ];
  const { tokens } = new Lexer(expression).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
  const known = new data.Dictionary(...Object.entries(contexts).map(([key, value]) => ({ key, value: toData(value) })));
  return new Evaluator(parsed, known, new Map(functions.map((one) => [one.name, one]))).evaluate();
}

/** A text with its `${{ … }}` filled in. */
export function fill(text: string, contexts: Contexts, standing: Standing): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) =>
    evaluate(expression.trim(), contexts, standing).coerceString(),
  );
}

/** An `if:`; without one of the four functions it means `success() && (…)` (docs, "Evaluate expressions"). */
export function holds(condition: string | undefined, contexts: Contexts, standing: Standing): boolean {
  const text = (condition ?? "success()").replace(/^\s*\$\{\{(.*)\}\}\s*$/s, "$1").trim();
  const named = /\b(?:success|failure|always|cancelled)\s*\(/.test(text);
  // Twice negated by GitHub's own rules: the text "false" of an output, for one, is true.
  return evaluate(`!!(${named ? text : `success() && (${text})`})`, contexts, standing).coerceString() === "true";
}
