/** The service: reads its configuration, brings up what it needs, serves, and drains when it is told to stop. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { destination, type Logger, pino } from "pino";
import type { Target } from "./db/connect.ts";
import { classify } from "./db/errors.ts";
import { JournalAhead, requireJournalOrder } from "./db/journal-order.ts";
import { hasKnownKeys, KeysRefused, requireKnownKeys } from "./db/known-keys.ts";
import { migrate } from "./db/migrate.ts";
import { MigrationRefused } from "./db/migrations.ts";
import { formatInstant, systemClock } from "./kernel/clock.ts";
import type { PersonalKeys } from "./kernel/sealed.ts";
import { type Config, ConfigError, readConfig, readPersonalKeys } from "./config.ts";
import { lanesFor } from "./engine/group/engine.ts";
import { removeLeftovers } from "./engine/own-folder.ts";
import { createApp } from "./http/server/app.ts";
import { faultOf, httpLog } from "./http/server/log.ts";
import { createMetrics } from "./http/server/metrics.ts";
import { listen } from "./http/server/server.ts";
import { followersOf, startFollowing } from "./jobs/follow.ts";
import { startReconciling } from "./jobs/reconcile.ts";
import { startJobs } from "./jobs/start.ts";
import { printingSender } from "./members/linking/printing-sender.ts";
import { AdministratorKeyRefused, ensureAdministrator } from "./programme/clients/administrator.ts";
import { SharedManualClock } from "./programme/clock/manual-clock.ts";
import { openService, type Service } from "./service.ts";

/** A drain that takes longer is cut off. */
const DRAIN_LIMIT_MS = 20_000;
const PARENT_CHECK_MS = 100;
/** Where a sandbox's clock stands at first: the day from which the first policy is in force. */
const SANDBOX_START = Date.parse("2010-01-01T00:00:00+03:00");

/** What is up, to be let go of in the opposite order. */
type LetGo = () => Promise<unknown>;

async function main(): Promise<void> {
  const config = readConfig();
  // On stderr and in the background: stdout is for the few lines that a person reads.
  const logger = pino({ level: config.logLevel, base: null }, destination({ dest: 2, sync: false }));
  outliveLostConnections(logger);
  const open: LetGo[] = [];
  const starting = start(config, logger, open);
  stopWhenTold(logger, open, starting, config.startedByNpm);
  try {
    await starting;
  } catch (error) {
    await letGo(open, logger);
    throw error;
  }
}

/**
 * The scheduler of the jobs stops listening to its connections before they are closed; the loss of one in between would
 * end the process. Whoever needs the database hears of it anyway. Anything else that nobody has caught is the end.
 */
function outliveLostConnections(logger: Logger): void {
  process.on("uncaughtException", (error) => {
    const fault = faultOf(error);
    if (classify(error).kind === "unavailable") {
      logger.warn({ fault }, "a connection was lost that nobody listened to");
      return;
    }
    logger.fatal({ fault }, "a fault that nobody caught");
    end(logger, 1);
  });
}

/** Brings everything up, and says so. Answers what tells the readiness check that the end is near. */
async function start(config: Config, logger: Logger, open: LetGo[]): Promise<() => void> {
  const target = await databaseOf(config, logger, open);
  const { applied } = await migrate(target);
  if (applied.length > 0) logger.info({ applied }, "migrated");
  await requireJournalOrder(target);
  const personal = config.personalKeys ?? (await ownKeysOf(config, target));
  await requireKnownKeys(target, personal);
  const metrics = createMetrics();
  const clock = config.clock === "manual" ? new SharedManualClock(0) : systemClock;
  const reports = {
    group: (size: number, milliseconds: number) => metrics.reports.group(size, milliseconds),
    fault(error: unknown, size: number) {
      metrics.reports.fault(error, size);
      logger.warn({ size, fault: faultOf(error) }, "a group failed, and is tried again or refused");
    },
  };
  const service = await openService({
    ...(config.codeSecret === undefined ? {} : { codeSecret: config.codeSecret }),
    ...(config.codeSender === undefined ? {} : { codeSender: printingSender((line) => process.stdout.write(line)) }),
    target,
    clock,
    personal,
    reports,
    lanes: config.lanes ?? lanesFor(availableParallelism()),
  });
  open.push(() => service.close());
  metrics.watch(service);
  if (clock instanceof SharedManualClock) await clock.connect(service, SANDBOX_START);
  await announceAdmin(service, config);
  let draining = false;
  const operators = { draining: () => draining, metrics };
  const { rates } = config;
  const app = createApp(service, { log: httpLog(logger), observe: metrics.observe, operators, rates });
  const jobs = await startJobs(service, { url: typeof target === "string" ? target : target.url, logger });
  open.push(() => jobs.stop());
  const following = startFollowing(followersOf(service), { target, logger });
  open.push(() => following.stop());

  await removeLeftovers();
  const reconciling = startReconciling({ target, clock, logger });
  open.push(() => reconciling.stop());
  const listening = await listen(app, config);
  open.push(() => listening.close());
  announceReady(config, listening.port, clock instanceof SharedManualClock ? formatInstant(clock.now()) : null);
  return () => {
    draining = true;
  };
}

