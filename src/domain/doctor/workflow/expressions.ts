import { Lexer, Parser } from "@actions/expressions";
import {
  Binary,
  ContextAccess,
  FunctionCall,
  Grouping,
  IndexAccess,
  Literal,
  Logical,
  Star,
  Unary,
} from "@actions/expressions/ast";
import type { Expr } from "@actions/expressions/ast";

/** One `${{ … }}` in a text, with its place in it. */
export interface Embedded {
  start: number;
  end: number;
  /** What stands between the braces. */
  body: string;
}

/** A value that an expression reads, in small letters: `inputs.version` is `["inputs", "version"]`; `*` is any part, or one that is computed. */
export type Source = readonly string[];

const contexts = "github inputs env vars secrets steps needs job jobs runner matrix strategy".split(" ");
const functions = ["hashFiles", "success", "failure", "always", "cancelled"].map((name) => ({
  ...{ name, minArgs: 0, maxArgs: Number.MAX_SAFE_INTEGER },
}));

/** Every expression in a text, as GitHub finds them: a `}}` between single quotes doesn't end one. */
export function embedded(text: string): Embedded[] {
  const found: Embedded[] = [];
  for (let start = text.indexOf("${{"); start !== -1; start = text.indexOf("${{", start)) {
    const end = expressionEnd(text, start);
    if (end === null) break;
    found.push({ start, end, body: text.slice(start + 3, end - 2) });
    start = end;
  }
  return found;
}

/** Where an expression that begins here ends, behind its braces; null: it isn't closed. */
export function expressionEnd(text: string, start: number): number | null {
  let quoted = false;
  for (let at = start + 3; at < text.length; at += 1) {
    if (text[at] === "'") quoted = !quoted;
    if (!quoted && text.startsWith("}}", at)) return at + 2;
  }
  return null;
}

/** An expression by GitHub's own parser; null where it isn't one. */
export function parseExpression(body: string): Expr | null {
  try {
    return new Parser(new Lexer(body).lex().tokens, contexts, functions).parse();
  } catch {
    return null;
  }
}

/** An `if:`, with or without its braces; null where it isn't an expression, or a text around one. */
export function parseCondition(value: unknown): Expr | null {
  if (typeof value !== "string") return null;
  const text = value.trim();
  const [first] = embedded(text);
  if (first === undefined) return parseExpression(text);
  return first.start === 0 && first.end === text.length ? parseExpression(first.body) : null;
}

/** What the value of an expression can be made of: not what it is only compared with. */
export function sourcesOf(expression: Expr): Source[] {
  return walk(expression, true);
}

/** Everything that an expression reads, for its value or for a comparison. */
export function readsOf(expression: Expr): Source[] {
  return walk(expression, false);
}

/** Functions whose value holds nothing of what they are given. */
const blunt = ["contains", "startswith", "endswith", "hashfiles", "success", "failure", "always", "cancelled"];

function walk(expression: Expr, onlyValue: boolean): Source[] {
  const all = (parts: readonly Expr[]): Source[] => parts.flatMap((part) => walk(part, onlyValue));
  if (expression instanceof Grouping) return all([expression.group]);
  if (expression instanceof Unary) return onlyValue ? [] : all([expression.expr]);
  if (expression instanceof Binary) return onlyValue ? [] : all([expression.left, expression.right]);
  if (expression instanceof Logical) {
    // `a && b` is `b`, or an `a` that is empty.
    return all(onlyValue && expression.operator.lexeme === "&&" ? expression.args.slice(-1) : expression.args);
  }
  if (expression instanceof FunctionCall) {
    return onlyValue && blunt.includes(expression.functionName.lexeme.toLowerCase()) ? [] : all(expression.args);
  }
  if (expression instanceof ContextAccess || expression instanceof IndexAccess) return access(expression, onlyValue);
  return [];
}

function access(expression: Expr, onlyValue: boolean): Source[] {
  const parts: string[] = [];
  const within: Source[] = [];
  let from = expression;
  while (from instanceof IndexAccess) {
    const { index } = from;
    const known = index instanceof Literal ? index.literal.coerceString().toLowerCase() : "*";
    parts.unshift(known);
    if (!onlyValue && known === "*" && !(index instanceof Star)) within.push(...walk(index, false));
    from = from.expr;
  }
  if (from instanceof ContextAccess) return [[from.name.lexeme.toLowerCase(), ...parts], ...within];
  // Part of what a function gives, `fromJSON(inputs.x).y`.
  return [...walk(from, onlyValue), ...within];
}

/** Names of the functions that an expression calls, in small letters. */
export function callsOf(expression: Expr): string[] {
  if (expression instanceof Grouping) return callsOf(expression.group);
  if (expression instanceof Unary) return callsOf(expression.expr);
  if (expression instanceof Binary) return [...callsOf(expression.left), ...callsOf(expression.right)];
  if (expression instanceof Logical) return expression.args.flatMap(callsOf);
  if (expression instanceof IndexAccess) return [...callsOf(expression.expr), ...callsOf(expression.index)];
  if (expression instanceof FunctionCall)
    return [expression.functionName.lexeme.toLowerCase(), ...expression.args.flatMap(callsOf)];
  return [];
}

/** What has to be true, each for itself, for an expression to be true: the parts of its `&&`. */
export function conjuncts(expression: Expr): Expr[] {
  if (expression instanceof Grouping) return conjuncts(expression.group);
  if (expression instanceof Logical && expression.operator.lexeme === "&&") return expression.args.flatMap(conjuncts);
  return [expression];
}

/** Whether an expression is `a == 'text'`, in either order. */
export function isComparison(expression: Expr, source: string, text: string): boolean {
  return compared(expression, text)?.join(".") === source;
}

/** What an expression compares with a text, by `==`; null: it does something else. */
function compared(expression: Expr, text: string): Source | null {
  if (expression instanceof Grouping) return compared(expression.group, text);
  if (!(expression instanceof Binary) || expression.operator.lexeme !== "==") return null;
  const sides = [expression.left, expression.right];
  const literal = sides.find((side) => side instanceof Literal);
  if (!(literal instanceof Literal) || literal.literal.coerceString().toLowerCase() !== text) return null;
  const other = sides.find((side) => side !== literal);
  return (other === undefined ? undefined : sourcesOf(other)[0]) ?? null;
}

/**
 * The function by which an `if:` holds also after something before has failed; null: it doesn't, or asks for a result beside it
 * (`always() && needs.build.result == 'success'`).
 */
export function afterFailure(condition: Expr): string | null {
  const called = callsOf(condition);
  const name = ["always", "failure", "cancelled"].find((one) => called.includes(one));
  if (name === undefined) return null;
  const guarded = conjuncts(condition).some((part) => {
    if (part instanceof Unary) return callsOf(part).includes("failure");
    if (part instanceof FunctionCall) return part.functionName.lexeme.toLowerCase() === "success";
    const asked = compared(part, "success");
    return asked !== null && ["result", "outcome", "conclusion"].includes(asked.at(-1) ?? "");
  });
  return guarded ? null : name;
}
