/** The embedded database cannot be used here; the message is a sentence for the operator that says what to do. */
export class DatabaseTrouble extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = "DatabaseTrouble";
  }
}

/** The code of a system error (`ENOENT`), or an empty string. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
