import { registerHooks } from "node:module";

/** A build that is broken on purpose: words of the source that are replaced while it is loaded. */
interface Mutant {
  what: string;
  changes: Array<{ file: string; from: string; to: string }>;
}

/** Each breaks one promise; the simulation has to notice. */
export const mutants: Record<string, Mutant> = {
  "disarm-skipped": {
    what: "the secret isn't deleted",
    changes: [
      {
        file: "src/desk/disarm.ts",
        from: "await github.deleteEnvironmentSecret(lease.environmentName, lease.secretName)",
        to: `"deleted"`,
      },
    ],
  },
  "lease-after-put": {
    what: "the secret is put before its lease is written",
    changes: [
      {
        file: "src/desk/arm.ts",
        from: "const taken = await takeLease(",
        to: `if (gathered.token !== null)
    await github.putEnvironmentSecret(release.environmentName, release.secretName, gathered.token, later(parts.clock.now(), putPatienceMs));
  const taken = await takeLease(`,
      },
      { file: "src/desk/arm.ts", from: `if (put === "updated")`, to: "if (false)" },
    ],
  },
  "done-before-handled": {
    what: "a delivery is marked as done before it is handled",
    changes: [
      {
        file: "src/inbox/attempt.ts",
        from: "await handleFresh(work);",
        to: "await work.queue.done(work.key, worker, clock.now()); await handleFresh(work);",
      },
    ],
  },
  "approval-unbound": {
    what: "an approval counts for a release that was announced after it",
    changes: [
      { file: "src/desk/thread.ts", from: "if (word.createdAt.getTime() < announced || !written)", to: "if (false)" },
      {
        file: "src/desk/thread.ts",
        from: "if (word.approves && word.sha === undefined && releases.length > 1)",
        to: "if (false)",
      },
    ],
  },
  "freed-at-disarm": {
    what: "the environment is free as soon as its secret is gone",
    changes: [
      {
        file: "src/domain/lease.ts",
        from: `return lease.state === "closed" && lease.releasedAt !== null ?`,
        to: `return lease.state === "closed" ?`,
      },
    ],
  },
  "late-put-forgotten": {
    what: "the secret's absence is believed while a PUT may still land",
    changes: [
      { file: "src/domain/lease.ts", from: "if (now <= lease.putDeadline) return null;", to: "" },
      {
        file: "src/domain/lease.ts",
        from: "return now > lease.putDeadline ? now : new Date(lease.putDeadline.getTime() + 1);",
        to: "return now;",
      },
    ],
  },
  "attempt-read-once": {
    what: "the run's attempt isn't read again beside the PUT and after the gate",
    changes: [
      { file: "src/desk/arm.ts", from: "beside === null || beside.attempt !== 1 ||", to: "beside === null ||" },
      { file: "src/desk/arm.ts", from: "if (again !== null && again.attempt !== 1)", to: "if (false)" },
    ],
  },
  "other-commit-bound": {
    what: "a run that came back for another commit is taken",
    changes: [
      {
        file: "src/desk/begin.ts",
        from: "if (run !== null && (run.headSha !== release.sha || run.attempt !== 1)) {",
        to: "if (false) {",
      },
      { file: "src/domain/decide.ts", from: "if (run.headSha !== facts.sha)", to: "if (false)" },
      { file: "src/desk/reconcile.ts", from: "if (run !== null && run.headSha !== release.sha)", to: "if (false)" },
    ],
  },
  "stop-forgotten": {
    what: "a stop ends nothing but what it finds when it begins",
    changes: [
      { file: "src/desk/panic/check.ts", from: "return open.find(", to: "return [].find(" },
      {
        file: "src/desk/reconcile.ts",
        from: "for (const stop of await parts.store.stops.open())",
        to: "for (const stop of [])",
      },
    ],
  },
};

/** Has the app loaded with one mutant in it; call it before anything of `src` is imported. Throws where its words aren't there. */
export function breakWith(name: string): void {
  const mutant = mutants[name];
  if (mutant === undefined)
    throw new Error(`There is no mutant ${name}. There are: ${Object.keys(mutants).join(", ")}.`);
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      const changes = mutant.changes.filter(({ file }) => url.endsWith(`/${file}`));
      if (changes.length === 0) return loaded;
      let source = String(loaded.source);
      for (const { file, from, to } of changes) {
        if (!source.includes(from)) throw new Error(`${file} doesn't have the words that ${name} replaces: ${from}`);
        source = source.replace(from, to);
      }
      return { ...loaded, source };
    },
  });
}
