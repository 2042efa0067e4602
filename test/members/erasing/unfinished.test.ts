/** What is under way when a member is to be erased, what comes back of it afterwards, and what is left where it fails. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { visitDue } from "../../../src/bonuses/visit-due.ts";
import { ledgerItself } from "../../../src/engine/group/submit.ts";
import { memberErase } from "../../../src/members/erasing/ask.ts";
import { representativeGrant } from "../../../src/members/representing/grant.ts";
import { cancel } from "../../../src/orders/changes/order-cancel.ts";
import { reversal } from "../../../src/sales/reversal/reversal.ts";
import { redemption } from "../../../src/bonuses/redemption.ts";
import { uuidOf } from "../../../src/kernel/ids.ts";
import { testLedger, type TestLedger } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { TestOrders } from "../../support/town-orders.ts";
import { DAY_MS, DAYS, Erasers } from "./erasers.ts";
import { readCardOf } from "./reading.ts";

let ledger: TestLedger;
let staff: Erasers;
let orders: TestOrders;
beforeAll(async () => {
  ledger = await testLedger();
  staff = new Erasers(ledger);
  orders = new TestOrders(ledger);
});
afterAll(async () => {
  await expectProof(ledger);
  await ledger.close();
});

const WHY = { reason: "r" };

describe("an order", () => {
  it.each(["card", "id"])(
    "by %s keeps its member from being erased, with bonuses and without, until it has ended",
    async (by) => {
      for (const spend of ["max", "0.00"]) {
        const anna = await staff.person();
        await staff.give(anna, "100.00");
        const { orderId } = await orders.place({
          ...(by === "card" ? { identifier: anna.card } : { memberId: anna.memberId }),
          spend,
        });
        const params = { memberId: anna.memberId };
        const open = { code: "erasure_blocked", data: { blockers: [{ code: "open_orders" }] } };
        expect(await staff.refused(memberErase, WHY, params)).toMatchObject(open);
        await orders.step(orderId, cancel);
        await staff.erase(anna);
      }
    },
  );

  it("whose time is over keeps nobody, though no job has come to it; it is ended afterwards", async () => {
    const anna = await staff.person();
    await staff.give(anna, "100.00");
    const { orderId } = await orders.ready({ identifier: anna.card, storageDays: 1 });
    staff.later(3 * DAY_MS);
    await staff.erase(anna);
    await orders.expire(orderId);
    await expectProof(ledger);
    expect((await staff.wallet(anna)).totals.size).toBe(0);
  });

  it("that was collected goes on where its receipt is undone: what it holds is free for nobody, and cleared", async () => {
    const anna = await staff.person();
    await staff.give(anna, "100.00");
    const receipt = await orders.collect(await orders.ready({ identifier: anna.card }));
    await staff.erase(anna);
    await staff.ask(reversal, { receipt, kind: "purchase" });
    await expectProof(ledger);
    staff.later(30 * DAY_MS);
    await visitDue(ledgerItself(ledger.service));
    await staff.clear();
    expect((await staff.wallet(anna)).totals.size).toBe(0);
  });
});

it("what one had of another is brought back to whoever is left, when the two have parted and one is erased", async () => {
  const [anna, boris] = [await staff.person(), await staff.person()];
  await staff.give(anna, "100.00");
  const { mergeId } = await staff.join(anna, boris);
  const spent = await staff.buyOnly({ identifier: boris.card }, 60_00n);
  await staff.part(mergeId);
  await staff.erase(anna);
  expect(await staff.bring(spent, 1)).toMatchObject({ memberId: boris.memberId, bonusesBack: "30.00" });
  const params = { memberId: boris.memberId };
  await staff.erase({ memberId: params.memberId });
  await staff.bring(spent, 1);
  await staff.clear();
  expect((await staff.wallet(boris)).totals.size).toBe(0);
});

it("whoever acted for a member who is erased acts for nobody, nor is acted for by him", async () => {
  const [company, buyer] = [await staff.person(), await staff.person()];
  for (const each of [company, buyer]) await staff.give(each, "100.00");
  const granted = { rights: { see: true, spendUpTo: { perOperation: "50.00" } }, reason: "r", reference: "r" };
  await staff.ask(
    representativeGrant,
    { ...granted, representativeId: buyer.memberId },
    { memberId: company.memberId },
  );
  await staff.ask(
    representativeGrant,
    { ...granted, representativeId: company.memberId },
    { memberId: buyer.memberId },
  );
  await staff.erase(company);
  const rest = { amount: "1.00", brand: "mvideo", storeId: "M-1", reference: "r" };
  const acting = { identifier: buyer.card, actingFor: company.memberId, ...rest };
  expect(await staff.refused(redemption, acting)).toMatchObject({ code: "member_erased" });
  expect(
    await staff.refused(
      representativeGrant,
      { ...granted, representativeId: company.memberId },
      { memberId: buyer.memberId },
    ),
  ).toMatchObject({
    code: "member_erased",
  });
});

it("all of it happens, or nothing: where it fails, the next run does it", async () => {
  const anna = await staff.person({ firstName: "Анна" });
  await staff.give(anna, "100.00");
  await staff.askErase(anna);
  staff.later(DAYS * DAY_MS);
  const { sql } = ledger.database;
  // A stranger has locked what the database's own function changes in the midst of it.
  await sql.begin(async (stranger) => {
    await stranger`select from profiles where member_id = ${uuidOf(anna.memberId)}::uuid for update`;
    await expect(staff.run()).rejects.toThrow("unavailable");
  });
  expect(await readCardOf(ledger, anna.memberId)).toMatchObject({
    status: "active",
    firstName: "Анна",
    identifiers: [{ kind: "card" }],
    balance: { available: "100.00" },
  });
  await staff.redeem({ identifier: anna.card }, "1.00");
  expect(await staff.run()).toEqual({ erased: 1, failed: 0 });
  expect(await readCardOf(ledger, anna.memberId)).toMatchObject({ status: "erased", firstName: null });
});

it("are waited for together where somebody keeps their rows: who is due later is erased by the same run", async () => {
  const stuck: string[] = [];
  for (let count = 0; count < 6; count += 1) {
    const other = await staff.person();
    await staff.askErase(other);
    stuck.push(uuidOf(other.memberId));
    staff.later(1_000);
  }
  const anna = await staff.person();
  await staff.askErase(anna);
  staff.later(DAYS * DAY_MS);
  await ledger.database.sql.begin(async (stranger) => {
    await stranger`select from wallets where member_id in ${stranger(stuck)} for update`;
    const started = performance.now();
    expect(await staff.run()).toEqual({ erased: 1, failed: 6 });
    expect(performance.now() - started).toBeLessThan(9_000);
  });
  expect(await readCardOf(ledger, anna.memberId)).toMatchObject({ status: "erased" });
  expect(await staff.run()).toEqual({ erased: 6, failed: 0 });
}, 60_000);

it("what is forfeited and written off is what there was, entity by entity", async () => {
  const anna = await staff.person();
  await staff.give(anna, "100.00");
  await staff.give(anna, "7.00", "eldorado");
  const earned = await staff.buy({ identifier: anna.card }, "4000.00", "0.00");
  const { memberId } = anna;
  const before = (await staff.wallet(anna)).totals;
  const posted = async () => {
    const rows = await ledger.database.sql<{ what: string; amount: bigint }[]>`
      select entity || ' ' || event || ' ' || debit as what, sum(amount)::bigint as amount from transfers
      where member_id = ${uuidOf(memberId)}::uuid and event in ('forfeit', 'write_off') group by 1 order by 1`;
    return rows.map(({ what, amount }) => `${what} ${amount}`);
  };
  await staff.askErase(anna);
  await staff.ask(redemption, {
    identifier: anna.card,
    amount: "107.00",
    brand: "mvideo",
    storeId: "M-1",
    reference: "r",
  });
  await staff.bring(earned, 1);
  staff.later(DAYS * DAY_MS);
  await staff.run();
  expect(before.get("eldorado")?.available).toBe(7_00n);
  expect(await posted()).toEqual(["mvideo forfeit available 6000"]);
  await staff.bring(earned, 1);
  await staff.clear();
  expect(await posted()).toEqual(["mvideo forfeit available 6000", "mvideo write_off write_off 6000"]);
});
