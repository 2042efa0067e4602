/** The database loses whoever erases, again and again, in the middle of it: of each member all is done, or nothing. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ledgerItself } from "../../src/engine/group/submit.ts";
import { uuidOf } from "../../src/kernel/ids.ts";
import { eraseMembers } from "../../src/members/erasing/job.ts";
import { randomOf } from "../crash/till.ts";
import { DAY_MS, DAYS, Erasers } from "../members/erasing/erasers.ts";
import { readCardOf } from "../members/erasing/reading.ts";
import type { Person } from "../members/joining/people.ts";
import { testLedger, type TestLedger } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";

let ledger: TestLedger;
let staff: Erasers;
beforeAll(async () => {
  ledger = await testLedger();
  staff = new Erasers(ledger);
});
afterAll(() => ledger.close());

const MEMBERS = 12;

/** Ends every connection of the service that is writing. */
const kill = () =>
  ledger.database.sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name like 'mclub %' and state <> 'idle' and pid <> pg_backend_pid()`;

async function stateOf({ memberId, card }: Person): Promise<string> {
  const { status, firstName, identifiers, balance } = await readCardOf(ledger, memberId);
  const [history] = await ledger.database.sql<{ ended: bigint; transfers: bigint }[]>`
    select (select count(*) from identifiers i where i.member_id = ${uuidOf(memberId)}::uuid) as ended,
      (select count(*) from transfers t where t.member_id = ${uuidOf(memberId)}::uuid and t.event = 'forfeit') as transfers`;
  expect(card.kind).toBe("card");
  return [status, firstName, identifiers.length, balance.available, history?.ended, history?.transfers].join(" ");
}

it("of each member all is done, or nothing, and in the end all of it once", { timeout: 120_000 }, async () => {
  const persons: Person[] = [];
  for (let count = 0; count < MEMBERS; count += 1) persons.push(await staff.person({ firstName: "Анна" }));
  for (const person of persons) {
    await staff.give(person, "50.00");
    await staff.askErase(person);
  }
  staff.later(DAYS * DAY_MS);
  const random = randomOf(Number(process.env["SEED"] ?? 7));
  // How far the first run comes before it is cut off is a matter of the machine.
  const seen = new Set(await Promise.all(persons.map(stateOf)));
  for (let round = 0; round < 25; round += 1) {
    const running = eraseMembers(ledgerItself(ledger.service)).catch(() => null);
    await sleep(random() * 8);
    await kill();
    await running;
    for (const person of persons) {
      const state = await stateOf(person).catch(() => "lost");
      if (state !== "lost") seen.add(state);
    }
  }
  await eraseMembers(ledgerItself(ledger.service));
  const states = await Promise.all(persons.map(stateOf));
  expect(new Set(states)).toEqual(new Set(["erased  0 0.00 0 1"]));
  expect([...seen].sort()).toEqual(["active Анна 1 50.00 1 0", "erased  0 0.00 0 1"]);
  await expectProof(ledger);
});
