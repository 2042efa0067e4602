/** Puts the parts together: one ledger over one database. Shared by the service, the jobs, the tools and the tests. */
import { connect, type Target } from "./db/connect.ts";
import { pendingMigrations } from "./db/migrate.ts";
import type { Clock } from "./kernel/clock.ts";
import type { PersonalKeys } from "./kernel/sealed.ts";
import { auditOver } from "./engine/connection/audit.ts";
import { type Exporter, exporterOf } from "./engine/exporting/exporter.ts";
import { PatientReader, readerOf } from "./engine/connection/reader.ts";
import { afterwardsByName } from "./engine/definition/background.ts";
import type { CodeSender } from "./engine/definition/code-sender.ts";
import type { Personal } from "./engine/definition/lookup.ts";
import type { Module } from "./engine/definition/module.ts";
import { Engine } from "./engine/group/engine.ts";
import type { LaneLimits, LaneReports } from "./engine/group/lane.ts";
import { Later } from "./engine/group/later.ts";
import { PolicySource } from "./engine/group/policy-source.ts";
import type { Ledger } from "./engine/group/submit.ts";
import { AccessLog } from "./members/accesses/access-log.ts";
import { modules as allModules } from "./modules.ts";
import { Directory } from "./programme/directory/directory.ts";

export interface ServiceOptions {
  readonly target: Target;
  readonly clock: Clock;
  /** What personal data is sealed and looked up with; the look-up key is the same for all processes over one database. */
  readonly personal: PersonalKeys;
  readonly lanes?: number;
  readonly limits?: LaneLimits;
  readonly reports?: LaneReports;
  /** With which hashes of one-time codes are taken; the same for all processes over one database. */
  readonly codeSecret?: string;
  /** What sends one-time codes to customers. Absent: nobody can start a link. */
  readonly codeSender?: CodeSender | undefined;
  /** Connections for reading. */
  readonly readers?: number;
  /** Absent: all of them. */
  readonly modules?: readonly Module[];
}

export interface Service extends Ledger {
  readonly modules: readonly Module[];
  /** Where its database is, for what needs a connection of its own. */
  readonly target: Target;
  /** Who was shown whose personal data. */
  readonly accessLog: AccessLog;
  /** Most connections for reading. */
  readonly readers: number;
  /** Takes the books out as files. */
  readonly exporter: Exporter;
  /** What the database lacks for this code, asked on a connection of its own: the readers may all be busy. */
  pendingMigrations(): Promise<readonly string[]>;
  /** Finishes what is under way, and lets go of the database. */
  close(): Promise<void>;
}

/** What is opened for a command stands in the journal with it. */
const inTheJournal = (keys: PersonalKeys): Personal => ({ ...keys, opened: () => {} });

const AUDIT_SECONDS = 600;
/** As many as it has statements on their way. */
const ACCESS_LOGGERS = 2;
/** Each read is backed by an index: a plan that was made while a table was empty must not go through all of it later. */
const BY_INDEX = { enable_seqscan: "off" };

/** Opens a ledger on a database that is migrated. */
export async function openService(options: ServiceOptions): Promise<Service> {
  const { target, clock, personal, readers = 8, codeSecret = "", codeSender, modules = allModules } = options;
  const { reader, accessLogger, ownPool, auditPool, end } = openPools(target, readers);
  const source = await PolicySource.open(reader);
  const engine = new Engine({
    target,
    clock,
    policies: source,
    ...given(options),
  });
  const later = new Later();
  return {
    modules,
    target,
    readers,
    reader,
    engine,
    clock,
    codeSecret,
    codeSender,
    personal: inTheJournal(personal),
    accessLog: new AccessLog(accessLogger, clock),
    afterwards: afterwardsByName(modules.flatMap(({ afterwards = [] }) => afterwards)),
    later,
    directory: new Directory(reader),
    audit: auditOver(readerOf(auditPool)),
    exporter: exporterOf(target),
    get policies() {
      return source.timeline;
    },
    readPolicies: () => source.recent(),
    policiesChanged: () => source.changed(),
    pendingMigrations: () => pendingMigrations(ownPool),
    async close() {
      const left = later.end();
      await engine.drain();
      await left;
      await end();
    },
  };
}

/** What is said of the lanes. */
const given = ({ lanes, limits, reports }: ServiceOptions) => ({
  ...(lanes === undefined ? {} : { lanes }),
  ...(limits === undefined ? {} : { limits }),
  ...(reports === undefined ? {} : { reports }),
});

/** Connections beside those of the lanes, each for its own purpose, with the rights of the service and no more. */
function openPools(target: Target, readers: number) {
  const role = "mclub_app";
  const ownPool = connect(target, { max: 1, applicationName: "mclub readiness", role });
  const auditPool = connect(target, {
    max: 1,
    applicationName: "mclub audit",
    role,
    // Long enough for hundreds of millions of rows; a till's statement may take seconds, a proof may not be cut short.
    statementTimeoutMs: AUDIT_SECONDS * 1_000,
  });
  const reader = new PatientReader(() =>
    connect(target, { max: readers, applicationName: "mclub reader", role, settings: BY_INDEX }),
  );
  const accessLogger = new PatientReader(() =>
    connect(target, { max: ACCESS_LOGGERS, applicationName: "mclub access log", role }),
  );
  return {
    reader,
    accessLogger,
    ownPool,
    auditPool,
    end: () =>
      Promise.all([reader.end(), accessLogger.end(), ...[ownPool, auditPool].map((sql) => sql.end({ timeout: 5 }))]),
  };
}
