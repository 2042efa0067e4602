/**
 * Random histories of a handful of people who buy, bring back, put aside, order, become one and part, with debts to either brand
 * and on a clock that goes over the ends of lots: each has at each step what a model says that shares no code with the ledger.
 *
 * A failure prints its seed. To see it again: FC_SEED=1234 npx vitest run test/members/worth; FC_RUNS=1000 makes a longer run,
 * FC_SHRINK=1 a shorter history.
 */
import { writeFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectProof } from "../../support/proof.ts";
import { testLedger, type TestLedger } from "../../support/ledger.ts";
import { People } from "../joining/people.ts";
import { type Command, history, restlessHistory } from "./commands.ts";
import { Joint } from "./joint.ts";
import { Life } from "./life.ts";

const RUNS = Number(process.env["FC_RUNS"] ?? 8);
const LOG = process.env["FC_LOG"];
const TALLY = process.env["FC_TALLY"];
const SEED = process.env["FC_SEED"];

const tally = new Map<string, number>();
let ledger: TestLedger;
let people: People;
beforeAll(async () => {
  ledger = await testLedger();
  people = new People(ledger);
});
afterAll(async () => {
  if (TALLY !== undefined) writeFileSync(TALLY, [...tally].map((each) => each.join(": ")).join("\n"));
  await expectProof(ledger);
  await ledger.close();
});

/** What differs after a command, the first that makes a difference; mostly nothing does. */
async function live(count: number, commands: readonly Command[]): Promise<readonly string[]> {
  const life = await new Life(ledger, people, tally).begin(count);
  const joint = new Joint(life);
  for (const [place, each] of commands.entries()) {
    const faults = await joint.play(each);
    if (faults.length === 0) continue;
    if (LOG !== undefined) writeFileSync(LOG, [...life.log, ...faults].join("\n"));
    return [`after ${place + 1} commands, ${JSON.stringify(each)}`, ...faults];
  }
  return [];
}

const OPTIONS = {
  numRuns: RUNS,
  endOnFailure: process.env["FC_SHRINK"] === undefined,
  ...(SEED === undefined ? {} : { seed: Number(SEED) }),
};

it("each is worth what he was granted less what he has spent, whoever is one with whom", {
  timeout: 600_000,
}, async () => {
  const lives = fc.asyncProperty(history, async (commands) => {
    expect(await live(5, commands)).toEqual([]);
  });
  await fc.assert(lives, OPTIONS);
});

it("each is worth that however often they come and go", { timeout: 600_000 }, async () => {
  const lives = fc.asyncProperty(restlessHistory, async (commands) => {
    expect(await live(9, commands)).toEqual([]);
  });
  await fc.assert(lives, OPTIONS);
});
