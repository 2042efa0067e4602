/** Two services whose clocks differ, on one database: what each of them posts, and the proof. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accrual } from "../../src/bonuses/accrual.ts";
import { redemption } from "../../src/bonuses/redemption.ts";
import { ManualClock } from "../../src/kernel/clock.ts";
import { uuidOf } from "../../src/kernel/ids.ts";
import { order } from "../../src/orders/placing/order.ts";
import { openService, type Service } from "../../src/service.ts";
import { People, type Person } from "../members/joining/people.ts";
import { TEST_KEYS } from "../support/keys.ts";
import { answerOf, ask, newTestKey, testLedger, type TestLedger } from "../support/ledger.ts";
import { expectProof, prove } from "../support/proof.ts";

const MINUTE_MS = 60_000;

let ledger: TestLedger;
let people: People;
let clockAhead: ManualClock;
let ahead: Service;
beforeAll(async () => {
  ledger = await testLedger();
  people = new People(ledger);
  clockAhead = new ManualClock(ledger.clock.now());
  ahead = await openService({ personal: TEST_KEYS, target: ledger.database, clock: clockAhead, readers: 2 });
});
afterAll(async () => {
  await ahead.close();
  await ledger.close();
});

const wait = () => ledger.clock.moveTo(ledger.clock.now() + 1000);

/** An order that spends nothing, at the service whose clock is a minute ahead: answers which version of the wallet it tells. */
async function orderAhead({ card }: Person): Promise<string> {
  clockAhead.moveTo(ledger.clock.now() + MINUTE_MS);
  const placed = await ask(ahead, order, {
    orderNumber: newTestKey(),
    brand: "mvideo",
    channel: "web",
    pickup: { brand: "mvideo", storeId: "M-1" },
    identifier: card,
    lines: [{ lineId: "1", sku: "s", category: "tv", quantity: "1", unitPrice: "50.00" }],
    spend: "0.00",
  });
  return (answerOf(placed) as { balance: { version: string } }).balance.version;
}

/** What the proof says when somebody has changed the version of a wallet by hand. */
async function brokenBy(change: "+ 1" | "- 1", { memberId }: Person): Promise<string[]> {
  const { sql } = ledger.database;
  const row = `update wallets set version = version`;
  await sql.unsafe(`${row} ${change} where member_id = '${uuidOf(memberId)}'`);
  const { invariants } = await prove(ledger.service);
  await sql.unsafe(`${row} ${change === "+ 1" ? "- 1" : "+ 1"} where member_id = '${uuidOf(memberId)}'`);
  return invariants.filter(({ holds }) => !holds).map(({ name }) => name);
}

describe("a command that is refused at a service whose clock is behind", () => {
  it("is kept with the instant, and the rules, by which it was judged: that of the wallet, which is ahead", async () => {
    const anna = await people.person();
    wait();
    clockAhead.moveTo(ledger.clock.now() + MINUTE_MS);
    const given = await ask(ahead, accrual, {
      identifier: anna.card,
      amount: "10.00",
      brand: "mvideo",
      kind: "promo",
      reason: "r",
      reference: "r",
    });
    expect(given).toMatchObject({ kind: "accepted" });
    const asked = { memberId: anna.memberId, amount: "99.00", brand: "mvideo", storeId: "M-1", reference: "r" };
    const refused = await ledger.ask(redemption, asked);
    expect(refused).toMatchObject({ kind: "refused", code: "insufficient_bonuses" });
    const { operationId } = refused as { operationId: string };
    const [kept] = await ledger.database.sql<{ posted: string }[]>`
      select posted_at::text as posted from operations where operation_id = ${operationId.slice(4)}::uuid`;
    expect(new Date(kept?.posted ?? "").getTime()).toBe(clockAhead.now());
    await expectProof(ledger);
  });
});

describe("an order that moves nothing, placed at a service whose clock is ahead", () => {
  it("tells an older version than a sale that is posted earlier, and comes later", async () => {
    const anna = await people.person();
    wait();
    const told = await orderAhead(anna);
    await people.buy({ identifier: anna.card }, "100.00", "0.00");
    expect(told).toBe("1");
    await expectProof(ledger);
    for (const change of ["+ 1", "- 1"] as const) {
      expect(await brokenBy(change, anna)).toEqual(["wallets_are_as_they_were_left"]);
    }
  });

  it("tells what a merge has left, before another merge that is posted earlier", async () => {
    const anna = await people.person();
    const others = [await people.person(), await people.person()] as const;
    for (const other of others) await people.give(other, "10.00");
    wait();
    await people.join(anna, others[0]);
    wait();
    await orderAhead(anna);
    await people.join(anna, others[1]);
    await expectProof(ledger);
    for (const change of ["+ 1", "- 1"] as const) {
      expect(await brokenBy(change, anna)).toEqual(["wallets_are_as_they_were_left"]);
    }
  });
});
