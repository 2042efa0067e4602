/** Requests that name somebody who was erased, or is at this very moment. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hold } from "../../../src/bonuses/hold/hold.ts";
import { redemption } from "../../../src/bonuses/redemption.ts";
import { uuidOf } from "../../../src/kernel/ids.ts";
import { linkStart } from "../../../src/members/linking/start.ts";
import { matchProposal } from "../../../src/members/review/proposal.ts";
import { order } from "../../../src/orders/placing/order.ts";
import { answerOf, newTestKey, testLedger, type TestLedger } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { after, type Person } from "../joining/people.ts";
import { Customers } from "../linking/customers.ts";
import { Erasers } from "./erasers.ts";

let ledger: TestLedger;
let staff: Erasers;
let customers: Customers;
beforeAll(async () => {
  ledger = await testLedger();
  staff = new Erasers(ledger);
  customers = new Customers(ledger);
});
afterAll(async () => {
  await expectProof(ledger);
  await ledger.close();
});

describe("a proposal that two may be one", () => {
  /** In either order. */
  const proposed = async (one: Person, other: Person) => [
    await ledger.ask(matchProposal, { memberIds: [one.memberId, other.memberId], reason: "the same" }),
    await ledger.ask(matchProposal, { memberIds: [other.memberId, one.memberId], reason: "the same" }),
  ];

  it("is refused, as a merge is, where one of the two is to be erased, whichever is named first", async () => {
    const [anna, boris] = [await staff.person(), await staff.person()];
    await staff.askErase(anna);
    const refused = { code: "merge_blocked", data: { blockers: [{ code: "erasure_pending" }] } };
    expect(await proposed(anna, boris)).toMatchObject([refused, refused]);
    await staff.cancel(anna);
    expect(await proposed(anna, boris)).toMatchObject([{ kind: "accepted" }, { code: "candidate_exists" }]);
  });

  it("is refused where one of the two was erased", async () => {
    const [anna, boris] = [await staff.person(), await staff.person()];
    await staff.erase(anna);
    const refused = { kind: "refused", code: "member_erased" };
    expect(await proposed(anna, boris)).toMatchObject([refused, refused]);
  });
});

describe("a request that names who was erased", () => {
  it("is told so under an absorbed id as well", async () => {
    const [anna, boris] = [await staff.person(), await staff.person()];
    await staff.join(anna, boris);
    await staff.erase(anna);
    const place = { brand: "mvideo", storeId: "M-1" };
    for (const { memberId } of [anna, boris]) {
      const order1 = {
        orderNumber: newTestKey(),
        brand: "mvideo",
        channel: "web",
        pickup: place,
        memberId,
        spend: "0.00",
      };
      const lines = [{ lineId: "1", sku: "a", category: "tv", quantity: "1", unitPrice: "10.00" }];
      const redeemed = { memberId, amount: "1.00", brand: "mvideo", storeId: "M-1", reference: "r" };
      for (const [operation, body] of [
        [order, { ...order1, lines }],
        [redemption, redeemed],
      ] as const) {
        const told = await ledger
          .ask(operation, body)
          .then(answerOf)
          .catch((problem: unknown) => problem);
        expect(`${String(told)} ${JSON.stringify(told)}`).toContain("member_erased");
      }
    }
  });

  it("is told so again under the same key, and another request under that key is another", async () => {
    const [anna, boris] = [await staff.person(), await staff.person()];
    await staff.join(anna, boris);
    await staff.erase(anna);
    for (const { memberId } of [anna, boris]) {
      const redeemed = { memberId, amount: "1.00", brand: "mvideo", storeId: "M-1", reference: "r" };
      const held = { memberId, amount: "1.00", brand: "mvideo", reference: "r" };
      for (const [operation, body] of [
        [redemption, redeemed],
        [hold, held],
      ] as const) {
        const idempotencyKey = newTestKey();
        const told = await ledger.ask(operation, body, { idempotencyKey });
        expect(told).toMatchObject({ kind: "refused", code: "member_erased", replayed: false });
        const again = await ledger.ask(operation, body, { idempotencyKey });
        expect(again).toMatchObject({ kind: "refused", code: "member_erased", replayed: true });
        const other = await ledger.ask(operation, { ...body, amount: "2.00" }, { idempotencyKey });
        expect(other).toMatchObject({ code: "idempotency_mismatch" });
      }
    }
  });

  it("as the other of a link that is being started is noted nowhere", async () => {
    const [anna, boris] = [await customers.register(), await customers.register("eldorado")];
    const late = after(linkStart, async () => void (await staff.erase(boris)));
    await staff.ask(late, { memberId: anna.memberId, identifier: { kind: "phone", value: boris.phone } });
    const [row] = await ledger.database.sql<{ links: number }[]>`
      select count(*)::int as links from customer_links where other_id = ${uuidOf(boris.memberId)}::uuid`;
    expect(row?.links).toBe(0);
  });
});
