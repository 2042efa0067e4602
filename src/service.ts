/** Puts the parts together: one ledger over one database. Shared by the service, the jobs and the tests. */
import { connect, type Sql, type Target } from "./db/connect.ts";
import { Directory } from "./directory/directory.ts";
import { Engine } from "./engine/engine.ts";
import type { LaneLimits, LaneReports } from "./engine/lane.ts";
import { type Reader, readerOf } from "./engine/reader.ts";
import type { Clock } from "./kernel/clock.ts";
import type { Desk } from "./members/desk.ts";
import { loadPolicies } from "./policy/load.ts";

export interface ServiceOptions {
  readonly target: Target;
  readonly clock: Clock;
  readonly lanes?: number;
  readonly limits?: LaneLimits;
  readonly reports?: LaneReports;
  /** Connections for reading. */
  readonly readers?: number;
}

export interface Service extends Desk {
  readonly pool: Sql;
  readonly reader: Reader;
  /** Finishes what is under way, and lets go of the database. */
  close(): Promise<void>;
}

/** Opens a ledger on a database that is migrated. */
export async function openService(options: ServiceOptions): Promise<Service> {
  const { target, clock, lanes, limits, reports, readers = 8 } = options;
  const pool = connect(target, { max: readers, applicationName: "mclub reader", role: "mclub_app" });
  const reader = readerOf(pool);
  const policies = await loadPolicies((text) => reader.run(text));
  const engine = new Engine({
    target,
    clock,
    policies,
    ...(lanes === undefined ? {} : { lanes }),
    ...(limits === undefined ? {} : { limits }),
    ...(reports === undefined ? {} : { reports }),
  });
  const directory = new Directory(reader, clock);
  return {
    pool,
    reader,
    policies,
    engine,
    directory,
    clock,
    async close() {
      await engine.drain();
      await pool.end({ timeout: 5 });
    },
  };
}
