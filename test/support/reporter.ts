/**
 * Ends the output with one line that any CI recognises: `N passed, N failed`.
 */
import { writeSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";

/** Counts tests, and everything else that makes a run fail, as a failure. */
class SummaryReporter implements Reporter {
  private summary: string | null = null;

  constructor() {
    // At exit: the other reporters, coverage and the global teardown have said their last by then.
    process.once("exit", () => {
      if (this.summary !== null) writeSync(1, `\n${this.summary}\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      // A file that cannot be loaded, or a hook that throws, has no failed test to show for it.
      if (module.state() === "failed" && ![...module.children.allTests("failed")].length) counts.failed++;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state !== "pending") counts[state]++;
      }
    }
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
    this.summary = `${counts.passed} passed, ${counts.failed} failed${skipped}`;
  }
}

export default SummaryReporter;
