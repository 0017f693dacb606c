/**
 * How many are worked on side by side: GitHub takes its time for each, one that hangs doesn't keep all others waiting, and each may hold
 * one of the database's few connections for locks.
 */
const atOnce = 4;

/** Works on all, some of them at once. Rejects with the first error; whoever wants all of them worked on catches it in `work`. */
export async function someAtOnce<T>(all: readonly T[], work: (one: T) => Promise<void>, lanes = atOnce): Promise<void> {
  const left = all.values();
  const lane = async (): Promise<void> => {
    for (const one of left) await work(one);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
