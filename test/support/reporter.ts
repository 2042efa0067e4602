/**
 * Ends the output with one line that any CI recognises: `N passed, N failed`.
 */
import { writeSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";

/** Counts tests, and everything else that makes a run fail, as a failure. */
class SummaryReporter implements Reporter {
  private counts = { passed: 0, failed: 0, skipped: 0 };

  constructor() {
    // At exit: the other reporters, coverage and the global teardown have said their last by then.
    process.once("exit", (code) => {
      const { passed, skipped } = this.counts;
      // A run can fail with no test to show for it: no files, a broken setup, coverage below its limit.
      const failed = code === 0 ? this.counts.failed : Math.max(this.counts.failed, 1);
      writeSync(1, `\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
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
    this.counts = counts;
  }
}

export default SummaryReporter;
