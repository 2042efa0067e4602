/**
 * Has followers follow the journal, about a second behind it. Each process tries; one at a time does it, and when it is gone,
 * another one. What they keep is never needed to know a balance, so a fault is logged, and it is tried again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { connect, type Target } from "../db/connect.ts";
import { classify } from "../db/errors.ts";
import { snapshotOver } from "../engine/connection/reader.ts";
import type { Follower } from "../engine/definition/follower.ts";
import { BY_POSITIONS, followOnce } from "../engine/following/follow.ts";

import type { Service } from "../service.ts";

const PAUSE_MS = 1_000;
const PAUSE_AFTER_FAULT_MS = 5_000;

export const followersOf = ({ modules }: Pick<Service, "modules">): readonly Follower[] =>
  modules.flatMap(({ followers = [] }) => followers);

export interface Following {
  /** Ends after the stretch that is being added. */
  stop(): Promise<void>;
}

export function startFollowing(
  followers: readonly Follower[],
  { target, logger, pauseMs = PAUSE_MS }: FollowOptions,
): Following {
  const stopping = new AbortController();
  const { signal } = stopping;
  const pool = connect(target, {
    max: 1,
    applicationName: "mclub follower",
    role: "mclub_app",
    settings: BY_POSITIONS,
  });
  const pause = (milliseconds: number) => sleep(milliseconds, undefined, { signal }).catch(() => {});
  const followAll = async () => {
    for (let index = 0; index < followers.length && !signal.aborted; ) {
      const follower = followers[index] as Follower;
      const followed = await pool.begin((sql) => followOnce(snapshotOver(sql), follower));
      if (typeof followed === "string" || !followed.more) index += 1;
    }
  };
  const run = async () => {
    while (!signal.aborted) {
      const fault = await followAll().then(
        () => undefined,
        (error: unknown) => classify(error),
      );
      if (fault === undefined) await pause(pauseMs);
      else {
        logger.warn({ fault: fault.kind, sqlstate: fault.sqlstate }, "the journal cannot be followed now");
        await pause(PAUSE_AFTER_FAULT_MS);
      }
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
      await pool.end({ timeout: 5 });
    },
  };
}

interface FollowOptions {
  readonly target: Target;
  readonly logger: Pick<Logger, "warn">;
  /** Between two looks at the end of the journal. */
  readonly pauseMs?: number;
}
