/**
 * Background work, scheduled by graphile-worker in the same database. Whatever it does could also not be done:
 * balances and refusals never depend on it. So it may fail, and be started again, without anybody noticing.
 */
import { EventEmitter, once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { run, type Runner, type TaskList, type WorkerEvents } from "graphile-worker";
import type { Logger } from "pino";
import { classify } from "../db/errors.ts";
import { Problem } from "../kernel/problems.ts";
import type { Job } from "../engine/definition/background.ts";
import { ledgerItself } from "../engine/group/submit.ts";
import type { Service } from "../service.ts";
import { schedulerLogger } from "./logger.ts";

export interface JobOptions {
  /** The owner's address of the database: the scheduler keeps a schema of its own, and migrates it. */
  readonly url: string;
  readonly logger: Logger;
  /** The pause before they are started again, should they have stopped by a fault. */
  readonly restartMs?: number;
}

export interface Jobs {
  /** Ends what runs after its current slice, and lets go of the database. */
  stop(): Promise<void>;
}

/** A job that still waits is not queued a second time. No named queue: the job of a service that was killed would lock it for hours. */
const crontabOf = (jobs: readonly Job[]): string =>
  jobs.map(({ schedule, name }) => `${schedule} ${name} ?jobKey=${name}&max=1`).join("\n");

/**
 * Told one by one, the end of a job is told by a promise that nobody hears: a connection lost at that moment would end
 * the process. Told in batches, however small, the fault ends the scheduler, and it is started again.
 */
const BATCHED = { completeJobBatchDelay: 0, failJobBatchDelay: 0 };

/** One connection listens, the other one fetches. */
const CONNECTIONS = 2;
const RESTART_MS = 5_000;
const LONGEST_STOP_MS = 8_000;
const LONGEST_START_MS = 2_000;

/** Starts the jobs of all modules, at once those that are to run at the start, and keeps them running. Throws where the database cannot be had at all. */
export async function startJobs(service: Service, { url, logger, restartMs = RESTART_MS }: JobOptions): Promise<Jobs> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const jobs = service.modules.flatMap((module) => module.jobs ?? []);
  const tasks = tasksOf(jobs, service, logger, signal);
  const start = () => startRunner(url, logger, tasks, jobs);
  let runner: Runner | undefined = await start();
  const watch = async () => {
    while (!signal.aborted) {
      await runner?.promise.catch(() => {});
      runner = undefined;
      if (signal.aborted) return;
      logger.warn("background jobs have stopped, and are started again");
      await sleep(restartMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      runner = await start().catch((error: unknown) => {
        logger.warn({ fault: classify(error).kind }, "background jobs cannot be started now");
        return undefined;
      });
    }
    // Told to stop while it was starting.
    await stopRunner(runner);
  };
  const watching = watch();
  return {
    async stop() {
      stopping.abort();
      // Without a database the scheduler takes its time; nothing is lost by leaving it.
      await Promise.race([stopRunner(runner).then(() => watching), sleep(LONGEST_STOP_MS, undefined, { ref: false })]);
    },
  };
}

async function startRunner(url: string, logger: Logger, taskList: TaskList, jobs: readonly Job[]): Promise<Runner> {
  const events: WorkerEvents = new EventEmitter();
  // A scheduler that is stopped while it is still connecting leaves that connection behind, and nobody listens to it.
  const listening = once(events, "pool:listen:success", { signal: AbortSignal.timeout(LONGEST_START_MS) });
  const listens = listening.catch(() => {});
  const runner = await run({
    connectionString: named(url),
    schema: "graphile_worker",
    maxPoolSize: CONNECTIONS,
    concurrency: 1,
    noHandleSignals: true,
    logger: schedulerLogger(logger),
    crontab: crontabOf(jobs),
    taskList,
    preset: { worker: BATCHED },
    events,
  });
  // Unheard, its end by a fault would end the process.
  runner.promise.catch(() => {});
  await Promise.race([listens, runner.promise.catch(() => {})]);
  try {
    for (const { name, atStart } of jobs) if (atStart) await runner.addJob(name, {}, { jobKey: name, maxAttempts: 1 });
  } catch (error) {
    await stopRunner(runner);
    throw error;
  }
  return runner;
}

/** It throws where it has stopped by itself at this very moment. */
async function stopRunner(runner: Runner | undefined): Promise<void> {
  await runner?.stop().catch(() => {});
}

function tasksOf(jobs: readonly Job[], service: Service, logger: Logger, signal: AbortSignal): TaskList {
  const ledger = ledgerItself(service);
  return Object.fromEntries(
    jobs.map((job) => {
      const runOnce = job.begin(ledger);
      const task = async () => {
        const report = await runOnce(signal);
        if (report !== null) logger.info(report, job.done);
      };
      return [job.name, () => quietly(job.name, task)];
    }),
  );
}

/** Tells the scheduler, which logs it and keeps it in a table, what kind of fault it was and nothing else. */
async function quietly(task: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { kind, sqlstate } = classify(error);
    const code = sqlstate ?? (error instanceof Problem ? error.code : "");
    // oxlint-disable-next-line preserve-caught-error -- the original may quote what a statement was about
    throw new Error(`${task} gave up: ${kind} ${code}`);
  }
}

/** Shows in pg_stat_activity whose connections these are. */
function named(url: string): string {
  const address = new URL(url);
  address.searchParams.set("application_name", "mclub jobs");
  return address.href;
}
