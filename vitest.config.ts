import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { NoSkips } from "./test/support/no-skips.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    reporters: ["default", new NoSkips()],
    // Processes, not threads: some tests look at signals, child processes and memory.
    pool: "forks",
    maxWorkers: Math.max(2, availableParallelism() - 1),
    allowOnly: false,
    // Node imports the files, as it does for the app itself: a third of the time that vite's own loader takes.
    experimental: { viteModuleRunner: false },
    // Twice what the slowest takes on two busy cores: it ends what hangs, and measures nothing.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
