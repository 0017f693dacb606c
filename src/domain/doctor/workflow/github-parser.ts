import {
  convertWorkflowTemplate,
  NoOperationTraceWriter,
  parseWorkflow,
} from "../../../../generated/workflow-parser.mjs";
import { parseExpression } from "./expressions.ts";

/** One fault that GitHub's own parser finds. */
export interface ParserFault {
  line: number;
  message: string;
}

/** What GitHub's own parser says of a file that is YAML: one fault a line, since what follows on a line is mostly a consequence. */
export function parserFaults(path: string, text: string): ParserFault[] {
  const byLine = new Map<number, ParserFault>();
  for (const { line, message } of faultsOf(path, text))
    if (!byLine.has(line) && !isOfQuotes(message)) byLine.set(line, { line, message });
  return [...byLine.values()].toSorted((one, other) => one.line - other.line);
}

function faultsOf(path: string, text: string): ParserFault[] {
  try {
    const { context, value } = parseWorkflow({ name: path, content: text }, new NoOperationTraceWriter());
    // Nothing in it waits as long as no called workflow is fetched: what it finds is there when it returns.
    if (value !== undefined)
      void convertWorkflowTemplate(context, value, undefined, { errorPolicy: 1 }).catch(() => undefined);
    return context.errors
      .getErrors()
      .map(({ rawMessage, range }) => ({ line: range?.start.line ?? 1, message: rawMessage }));
  } catch (error) {
    return [{ line: 1, message: error instanceof Error ? error.message : String(error) }];
  }
}

/**
 * Of a quoted text of several lines the parser takes expressions as they are written, with YAML's own escapes in them: `''a''` for `'a'`.
 * What is an expression once these are taken off is no fault.
 */
function isOfQuotes(message: string): boolean {
  const expression = /^Unexpected .* within expression: (.*)$/s.exec(message)?.[1];
  if (expression === undefined) return false;
  const plain = [
    expression.replaceAll("''", "'"),
    expression.replaceAll(/\\(["\\/])/g, "$1").replaceAll(/\\\r?\n\s*/g, ""),
  ];
  return plain.some((text) => text !== expression && parseExpression(text) !== null);
}
