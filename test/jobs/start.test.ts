import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startJobs } from "../../src/jobs/start.ts";
import type { Job } from "../../src/engine/definition/background.ts";
import type { MemberId } from "../../src/kernel/ids.ts";
import { modules } from "../../src/modules.ts";
import { testLedger, type TestLedger } from "../support/ledger.ts";

const DAYS_100 = 100 * 86_400_000;

let yearlyRuns = 0;
/** Not for every start of a process. */
const yearly: Job = {
  name: "yearly",
  schedule: "0 0 29 2 *",
  atStart: false,
  done: "a year has passed",
  begin: () => async () => {
    yearlyRuns += 1;
    return null;
  },
};

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger({ modules: [...modules, { name: "test", operations: [], reads: [], jobs: [yearly] }] });
});
afterAll(() => ledger.close());

/** Everything that was logged, and a logger that logs there. */
function logged() {
  const lines: string[] = [];
  return { lines, logger: pino({ level: "trace" }, { write: (line: string) => void lines.push(line) }) };
}

/** Waits for a figure, or says what else it was at the end. */
async function until(what: string, figure: () => Promise<number> | number, wanted: number): Promise<void> {
  await expect.poll(figure, { timeout: 20_000, interval: 25, message: what }).toBe(wanted);
}

const count = async (query: string): Promise<number> => {
  const [row] = await ledger.database.sql.unsafe<{ found: number }[]>(`select count(*)::int as found ${query}`);
  return row?.found ?? -1;
};
const expired = () => count("from transfers where credit = 'breakage'");
/** Waits until so many lots more have expired than before. */
async function untilExpired(before: number, more: number): Promise<void> {
  await until("lots that have expired", expired, before + more);
}
const connections = () =>
  count("from pg_stat_activity where application_name = 'mclub jobs' and datname = current_database()");

/** A member whose bonuses have ended by now, unnoticed. */
async function memberWithEndedLot(): Promise<MemberId> {
  const memberId = await ledger.newMember();
  await ledger.give(memberId, 5_000n);
  ledger.clock.moveTo(ledger.clock.now() + DAYS_100);
  return memberId;
}

describe("background jobs", () => {
  it("run at the start where they are to, on two connections, which are gone when they have stopped", async () => {
    const before = await expired();
    const memberId = await memberWithEndedLot();
    const { lines, logger } = logged();
    const jobs = await startJobs(ledger.service, { url: ledger.database.url, logger });
    await untilExpired(before, 1);
    expect(await connections()).toBeLessThanOrEqual(2);
    await jobs.stop();
    await until("connections that are left", connections, 0);
    expect(lines.join("")).toContain("due wallets visited");
    expect(lines.join("")).not.toContain(memberId);
    expect(lines.filter((line) => line.includes('"level":50'))).toEqual([]);
    expect(yearlyRuns, "runs of a job that is by the clock alone").toBe(0);
  });

  it("are not held up by the job of a service that was killed", async () => {
    const { sql } = ledger.database;
    // What a full minute has just scheduled would count as well.
    await sql`delete from graphile_worker._private_jobs`;
    await sql`select graphile_worker.add_job('visit-due', job_key := 'visit-due')`;
    await sql`update graphile_worker._private_jobs set locked_at = now(), locked_by = 'killed', attempts = 1`;
    const before = await expired();
    await memberWithEndedLot();
    const jobs = await startJobs(ledger.service, { url: ledger.database.url, logger: logged().logger });
    await untilExpired(before, 1);
    await jobs.stop();
    expect(await count("from graphile_worker._private_jobs where locked_by = 'killed' and key is null")).toBe(1);
  });

  it("are known to the scheduler, and go on after their connections were cut", async () => {
    const options = { url: ledger.database.url, logger: logged().logger, restartMs: 50 };
    const jobs = await startJobs(ledger.service, options);
    const known = () => count("from graphile_worker._private_known_crontabs");
    await until(
      "jobs that the scheduler knows",
      known,
      ledger.service.modules.flatMap((each) => each.jobs ?? []).length,
    );
    const before = await expired();
    await ledger.database.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'mclub jobs' and datname = current_database()`;
    await memberWithEndedLot();
    await ledger.database.sql`select graphile_worker.add_job('visit-due', job_key := 'visit-due', max_attempts := 1)`;
    await untilExpired(before, 1);
    // A cut that is noticed late ends the scheduler once more, which is started again: for a moment it has no connection.
    await expect.poll(connections, { timeout: 10_000 }).toBeGreaterThan(0);
    await jobs.stop();
  });

  it("start again after a fault that ends the scheduler itself, and stop when told so meanwhile", async () => {
    const { lines, logger } = logged();
    const options = { url: ledger.database.url, logger, restartMs: 50 };
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let running = 0;
    const engine = new Proxy(ledger.service.engine, {
      get(target, name) {
        if (name !== "run") return Reflect.get(target, name) as unknown;
        return async (request: Parameters<typeof target.run>[0]) => {
          running = 1;
          await held;
          return target.run(request);
        };
      },
    });
    const before = await expired();
    await memberWithEndedLot();
    const jobs = await startJobs({ ...ledger.service, engine }, options);
    await until("jobs under way", () => running, 1);
    // The job can no longer be told to have ended.
    await ledger.database.sql`alter schema graphile_worker rename to graphile_worker_lost`;
    letGo();
    await expect.poll(() => lines.join(""), { timeout: 20_000 }).toContain("started again");
    await memberWithEndedLot();
    await untilExpired(before, 2);
    await jobs.stop();
    expect(await count("from graphile_worker._private_jobs where locked_at is not null")).toBe(0);
  });
});
