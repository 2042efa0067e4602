/**
 * Random histories of two members at two brands, over the HTTP API of a service on a real database, beside a simple model
 * that shares nothing with it (model/): after each command both must agree on every balance, lot and order.
 *
 * A failure prints its seed, the shrunk history, and the requests that it came to. To see it again, and it alone:
 *
 *   FC_SEED=1234 FC_PATH=17 npx vitest run test/simulation
 *
 * FC_SEED alone repeats the whole run; FC_RUNS=1000 makes a longer one.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkInTheEnd, checkNow } from "./check.ts";
import type { History } from "./commands.ts";
import { history } from "./history.ts";
import { play } from "./play/play.ts";
import { shrink } from "./shrink.ts";
import { type Disagreement, World } from "./world.ts";

const RUNS = 30;
const LONGEST = 120;
const LONGEST_SHRINKING_MS = 300_000;

/** A run in which one of these never happened has not tried it. */
const TRIED = [
  "grant 201",
  "quote 200",
  "buy 201",
  "return 201",
  "return at the other brand",
  "return of what was collected",
  "reverse purchase: reversed",
  "reverse return: reversed",
  "hold 201",
  "capture 200",
  "release 200",
  "order 201",
  "order to the other brand",
  "ready 200",
  "reroute 200",
  "cancel 200",
  "an order expires",
  "pick up: collected",
  "pick up: ready",
  "pick up, some given back",
  "pick up, with added goods",
  "guess pickup_code_blocked",
  "reverse pickup: ready",
  "reverse pickup, more held again than was spent",
  "retry 201",
];

async function live({ begins, commands }: History, tally: Map<string, number>): Promise<void> {
  const world = await World.open(begins, tally);
  try {
    for (const command of commands) {
      await play(world, command);
      await checkNow(world);
    }
    await checkInTheEnd(world);
  } catch (error) {
    // The proof may fail as well then: what was found first is what is told.
    await world.http.close().catch(() => undefined);
    throw world.disagreement(error);
  }
  await world.http.close();
}

/** How a history fails. */
async function failureOf(one: History): Promise<Disagreement | undefined> {
  try {
    await live(one, new Map());
    return undefined;
  } catch (error) {
    return error as Disagreement;
  }
}

async function report({
  seed,
  counterexample,
  counterexamplePath,
  numRuns,
}: fc.RunDetails<[History]>): Promise<string> {
  const [found] = counterexample ?? [];
  if (found === undefined) return "no history failed";
  const shrunk = await shrink(found, async (one) => (await failureOf(one))?.kind, LONGEST_SHRINKING_MS);
  return [
    `history ${numRuns} fails: FC_SEED=${seed} FC_PATH=${counterexamplePath}`,
    fc.stringify(shrunk),
    (await failureOf(shrunk))?.message,
  ].join("\n");
}

test("balances and orders are what the simple model says, whatever members, tills and time do", {
  timeout: 3_600_000,
}, async () => {
  const { FC_SEED: seed, FC_PATH: path, FC_RUNS } = process.env;
  const runs = Number(FC_RUNS ?? RUNS);
  const tally = new Map<string, number>();
  const property = fc.asyncProperty(history(LONGEST), (one) => live(one, tally));
  const details = await fc.check(property, {
    numRuns: runs,
    endOnFailure: true,
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(path === undefined ? {} : { path }),
  });
  if (details.failed) throw new Error(await report(details));
  // A replay goes through one history only.
  const tried = path === undefined && runs >= RUNS ? TRIED : [];
  expect(tried.filter((what) => !tally.has(what))).toEqual([]);
});
