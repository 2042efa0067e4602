/** A return is undone that was made before its receipt had found its card, when the member has become part of another. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { ledgerItself } from "../../../src/engine/group/submit.ts";
import type { MemberId } from "../../../src/kernel/ids.ts";
import { registration } from "../../../src/members/registration/registration.ts";
import { claimWaiting } from "../../../src/sales/claim/claim-waiting.ts";
import { returnById } from "../../../src/sales/return/return-by-id.ts";
import { reversal } from "../../../src/sales/reversal/reversal.ts";
import { newTestKey, type TestLedger, testLedger } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { People } from "./people.ts";

const DAY_MS = 86_400_000;

let ledger: TestLedger;
let people: People;
beforeAll(async () => {
  ledger = await testLedger();
  people = new People(ledger);
});
afterAll(() => ledger.close());

it("the lot grows where it has moved to, and was granted where it was claimed: the proof holds", async () => {
  const elder = await people.person();
  const card = { kind: "card", value: "2900077700011" } as const;
  const purchaseId = await people.buy({ identifier: card }, "1000.00", "0.00");
  const receipt = { brand: "mvideo", storeId: "M-1", terminalId: "9", shift: "1", number: "77" };
  const occurredAt = new Date(ledger.clock.now()).toISOString();
  await people.ask(returnById, { receipt, lines: [{ lineId: "1", quantity: "1" }], occurredAt }, { purchaseId });
  const profile = { brand: "mvideo", externalId: newTestKey(), identifiers: [{ ...card, verified: true }], person: {} };
  const { memberId } = await people.ask<{ memberId: MemberId }>(registration, profile);
  await claimWaiting(ledgerItself(ledger.service));
  // A later purchase moves the end of the lot.
  ledger.clock.moveTo(ledger.clock.now() + 20 * DAY_MS);
  await people.buy({ identifier: card }, "500.00", "0.00");
  expect(await people.join(elder, { memberId, card })).toMatchObject({ survivorId: elder.memberId });
  await people.ask(reversal, { receipt, kind: "return" });
  const grants = await ledger.database.sql`
    select distinct member_id from transfers where event in ('grant', 'claim') and lot_id in (
      select lot_id from transfers where event = 'claim')`;
  expect(grants, "granted in one wallet, grown in another").toHaveLength(2);
  await expectProof(ledger);
});
