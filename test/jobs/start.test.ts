import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startJobs } from "../../src/jobs/start.ts";
import type { MemberId } from "../../src/kernel/ids.ts";
import { testLedger, type TestLedger } from "../support/ledger.ts";

const DAYS_100 = 100 * 86_400_000;

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.close());

/** Everything that was logged, and a logger that logs there. */
function logged() {
  const lines: string[] = [];
  return { lines, logger: pino({ level: "trace" }, { write: (line: string) => void lines.push(line) }) };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error("it did not happen in time");
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const count = async (query: string): Promise<number> => {
  const [row] = await ledger.database.sql.unsafe<{ found: number }[]>(`select count(*)::int as found ${query}`);
  return row?.found ?? -1;
};
const expired = () => count("from transfers where credit = 'breakage'");
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
  it("run at the start, on two connections, which are gone when they have stopped", async () => {
    const memberId = await memberWithEndedLot();
    const { lines, logger } = logged();
    const jobs = await startJobs(ledger.service, { url: ledger.database.url, logger });
    await until(async () => (await expired()) === 1);
    expect(await connections()).toBeLessThanOrEqual(2);
    await jobs.stop();
    await until(async () => (await connections()) === 0);
    expect(lines.join("")).toContain("due wallets visited");
    expect(lines.join("")).not.toContain(memberId);
    expect(lines.filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  it("are not held up by the job of a service that was killed", async () => {
    const { sql } = ledger.database;
    // What a full minute has just scheduled would count as well.
    await sql`delete from graphile_worker._private_jobs`;
    await sql`select graphile_worker.add_job('visit-due', job_key := 'visit-due')`;
    await sql`update graphile_worker._private_jobs set locked_at = now(), locked_by = 'killed', attempts = 1`;
    await memberWithEndedLot();
    const jobs = await startJobs(ledger.service, { url: ledger.database.url, logger: logged().logger });
    await until(async () => (await expired()) === 2);
    await jobs.stop();
    expect(await count("from graphile_worker._private_jobs where locked_by = 'killed' and key is null")).toBe(1);
  });

  it("are known to the scheduler, and go on after their connections were cut", async () => {
    const options = { url: ledger.database.url, logger: logged().logger, restartMs: 50 };
    const jobs = await startJobs(ledger.service, options);
    await until(async () => (await count("from graphile_worker._private_known_crontabs")) === 2);
    await ledger.database.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'mclub jobs' and datname = current_database()`;
    await memberWithEndedLot();
    await ledger.database.sql`select graphile_worker.add_job('visit-due', job_key := 'visit-due', max_attempts := 1)`;
    await until(async () => (await expired()) === 3);
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
    let running = false;
    const engine = new Proxy(ledger.service.engine, {
      get(target, name) {
        if (name !== "run") return Reflect.get(target, name) as unknown;
        return async (request: Parameters<typeof target.run>[0]) => {
          running = true;
          await held;
          return target.run(request);
        };
      },
    });
    await memberWithEndedLot();
    const jobs = await startJobs({ ...ledger.service, engine }, options);
    await until(() => Promise.resolve(running));
    // The job can no longer be told to have ended.
    await ledger.database.sql`alter schema graphile_worker rename to graphile_worker_lost`;
    letGo();
    await until(() => Promise.resolve(lines.some((line) => line.includes("started again"))));
    await memberWithEndedLot();
    await until(async () => (await expired()) === 5);
    await jobs.stop();
    expect(await count("from graphile_worker._private_jobs where locked_at is not null")).toBe(0);
  });
});
