/** The figures of the comparison are what they say: nothing of a warm-up, and processor time of whoever used it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { ROW_KINDS, rowKindsOf } from "../../src/tools/bench/choice.ts";
import { hasProc, ownTime, timeOf, timeOfServer } from "../../src/tools/bench/cpu.ts";
import { type Figures, measure, median, middleOf, Stopwatch } from "../../src/tools/bench/figures.ts";

const figures = (count: number, perSecond: number): Figures => ({ count, perSecond, p50: 1, p95: 2, p99: 3 });

describe("a row", () => {
  it("leaves its warm-up out, and shares the processor time of a run among its commands", async () => {
    const calls: number[] = [];
    let used = 0;
    const cpu = () => ({ service: used, database: used / 2 });
    const runs = await measure({ rounds: 3, seconds: 9, cpu }, (seconds) => {
      calls.push(seconds);
      used += calls.length * 100;
      return Promise.resolve(figures(100, calls.length));
    });
    expect(calls).toEqual([3, 9, 9, 9]);
    expect(runs.map((run) => run.cpu)).toEqual([
      { service: 2, database: 1 },
      { service: 3, database: 1.5 },
      { service: 4, database: 2 },
    ]);
    expect(middleOf(runs).perSecond).toBe(3);
    expect(median(runs.map((run) => run.cpu.service))).toBe(3);
  });

  it("has the latencies that its commands had", () => {
    const watch = new Stopwatch();
    const now = performance.now();
    for (let took = 1; took <= 100; took += 1) watch.note(now - took * 1_000);
    const { count, p50, p95, p99 } = watch.figures();
    expect(count).toBe(100);
    expect([p50, p95, p99].map((ms) => Math.round(ms / 1_000))).toEqual([51, 96, 100]);
  });
});

describe("the rows to measure", () => {
  it("are those that are named", () => {
    expect(rowKindsOf("balances, sales")).toEqual(new Set(["sales", "balances"]));
    expect(rowKindsOf(ROW_KINDS.join(","))).toEqual(new Set(ROW_KINDS));
  });

  it.each(["", "sales,", "sale", "sales balances", "constructor"])("are told where %j names none", (text) => {
    expect(() => rowKindsOf(text)).toThrow("yardstick, engine, sales");
  });

  it("have no ratio to a yardstick that was not measured", () => {
    expect(median([])).toBeNaN();
  });
});

const BUSY_MS = 300;
const BUSY = `const end = process.cpuUsage().user + ${BUSY_MS * 1_000}; while (process.cpuUsage().user < end);`;

describe.skipIf(!hasProc)("processor time", () => {
  it("of this process is the same by both ways of asking", () => {
    expect(Math.abs(timeOf(process.pid) - ownTime())).toBeLessThan(100);
  });

  it("of a server counts the processes that it has started, those that have ended too", async () => {
    const idle = timeOfServer(process.pid);
    const child = spawn(process.execPath, [
      "-e",
      `${BUSY} setInterval(() => {}, 1_000); process.stdout.write("done");`,
    ]);
    await once(child.stdout, "data");
    const running = timeOfServer(process.pid);
    expect(running - idle).toBeGreaterThanOrEqual(BUSY_MS);
    child.kill();
    await once(child, "exit");
    expect(timeOfServer(process.pid)).toBeGreaterThanOrEqual(running);
  });

  it("of a process that is not there is not known", () => {
    expect(timeOf(2 ** 22 + 1)).toBeNaN();
    expect(timeOfServer(2 ** 22 + 1)).toBeNaN();
  });
});
