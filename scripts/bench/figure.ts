/** One measured figure. */
export interface Figure {
  what: string;
  value: number;
  unit: "ms" | "KB" | "MB" | "rows" | "times" | "a second" | "calls" | "s";
  /** What it is to stay below, or not to fall below, where that was promised. */
  below?: number;
  above?: number;
}

/** One part of the bench: measures, and cleans up after itself. */
export interface Bench {
  name: string;
  /** What is measured, on how much, in one sentence. */
  about: string;
  run(): Promise<Figure[]>;
}

/** Resident memory of this process above what it was at the start, at its highest, in MB; looked at every few milliseconds. */
export async function memoryAbove<T>(work: () => Promise<T>): Promise<{ result: T; megabytes: number }> {
  globalThis.gc?.();
  const idle = process.memoryUsage.rss();
  let highest = idle;
  const look = (): void => void (highest = Math.max(highest, process.memoryUsage.rss()));
  const timer = setInterval(look, 5);
  try {
    const result = await work();
    look();
    return { result, megabytes: (highest - idle) / 1024 ** 2 };
  } finally {
    clearInterval(timer);
  }
}

/** Memory in use after a collection, in MB: what is held, without what is only not collected yet. */
export function heldMegabytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1024 ** 2;
}

/** How long work took, in milliseconds. */
export async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const began = performance.now();
  const result = await work();
  return { result, ms: performance.now() - began };
}
