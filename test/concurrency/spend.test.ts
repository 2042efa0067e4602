/** Many tills, few members: bonuses are spent once, keys and receipts have one effect, whichever service is asked. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { redemption } from "../../src/bonuses/redemption.ts";
import type { Judged } from "../../src/engine/outcome.ts";
import type { MemberId } from "../../src/kernel/ids.ts";
import { purchase } from "../../src/sales/purchase/purchase.ts";
import type { Service } from "../../src/service.ts";
import { ask, newTestKey } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { openTills, receipt, saleOf, tally, times, type Tills } from "./tills.ts";

let tills: Tills;
beforeAll(async () => {
  tills = await openTills();
});
afterAll(() => tills.close());

const spend = (service: Service, memberId: MemberId, amount: string): Promise<Judged> =>
  ask(service, redemption, { memberId, amount, brand: "mvideo", storeId: "M-1", reference: "test" });

it("hundreds of sales and redemptions on three members end with every kopeck in its place", async () => {
  const members = await times(3, () => tills.newMember());
  for (const member of members) await tills.give(member, 50_000n, "eldorado");
  const outcomes = await times(400, (index) => {
    const member = members[index % 3] as MemberId;
    return index % 5 < 3
      ? ask(tills.till(index), purchase, saleOf(member, { spend: index % 5 === 0 ? "max" : "0.00" }))
      : spend(tills.till(index), member, "20.00");
  });
  const { ok = 0, insufficient_bonuses: refused = 0 } = tally(outcomes);
  expect(ok + refused).toBe(400);
  // 160 redemptions of 20.00 are more than the three of them have.
  expect(refused).toBeGreaterThan(0);
  const [row] = await tills.database.sql<{ operations: bigint; purchases: bigint }[]>`
    select (select count(*) from operations where name in ('purchase', 'redemption')) as operations,
           (select count(*) from purchases) as purchases`;
  expect(row).toEqual({ operations: 400n, purchases: 240n });
});

it("two tills spending the last bonuses at once: one wins, the other is refused with what is left", async () => {
  for (let round = 0; round < 40; round += 1) {
    const member = await tills.newMember();
    await tills.give(member, 10_000n);
    const outcomes = await times(2, (index) => spend(tills.till(index), member, "60.00"));
    expect(tally(outcomes)).toEqual({ ok: 1, insufficient_bonuses: 1 });
    expect(outcomes.find(({ kind }) => kind === "refused")).toMatchObject({
      data: { available: "40.00", asked: "60.00" },
    });
  }
});

it("one key sent to both services at the same moment has one effect, and both hear the same", async () => {
  const member = await tills.newMember();
  await times(50, async () => {
    const idempotencyKey = newTestKey();
    const body = saleOf(member);
    const [one, other] = await times(2, (index) => ask(tills.till(index), purchase, body, { idempotencyKey }));
    expect(one).toMatchObject({ kind: "accepted" });
    expect({ ...other, replayed: null }).toEqual({ ...one, replayed: null });
    expect([one, other].filter((outcome) => outcome?.kind === "accepted" && outcome.replayed)).toHaveLength(1);
  });
  expect(await purchasesOf(member)).toBe(50n);
});

it("one receipt under many keys is one sale, and each of these keys leads to it ever after", async () => {
  const member = await tills.newMember();
  const body = saleOf(member);
  const keys = Array.from({ length: 20 }, () => newTestKey());
  const send = () =>
    Promise.all(keys.map((idempotencyKey, index) => ask(tills.till(index), purchase, body, { idempotencyKey })));
  const answers = (outcomes: readonly Judged[]) =>
    new Set(outcomes.map((outcome) => (outcome.kind === "accepted" ? outcome.answer : outcome.code)));
  const first = answers(await send());
  expect(first.size).toBe(1);
  expect(answers(await send())).toEqual(first);
  expect(await purchasesOf(member)).toBe(1n);
});

it("one receipt with two contents is one sale; the other content is a conflict", async () => {
  const member = await tills.newMember();
  for (let round = 0; round < 20; round += 1) {
    const paper = receipt();
    const outcomes = await times(2, (index) =>
      ask(tills.till(index), purchase, saleOf(member, { receipt: paper }, index + 1)),
    );
    expect(tally(outcomes)).toEqual({ ok: 1, receipt_conflict: 1 });
  }
  expect(await purchasesOf(member)).toBe(20n);
});

it("the proof holds after all this", async () => {
  expect((await expectProof(tills)).holds).toBe(true);
});

async function purchasesOf(member: MemberId): Promise<bigint | undefined> {
  const [row] = await tills.database.sql<{ count: bigint }[]>`
    select count(*) from purchases where member_id = ${member.slice(4)}::uuid`;
  return row?.count;
}
