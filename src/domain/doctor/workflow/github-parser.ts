import {
  convertWorkflowTemplate,
  NoOperationTraceWriter,
  parseWorkflow,
} from "../../../../generated/workflow-parser.mjs";

/** One fault that GitHub's own parser finds. */
export interface ParserFault {
  line: number;
  message: string;
}

/** What GitHub's own parser says of a file that is YAML: one fault a line, since what follows on a line is mostly a consequence. */
export function parserFaults(path: string, text: string): ParserFault[] {
  const byLine = new Map<number, ParserFault>();
  try {
    const { context, value } = parseWorkflow({ name: path, content: text }, new NoOperationTraceWriter());
    // Nothing in it waits as long as no called workflow is fetched: what it finds is there when it returns.
    if (value !== undefined)
      void convertWorkflowTemplate(context, value, undefined, { errorPolicy: 1 }).catch(() => undefined);
    for (const { rawMessage, range } of context.errors.getErrors()) {
      const line = range?.start.line ?? 1;
      if (!byLine.has(line)) byLine.set(line, { line, message: rawMessage });
    }
  } catch (error) {
    byLine.set(1, { line: 1, message: error instanceof Error ? error.message : String(error) });
  }
  return [...byLine.values()].toSorted((one, other) => one.line - other.line);
}
