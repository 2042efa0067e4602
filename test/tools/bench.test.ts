/** The figures of the comparison are what they say: nothing of a warm-up, and processor time of whoever used it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { verdictOf } from "../../src/tools/bench/bounds.ts";
import { ROW_KINDS, rowKindsOf } from "../../src/tools/bench/choice.ts";
import { hasProc, ownTime, timeOf, timeOfServer } from "../../src/tools/bench/cpu.ts";
import {
  type Figures,
  measure,
  measureInTurn,
  median,
  middleOf,
  type Run,
  Stopwatch,
} from "../../src/tools/bench/figures.ts";

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

  it("ends with the last of its commands, however late its figures are asked for", async () => {
    const watch = new Stopwatch();
    watch.note(performance.now());
    await sleep(50);
    expect(watch.figures().perSecond).toBeGreaterThan(1 / 0.05);
  });
});

describe("rows that are compared", () => {
  it("are measured in turn, after all have warmed up; what a run uses up is made before it, and costs it nothing", async () => {
    const steps: string[] = [];
    let used = 0;
    const cpu = () => ({ service: used, database: 0 });
    const row = (name: string, costs: number, prepare?: () => Promise<void>) => ({
      once: (seconds: number) => {
        steps.push(`${name} ${seconds}`);
        used += costs;
        return Promise.resolve(figures(10, 10));
      },
      ...(prepare === undefined ? {} : { prepare }),
    });
    const prepare = () => {
      steps.push("prepare");
      used += 1_000;
      return Promise.resolve();
    };
    const runs = await measureInTurn({ rounds: 2, seconds: 3, cpu }, [row("a", 10), row("b", 20, prepare)]);
    expect(steps).toEqual(["a 1", "prepare", "b 1", "a 3", "prepare", "b 3", "a 3", "prepare", "b 3"]);
    expect(runs.map((each) => each.map((run) => run.cpu.service))).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  const runsOf = (...totals: readonly number[]): Run[] =>
    totals.map((total) => ({ ...figures(10, 10), p99: total, cpu: { service: total / 4, database: (total * 3) / 4 } }));
  const base = { name: "one", what: "one line", runs: runsOf(1, 2, 4) };
  const bounded = (atMost: number, runs: Run[]) => ({
    name: "five",
    what: "five lines",
    runs,
    bound: { of: "processor time", row: "one", atMost } as const,
  });

  it("have the median of what each round gave", () => {
    const five = bounded(1.5, runsOf(1.5, 2, 12));
    expect(verdictOf(five, [five, base])).toMatchObject({ value: 1.5, values: [1.5, 1, 3], atMost: 1.5, holds: true });
    const slow = bounded(1.49, runsOf(1.5, 2, 12));
    expect(verdictOf(slow, [base, slow])).toMatchObject({ holds: false });
  });

  it("are not compared where one was not measured, or processor time is not known", () => {
    const five = bounded(1.5, runsOf(1.5));
    expect(verdictOf(five, [five])).toBeUndefined();
    expect(verdictOf(base, [five, base])).toBeUndefined();
    const unknown = bounded(1.5, runsOf(Number.NaN));
    expect(verdictOf(unknown, [unknown, base])).toBeUndefined();
  });

  it("may have a bound for the slowest of their answers, of the middle run", () => {
    const row = { ...base, bound: { of: "p99", atMost: 20 } as const };
    expect(verdictOf(row, [])).toMatchObject({ value: 2, holds: true });
    expect(verdictOf({ ...row, runs: runsOf(20.1) }, [])).toMatchObject({ holds: false });
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
