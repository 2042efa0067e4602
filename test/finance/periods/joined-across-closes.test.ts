/** Members become one in a month that is closed since, and part in the next: each month rolls forward, and what was closed stays. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { periodClose } from "../../../src/finance/periods/close.ts";
import { readTurnovers } from "../../../src/finance/turnovers/read-turnovers.ts";
import { DIMENSIONS } from "../../../src/finance/turnovers/turnovers.ts";
import { People } from "../../members/joining/people.ts";
import { answerOf, testLedger, type TestLedger, TILL } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";

let ledger: TestLedger;
let people: People;
beforeAll(async () => {
  ledger = await testLedger();
  people = new People(ledger);
});
afterAll(() => ledger.close());

const at = (day: string) => Date.parse(`${day}T12:00:00+03:00`);
const MARCH = { from: "2026-03-01", to: "2026-03-31" };
const APRIL = { from: "2026-04-01", to: "2026-04-30" };
type Month = typeof MARCH;

async function close(month: string): Promise<void> {
  for (const staffId of ["anna-1", "boris-2"]) {
    const actor = { ...TILL, brand: null, staffId };
    answerOf(await ledger.ask(periodClose, { reason: "over" }, { actor, params: { month } }));
  }
}

/** What all members of an entity have, less what they owe, at the end of a day. */
async function owedBy(entity: string, to: string): Promise<bigint> {
  const accounts = await readTurnovers(ledger.service.reader, { by: ["account"], of: { entity }, to });
  const ofMembers = accounts.filter(({ account }) =>
    ["pending", "available", "held", "debt"].includes(String(account)),
  );
  return ofMembers.reduce((sum, { debit, credit }) => sum + credit - debit, 0n);
}

/** What has moved from wallet to wallet in a month: as much out as in. */
const moved = async (entity: string, month: Month) =>
  (await readTurnovers(ledger.service.reader, { by: ["account"], of: { entity, account: "moved" }, ...month })).map(
    ({ debit, credit }) => [debit, credit],
  );

it("they have the same afterwards by entity, and each has what is his", async () => {
  ledger.clock.moveTo(at("2026-03-20"));
  const [anna, boris] = [await people.person(), await people.person()];
  await people.give(anna, "100.00", "mvideo");
  await people.give(boris, "70.00", "eldorado");
  const { mergeId } = await people.join(anna, boris);
  ledger.clock.moveTo(at("2026-04-02"));
  await close("2026-03");
  const closed = await readTurnovers(ledger.service.reader, { by: DIMENSIONS, to: MARCH.to });

  // In April one spends the other's: all that is his own, and 30.00 of the other's.
  await people.redeem({ identifier: anna.card }, "130.00");
  const before = [await owedBy("mvideo", APRIL.to), await owedBy("eldorado", APRIL.to)];
  await people.part(mergeId);

  expect([await owedBy("mvideo", APRIL.to), await owedBy("eldorado", APRIL.to)]).toEqual(before);
  expect(before).toEqual([0n, 40_00n]);
  expect(await readTurnovers(ledger.service.reader, { by: DIMENSIONS, to: MARCH.to })).toEqual(closed);
  // In March the younger one's 70.00 went over; in April what is left of it came back, and what was spent of it is made good.
  expect(await moved("eldorado", MARCH)).toEqual([[70_00n, 70_00n]]);
  expect(await moved("eldorado", APRIL)).toEqual([[70_00n, 70_00n]]);
  expect([await people.available(anna), await people.available(boris)]).toEqual([0n, 70_00n]);
  await expectProof(ledger);
});
