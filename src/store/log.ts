/** The part of pino that the store and the inbox call. Objects hold ids, codes and times, never a body, token or code. */
export interface StoreLog {
  info(object: Record<string, unknown>, sentence: string): void;
  warn(object: Record<string, unknown>, sentence: string): void;
  error(object: Record<string, unknown>, sentence: string): void;
}

/** For places that need no log. */
export const quiet: StoreLog = { info: nothing, warn: nothing, error: nothing };

function nothing(): void {
  // Nobody listens.
}
