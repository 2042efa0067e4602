/**
 * Buyers of one company at tills of two services: a month's limit is never spent twice, and whoever sells after a link has
 * ended is refused. No till is told anything else.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { redemption } from "../../src/bonuses/redemption.ts";
import { ManualClock } from "../../src/kernel/clock.ts";
import { memberBlock } from "../../src/members/blocking/block.ts";
import { representativeEnd } from "../../src/members/representing/end.ts";
import { representativeGrant } from "../../src/members/representing/grant.ts";
import { purchase } from "../../src/sales/purchase/purchase.ts";
import { returnById } from "../../src/sales/return/return-by-id.ts";
import { openService, type Service } from "../../src/service.ts";
import { Company } from "../members/representing/company.ts";
import { TEST_KEYS } from "../support/keys.ts";
import { ask, testLedger, type TestLedger } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";

let ledger: TestLedger;
let people: Company;
let services: readonly [Service, Service];
beforeAll(async () => {
  ledger = await testLedger();
  people = new Company(ledger);
  const clock = new ManualClock(ledger.clock.now());
  services = [await openService({ personal: TEST_KEYS, target: ledger.database, clock, readers: 4 }), ledger.service];
});
afterAll(async () => {
  await services[0].close();
  await ledger.close();
});

const TILLS = 8;
const SALES = 15;
const on = (number: number) => services[number % 2 === 0 ? 0 : 1];

/** What each of many tills is told. */
async function atOnce(
  sell: (till: number) => Promise<{ kind: string; code?: string }>,
): Promise<Record<string, number>> {
  const told: Record<string, number> = {};
  const till = async (number: number) => {
    for (let count = 0; count < SALES; count += 1) {
      const { kind, code = kind } = await sell(number);
      told[code] = (told[code] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: TILLS }, (_, number) => till(number)));
  return told;
}

it("spend no more of a month than it has, to the kopeck", { timeout: 120_000 }, async () => {
  const { company, buyer, link } = await people.withBuyer({ see: true, spendUpTo: { perMonth: "70.50" } });
  const told = await atOnce((till) => ask(on(till), redemption, people.spent(buyer, company, "1.00")));
  expect(told).toEqual({ accepted: 70, representative_limit: TILLS * SALES - 70 });
  await people.redeemFor(buyer, company, "0.50");
  expect(await people.available(company)).toBe(1000_00n - 70_50n);
  const [counted] = await ledger.database.sql<{ spent: bigint; uses: number }[]>`
    select month_spent as spent, uses from representative_links where link_id = ${link.representationId.slice(4)}::uuid`;
  expect(counted).toEqual({ spent: 70_50n, uses: 71 });
  await expectProof(ledger);
});

it("spend what comes back meanwhile, and not more", { timeout: 120_000 }, async () => {
  const { company, buyer } = await people.withBuyer({ see: true, spendUpTo: { perMonth: "40.00" } });
  const sold: string[] = [];
  let spent = 0;
  let back = 0;
  await atOnce(async (till) => {
    const purchaseId = till % 4 === 0 ? sold.pop() : undefined;
    if (purchaseId !== undefined) {
      const receipt = { brand: "mvideo", storeId: "M-1", terminalId: "8", shift: "1", number: purchaseId.slice(-20) };
      const occurredAt = new Date(ledger.clock.now()).toISOString();
      const body = { receipt, lines: [{ lineId: "1", quantity: "2" }], occurredAt };
      const outcome = await ask(on(till), returnById, body, { params: { purchaseId } });
      if (outcome.kind === "accepted") back += 1;
      return outcome;
    }
    const outcome = await ask(on(till), purchase, people.saleBody(buyer, company, "20.00", "4.00"));
    if (outcome.kind === "accepted") {
      spent += 1;
      sold.push((JSON.parse(outcome.answer) as { purchaseId: string }).purchaseId);
    }
    return outcome;
  });
  expect(spent - back).toBeLessThanOrEqual(10);
  const left = 40_00n - BigInt(spent - back) * 4_00n;
  const refused = await people.redeemRefused(buyer, company, "40.01");
  expect(refused.data).toMatchObject({ left: { most: `${left / 100n}.00` } });
  await expectProof(ledger);
});

it("sell before a link's end, or not at all; likewise before a block of whoever acts", {
  timeout: 120_000,
}, async () => {
  const { company, buyer, link } = await people.withBuyer({ see: true, spendUpTo: { perMonth: "900.00" } });
  const other = await people.person();
  await people.grant(company, other, { see: true, spendUpTo: { perMonth: "900.00" } });
  let count = 0;
  let [endedAfter, blockedAfter] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const late: string[] = [];
  await atOnce(async (till) => {
    count += 1;
    const began = count;
    if (began === 40) {
      const { representationId } = link;
      const ended = await ask(on(till), representativeEnd, { reason: "has left" }, { params: { representationId } });
      endedAfter = count;
      return ended;
    }
    if (began === 60) {
      const blocked = await ask(on(till), memberBlock, { reason: "r" }, { params: { memberId: other.memberId } });
      blockedAfter = count;
      return blocked;
    }
    const who = till % 4 < 2 ? buyer : other;
    const outcome = await ask(on(till), redemption, people.spent(who, company, "1.00"));
    const isLate = began > (who === buyer ? endedAfter : blockedAfter);
    if (isLate) late.push(outcome.kind === "refused" ? outcome.code : outcome.kind);
    return outcome;
  });
  expect(late.length).toBeGreaterThan(0);
  expect(new Set(late)).toEqual(new Set(["not_a_representative"]));
  await expectProof(ledger);
});

it("two who grant at once the same link make one; a grant and a merge of its sides end in a link that is void, or in none", async () => {
  const [company, buyer] = [await people.person(), await people.person()];
  const asked = { params: { memberId: company.memberId } };
  const body = people.grantBody(buyer, { see: true });
  const told = await Promise.all([0, 1, 2, 3].map((till) => ask(on(till), representativeGrant, body, asked)));
  expect(told.map((outcome) => (outcome.kind === "refused" ? outcome.code : outcome.kind)).sort()).toEqual([
    "accepted",
    ...Array.from({ length: 3 }, () => "already_represents"),
  ]);
  for (let round = 0; round < 5; round += 1) {
    const [one, two] = [await people.person(), await people.person()];
    const [granted] = await Promise.all([
      ask(on(round), representativeGrant, people.grantBody(two, { see: true }), { params: { memberId: one.memberId } }),
      people.join(one, two),
    ]);
    const { items } = await people.list(one);
    const ended = granted.kind === "refused" ? [granted.code] : items.map(({ status }) => status);
    expect(["represents_himself", "void"]).toContain(ended.join(" "));
  }
  await expectProof(ledger);
});
