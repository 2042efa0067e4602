/** Receipts that wait for an identifier are of whoever had it when they were made out, also where nobody has claimed them in time. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { ledgerItself } from "../../../src/engine/group/submit.ts";
import { registration } from "../../../src/members/registration/registration.ts";
import { claimWaiting } from "../../../src/sales/claim/claim-waiting.ts";
import { answerOf, ask, newTestKey, testLedger, type TestLedger } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { aPhone, type Holder, Holders } from "./holders.ts";

let ledger: TestLedger;
let people: Holders;
beforeAll(async () => {
  ledger = await testLedger();
  people = new Holders(ledger);
});
afterAll(async () => {
  await expectProof(ledger);
  await ledger.close();
});

/** As by a service that ends before anything is claimed. */
async function registerAndEnd(phone: ReturnType<typeof aPhone>): Promise<Holder> {
  const { service } = ledger;
  const ending = Object.assign(Object.create(service) as typeof service, { afterwards: new Map() });
  const identifiers = [{ ...phone, verified: true }];
  const body = { brand: "mvideo", externalId: newTestKey(), identifiers, person: {} };
  return answerOf(await ask(ending, registration, body)) as Holder;
}

const claimAll = () => claimWaiting(ledgerItself(ledger.service));

const pendingOf = async (holder: Holder): Promise<bigint> =>
  (await people.wallet(holder)).lots.reduce((sum, { pending }) => sum + pending, 0n);

it("a receipt that waited for whoever had the phone then is not the new one's, and is claimed for him", async () => {
  const phone = aPhone();
  const waiting = await people.sale(phone);
  expect(waiting.suspended).toBe(true);
  people.later();
  const former = await registerAndEnd(phone);
  people.later();
  const next = await people.register([phone]);
  expect(next.reissued).toHaveLength(1);
  await claimAll();
  expect([await pendingOf(former), await pendingOf(next)]).toEqual([30_00n, 0n]);
});

it("a receipt of before is claimed for him also after the phone was ended, and one of later waits on", async () => {
  const phone = aPhone();
  await people.sale(phone);
  const former = await registerAndEnd(phone);
  people.later();
  await people.end(former, phone);
  people.later();
  const after = await people.sale(phone);
  await claimAll();
  expect(await pendingOf(former)).toBe(30_00n);
  const waits = await ledger.database.sql`select 1 from purchases where awaits is not null`;
  expect([after.suspended, waits.length]).toEqual([true, 1]);
  const next = await people.register([phone]);
  expect([await pendingOf(former), await pendingOf(next)]).toEqual([30_00n, 30_00n]);
});
