/** A card with more waiting receipts than one registration claims at once: the rest follows by itself, and nobody waits for it. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { formatInstant } from "../../src/kernel/clock.ts";
import { type MemberId, uuidOf } from "../../src/kernel/ids.ts";
import { registration } from "../../src/members/registration/registration.ts";
import { purchase } from "../../src/sales/purchase/purchase.ts";
import { answerOf, newTestKey, START, testLedger, type TestLedger } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";

const AT_ONCE = 4_000;
const MORE = 450;
const CARD = { kind: "card", value: "2900000000017" };

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.close());

async function sellUnknown(number: number): Promise<void> {
  const receipt = { brand: "mvideo", storeId: "M-1", terminalId: "1", shift: "1", number: `${number}` };
  const line = { lineId: "1", sku: "s", category: "tv", quantity: "1", unitPrice: "100.00" };
  const terms = { channel: "pos", lines: [line], spend: "0.00", occurredAt: formatInstant(START) };
  answerOf(await ledger.ask(purchase, { receipt, identifier: CARD, ...terms }));
}

const waiting = async (): Promise<number> => {
  const rows = await ledger.database.sql`select count(*)::int as waiting from purchases where awaits is not null`;
  return Number(rows[0]?.["waiting"]);
};
const pendingOf = async (memberId: MemberId): Promise<unknown> => {
  const rows = await ledger.database.sql`select pending from wallets where member_id = ${uuidOf(memberId)}::uuid`;
  return rows[0]?.["pending"];
};

it("are all claimed shortly after the card is registered, most of them after the answer, and without any job", async () => {
  const numbers = Array.from({ length: AT_ONCE + MORE }, (_, number) => number);
  await Promise.all(numbers.map(sellUnknown));
  expect(await waiting()).toBe(AT_ONCE + MORE);
  const identifiers = [{ ...CARD, verified: true }];
  const profile = { brand: "mvideo", externalId: newTestKey(), identifiers, person: {} };
  const { memberId } = answerOf(await ledger.ask(registration, profile)) as { memberId: MemberId };
  // The answer has not waited for all of them.
  expect(await waiting()).toBeGreaterThan(0);
  const until = performance.now() + 10_000;
  while ((await waiting()) > 0 && performance.now() < until) await sleep(20);
  expect(await waiting()).toBe(0);
  expect(await pendingOf(memberId)).toBe(BigInt(AT_ONCE + MORE) * 300n);
  await expectProof(ledger);
}, 60_000);
