import type { Reporter, TestModule, Vitest } from "vitest/node";

/** Fails a run in which tests were skipped, and names them: a test that silently doesn't run proves nothing. */
export class NoSkips implements Reporter {
  #chosenByName = false;

  onInit(vitest: Vitest): void {
    // `-t` skips all others, as asked.
    this.#chosenByName = vitest.config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    if (this.#chosenByName) return;
    const skipped = modules.flatMap((module) =>
      [...module.children.allTests("skipped")].map((test) => `${module.relativeModuleId}: ${test.fullName}`),
    );
    if (skipped.length === 0) return;
    const allowed = (process.env["ALLOW_SKIP"] ?? "") !== "";
    console.log(`\n${skipped.length} skipped:\n${skipped.map((name) => `  ${name}`).join("\n")}`);
    if (allowed) return;
    console.log("Skipped tests fail the run; ALLOW_SKIP=1 lets it pass without them.");
    process.exitCode = 1;
  }
}
