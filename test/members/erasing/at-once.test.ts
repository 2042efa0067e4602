/** Where the rules leave no time to think, and where a receipt is not before what ends: one moment for all. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type MemberId, uuidOf } from "../../../src/kernel/ids.ts";
import { identifierEnd } from "../../../src/members/identifying/ending.ts";
import { registration } from "../../../src/members/registration/registration.ts";
import { purchase } from "../../../src/sales/purchase/purchase.ts";
import { newTestKey, START, testLedger, type TestLedger } from "../../support/ledger.ts";
import { addPolicy } from "../../support/policies.ts";
import { expectProof } from "../../support/proof.ts";
import { Erasers } from "./erasers.ts";

let ledger: TestLedger;
let staff: Erasers;
beforeAll(async () => {
  ledger = await testLedger();
  staff = new Erasers(ledger);
  await addPolicy(ledger.database, 2, START - 86_400_000, "{erasure}", { waitDays: 0 });
});
afterAll(async () => {
  await expectProof(ledger);
  await ledger.close();
});

const statusOf = async (memberId: MemberId): Promise<string | undefined> => {
  const [row] = await ledger.database.sql<{ status: string }[]>`
    select status from erasures where member_id = ${uuidOf(memberId)}::uuid`;
  return row?.status;
};

it("is done with the answer where the rules leave no time to think", async () => {
  const anna = await staff.person();
  await staff.give(anna, "10.00");
  await staff.askErase(anna);
  expect(await statusOf(anna.memberId)).toBe("erased");
});

it("takes the hash of a card out of a receipt that had waited for it, though that is not before the card's end", async () => {
  const card = { kind: "card", value: newTestKey() };
  const terms = {
    receipt: { brand: "mvideo", storeId: "M-1", terminalId: "9", shift: "1", number: "1" },
    channel: "pos",
  };
  const lines = [{ lineId: "1", sku: "a", category: "tv", quantity: "1", unitPrice: "1000.00" }];
  // The till's clock may be ahead.
  const occurredAt = new Date(ledger.clock.now() + 240_000).toISOString();
  const sold = await staff.ask<{ purchaseId: `pur_${string}` }>(purchase, {
    ...terms,
    identifier: card,
    lines,
    spend: "0.00",
    occurredAt,
  });
  const hash = async () => {
    const [row] = await ledger.database.sql<{ hash: string | null }[]>`
      select subject_hash::text as hash from operations where operation_id = ${uuidOf(sold.purchaseId)}::uuid`;
    return row?.hash;
  };
  const waiting = await hash();
  const profile = { brand: "mvideo", externalId: newTestKey(), identifiers: [{ ...card, verified: true }], person: {} };
  const { memberId } = await staff.ask<{ memberId: `mbr_${string}` }>(registration, profile);
  await staff.ask(identifierEnd, { identifier: card, reason: "lost" }, { memberId });
  expect(await hash()).toBe(waiting);
  await staff.askErase({ memberId });
  expect(await statusOf(memberId)).toBe("erased");
  expect(await hash()).not.toBe(waiting);
});