/** The configured database, or the server that the project brings along. */
async function databaseOf({ databaseUrl, dataFolder }: Config, logger: Logger, open: LetGo[]): Promise<Target> {
  if (databaseUrl !== undefined) return databaseUrl;
  const { startEmbedded } = await import("./db/embedded.ts");
  const server = await startEmbedded({ dataDir: resolve(dataFolder), log: (message) => logger.info(message) });
  open.push(() => server.stop());
  return { url: server.url, socketPath: server.socketPath };
}

/** The keys of the sandbox: made once, and said so. Others could read nothing of what is there, and are not made. */
async function ownKeysOf({ dataFolder }: Config, target: Target): Promise<PersonalKeys> {
  const { keysFile, ownKeys } = await import("./db/embedded/keys.ts");
  const dataDir = resolve(dataFolder);
  if ((await hasKnownKeys(target)) && !existsSync(keysFile(dataDir))) {
    throw new KeysRefused(`${keysFile(dataDir)}, which the database has been used with, is not there`);
  }
  const { file, made, texts } = await ownKeys(dataDir);
  if (made) process.stdout.write(`Keys of personal data were made in ${file}; keep them with the database\n`);
  return readPersonalKeys(file, texts);
}

async function announceAdmin(service: Service, { adminKey }: Config): Promise<void> {
  const key = await ensureAdministrator(service, adminKey);
  if (key === undefined) return;
  process.stdout.write(`\nAdmin key, shown this once and never again: ${key}\n\n`);
}

function announceReady({ host }: Config, port: number, sandbox: string | null): void {
  const address = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const clock = sandbox === null ? "" : `, sandbox clock at ${sandbox}`;
  process.stdout.write(`M.Club ledger is ready at ${address} (documentation: ${address}/docs${clock})\n`);
}

/** A signal that comes while the service starts waits until it has: half of it could not be let go of in order. */
function stopWhenTold(logger: Logger, open: LetGo[], starting: Promise<() => void>, startedByNpm: boolean): void {
  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    // A terminal and npm may both pass one on.
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, "draining");
    setTimeout(() => {
      logger.error("the drain took too long, and was cut off");
      end(logger, 1);
    }, DRAIN_LIMIT_MS).unref();
    (await starting)();
    end(logger, (await letGo(open, logger)) ? 0 : 1);
  };
  // A start that fails is told, and let go of, by whoever waits for it.
  const onSignal = (signal: string) => void stop(signal).catch(() => {});
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  if (!startedByNpm) return;
  // SIGTERM to npm ends its shell at once, and is never heard of here: the loss of the parent must do.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) onSignal("the end of npm");
  }, PARENT_CHECK_MS).unref();
}

/** Lets go of everything, last first, whatever fails on the way. */
async function letGo(open: LetGo[], logger: Logger): Promise<boolean> {
  let clean = true;
  for (const close of open.splice(0).toReversed()) {
    try {
      await close();
    } catch (error) {
      clean = false;
      logger.error({ fault: faultOf(error) }, "something did not let go");
    }
  }
  return clean;
}

function end(logger: Logger, code: number): void {
  logger.flush(() => process.exit(code));
}

/** What a person who starts the service can do something about is told without a stack. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof ConfigError) return `The environment does not fit:\n${error.message}`;
  if (error instanceof AdministratorKeyRefused) return `MCLUB_ADMIN_KEY cannot be used: ${error.message}.`;
  if (error instanceof KeysRefused) return `The keys of personal data do not fit: ${error.message}.`;
  if (error instanceof JournalAhead) {
    return `The journal is ahead of the server: ${error.message}. The guide for operators, Backups, tells how to go on after a logical dump was restored.`;
  }
  if (error instanceof MigrationRefused) return `The database cannot be migrated: ${error.message}`;
  const portIsTaken = "code" in error && error.code === "EADDRINUSE";
  if (portIsTaken) return `The port is taken: ${error.message}. Set PORT, or PORT=0 for a free one.`;
  return error.stack ?? error.message;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
  // Whatever still holds the process must not keep it.
  setTimeout(() => process.exit(1), 1_000).unref();
}
