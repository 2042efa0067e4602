/**
 * What the service says about requests: never bodies, identifiers, keys or raw URLs.
 *
 * A request that went well is a line at level `debug`, everything else, and what took over a second, one at `info`:
 * at thousands of requests a second the lines of good news would cost more than they tell, and metrics count them.
 */
import type { Logger } from "pino";
import { classify } from "../../db/errors.ts";

const SLOW_MS = 1_000;

interface RequestLine {
  readonly method: string;
  /** The pattern, not the URL. */
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly requestId: string;
  readonly clientId: string;
  readonly trace: string | null;
}

export interface HttpLog {
  request(line: RequestLine): void;
  /** A fault that nobody foresaw. */
  fault(error: unknown, where: Readonly<Record<string, string | number>>): void;
}

/** Logs to nowhere: for the document, and for tests. */
export const silentLog: HttpLog = { request: () => {}, fault: () => {} };

export function httpLog(logger: Logger): HttpLog {
  const debug = logger.isLevelEnabled("debug");
  const info = logger.isLevelEnabled("info");
  return {
    request(line) {
      const matters = line.status >= 400 || line.milliseconds > SLOW_MS;
      if (!(matters ? info : debug)) return;
      const { milliseconds, trace, ...rest } = line;
      const entry = {
        ...rest,
        ms: Math.round(milliseconds * 100) / 100,
        ...(trace === null ? {} : { traceId: traceOf(trace) }),
      };
      if (matters) logger.info(entry, "request");
      else logger.debug(entry, "request");
    },
    fault: (error, where) => logger.error({ ...where, fault: faultOf(error) }, "fault"),
  };
}

/** The trace of a W3C traceparent; null where it is malformed. */
export function traceOf(traceparent: string): string | null {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(traceparent)?.[1] ?? null;
}

/** An error without what the database says about values: its messages may quote them. */
export function faultOf(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { kind, sqlstate } = classify(error);
  const frames = (error.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
  const said = sqlstate === null ? { message: error.message } : { sqlstate, kind };
  return { type: error.name, ...said, stack: frames.join("\n") };
}
