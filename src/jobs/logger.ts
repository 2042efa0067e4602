/** The scheduler's words in our own log: what it says and about which task, never what a job carries. */
import { Logger as SchedulerLogger, type LogFunctionFactory } from "graphile-worker";
import type { Logger } from "pino";

/** Every minute has its jobs: what goes as it should is for those who debug. */
const LEVELS: Readonly<Record<string, "error" | "warn">> = { error: "error", warning: "warn" };

export function schedulerLogger(logger: Logger): SchedulerLogger {
  const factory: LogFunctionFactory = ({ label, taskIdentifier, jobId }) => {
    const about = { component: "jobs", label, task: taskIdentifier, jobId };
    return (level, message) => {
      logger[LEVELS[level] ?? "debug"](about, message);
    };
  };
  return new SchedulerLogger(factory);
}
