/**
 * Has files matched that wait for a reconciliation, one after the other, beside the jobs that come by the clock: it takes seconds, and
 * nobody else's job is to wait for it. Each process looks; a file is one process's at a time.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { classify } from "../db/errors.ts";
import { type Matched, matchNext, type MatchingOptions } from "../finance/reconciliation/matching/run-next.ts";

const PAUSE_MS = 2_000;
const PAUSE_AFTER_FAULT_MS = 30_000;

export interface Reconciling {
  /** Ends after the file that is being matched. */
  stop(): Promise<void>;
}

interface ReconcilingOptions extends MatchingOptions {
  readonly logger: Pick<Logger, "info" | "warn">;
  /** Between two looks for files. */
  readonly pauseMs?: number;
}

export function startReconciling({ logger, pauseMs = PAUSE_MS, ...matching }: ReconcilingOptions): Reconciling {
  const stopping = new AbortController();
  const { signal } = stopping;
  const pause = (milliseconds: number) => sleep(milliseconds, undefined, { signal }).catch(() => {});
  const once = async (): Promise<Matched | null | undefined> => {
    try {
      return await matchNext(matching);
    } catch (error) {
      const fault = classify(error);
      logger.warn({ fault: fault.kind, sqlstate: fault.sqlstate }, "a file cannot be matched now");
      return undefined;
    }
  };
  const run = async () => {
    while (!signal.aborted) {
      const matched = await once();
      if (matched === undefined) await pause(PAUSE_AFTER_FAULT_MS);
      else if (matched === null) await pause(pauseMs);
      else if (matched.outcome === "done" || matched.outcome === "elsewhere") {
        logger.info({ ...matched }, "a file was matched");
      } else logger.warn({ ...matched }, "a file could not be matched");
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
