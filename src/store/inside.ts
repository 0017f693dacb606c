import { StaleRow } from "./types.ts";

type Functions = Record<string, (...given: never[]) => Promise<unknown>>;
type Groups = Record<string, Functions>;

/** The first error of a statement in a transaction. */
export interface Failure {
  is: { error: unknown } | null;
}

/**
 * The tables' functions, with the first error of theirs noted. PostgreSQL ends a transaction at a failed statement, and its COMMIT
 * then undoes all of it without a word (documentation of COMMIT and of 25P02): whoever caught the error would go on as if their
 * work were stored. A row that was changed meanwhile is no such failure: it was read, and nothing was written.
 */
export function noting<Tables extends object>(tables: Tables, failure: Failure): Tables {
  const groups = Object.entries(tables as Groups).map(([name, functions]) => [name, notingEach(functions, failure)]);
  return Object.fromEntries(groups) as Tables;
}

function notingEach(functions: Functions, failure: Failure): Functions {
  const entries = Object.entries(functions).map(([name, call]): [string, Functions[string]] => [
    name,
    async (...given) => {
      try {
        return await call(...given);
      } catch (error) {
        if (!(error instanceof StaleRow)) failure.is ??= { error };
        throw error;
      }
    },
  ]);
  return Object.fromEntries(entries);
}

/** @throws what failed inside, also where the work caught it: nothing of the transaction is stored then. */
export function failAsInside(failure: Failure): void {
  if (failure.is !== null) throw failure.is.error;
}
