/**
 * `npm run keys:rotate`, in production `node dist/cli/keys-rotate.js`: seals all personal data anew under the first of
 * MCLUB_DATA_KEYS, while the service runs. Ends with 0 where nothing is left under another key. May be stopped and repeated at will.
 */
import { Command } from "commander";
import { connect, type Target } from "../db/connect.ts";
import { KeysRefused, requireKnownKeys } from "../db/known-keys.ts";
import { BUCKETS } from "../kernel/ids.ts";
import type { FieldCipher, PersonalKeys } from "../kernel/sealed.ts";
import { ConfigError, readConfig } from "../config.ts";
import { type RotationReport, rotateKeys } from "../members/key-rotation.ts";
import { DatabaseRefused, openWithKeys } from "./command/database.ts";

const SECONDS_BETWEEN_LINES = 1;
/** The count at the end goes through all profiles. */
const STATEMENT_TIMEOUT_MS = 3_600_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const plural = (count: number): string => `${count.toLocaleString("en")} ${count === 1 ? "profile" : "profiles"}`;

async function main(): Promise<boolean> {
  const { target, personal, close } = await openWithKeys(readConfig());
  try {
    return await rotate(target, personal);
  } finally {
    await close();
  }
}

async function rotate(target: Target, personal: PersonalKeys): Promise<boolean> {
  const { cipher } = personal;
  const sql = connect(target, {
    max: 1,
    applicationName: "mclub keys-rotate",
    role: "mclub_app",
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  try {
    await requireKnownKeys(target, personal);
    say(
      `Personal data is sealed anew under ${cipher.sealsWith}. This may be stopped, and goes on when it is repeated.`,
    );
    const report = await rotateKeys(sql, cipher, toldNowAndThen());
    return tell(cipher, report);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** A line a second. */
function toldNowAndThen(): (buckets: number, resealed: number) => void {
  let last = performance.now();
  return (buckets, resealed) => {
    if (performance.now() - last < SECONDS_BETWEEN_LINES * 1_000) return;
    last = performance.now();
    say(`${plural(resealed)} sealed anew, ${Math.floor((buckets / BUCKETS) * 100)} % looked at`);
  };
}

/** Says how it stands; whether all is under the first key, for good. */
function tell(cipher: FieldCipher, { resealed, profilesByKey, notOpened, settled }: RotationReport): boolean {
  const known = cipher.keys.map(({ id }) => id);
  say(`${plural(resealed)} sealed anew. Now there are`);
  for (const id of new Set([...known, ...profilesByKey.keys()])) {
    const unknown = known.includes(id) ? "" : ", which is not in MCLUB_DATA_KEYS";
    say(`  under ${id === "" ? "no key" : id}: ${plural(profilesByKey.get(id) ?? 0)}${unknown}`);
  }
  if (notOpened.length > 0) {
    say(`These are not what was sealed there, and were left as they are: ${notOpened.join(", ")}`);
  }
  if (!settled) say("Somebody has been writing all the while, and may bring back what was there: repeat this.");
  const others = [...profilesByKey.keys()].filter((id) => id !== cipher.sealsWith);
  const isDone = settled && others.length === 0;
  const retired = known.slice(1).join(", ");
  if (isDone && retired !== "") {
    say(`Nothing is under ${retired}: once all processes seal under ${cipher.sealsWith}, it may go.`);
  }
  return isDone;
}

/** What a person can do something about is told without a stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return `The environment does not fit:\n${error.message}`;
  if (error instanceof KeysRefused || error instanceof DatabaseRefused) return `Nothing was done: ${error.message}.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const program = new Command("keys:rotate")
  .description("seal all personal data anew under the first of MCLUB_DATA_KEYS, while the service runs")
  .addHelpText(
    "after",
    "\nThe database is the one of DATABASE_URL, or the sandbox's. May be stopped and repeated at will.\nEnds with 0 where nothing is left under another key.",
  )
  .action(async () => {
    try {
      process.exitCode = (await main()) ? 0 : 1;
    } catch (error) {
      process.stderr.write(`${explain(error)}\n`);
      process.exitCode = 1;
    }
  });
await program.parseAsync();
