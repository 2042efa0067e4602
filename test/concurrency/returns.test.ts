/** Sales, returns and reversals of one receipt at the same moment: whoever comes first, everything happens once. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { MemberId } from "../../src/kernel/ids.ts";
import { returnAtCounter, returnByReceipt, sellAtCounter } from "../../src/sales/counter.ts";
import { reverseAtCounter } from "../../src/sales/reversal-counter.ts";
import type { ReversalAnswer } from "../../src/sales/reverse.ts";
import type { SaleAnswer } from "../../src/sales/sell.ts";
import type { ReturnAnswer } from "../../src/sales/take-back.ts";
import type { Service } from "../../src/service.ts";
import { answerOf } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { openTills, race, receipt, returnOf, saleOf, tally, type Tills, times, wordOf } from "./tills.ts";

let tills: Tills;
beforeAll(async () => {
  tills = await openTills();
});
afterAll(() => tills.close());

const till = (index: number): Service => tills.pair[index % 2 === 0 ? 0 : 1];

/** Sells three units and spends 300.00 bonuses on them. */
async function sold(member: MemberId): Promise<SaleAnswer> {
  await tills.give(member, 30_000n, "eldorado");
  return answerOf(await sellAtCounter(till(0), tills.caller(), saleOf(member, { spend: "max" }, 3n))) as SaleAnswer;
}

async function walletOf(member: MemberId) {
  const [row] = await tills.database.sql<{ pending: bigint; available: bigint; held: bigint; debt: bigint }[]>`
    select pending, available, held, debt from wallets where member_id = ${member.slice(4)}::uuid`;
  return row;
}

const AS_GIVEN = { pending: 0n, available: 30_000n, held: 0n, debt: 0n };

it("two returns of the same units at once never bring back more than was sold", async () => {
  for (let round = 0; round < 15; round += 1) {
    const member = await tills.newMember();
    const { purchaseId } = await sold(member);
    const outcomes = await times(5, (index) => returnAtCounter(till(index), tills.caller(), purchaseId, returnOf(1n)));
    expect(tally(outcomes)).toEqual({ ok: 3, return_exceeds_sold: 2 });
    // The three returns together are the whole purchase: exactly zero is left of it.
    expect(await walletOf(member)).toEqual(AS_GIVEN);
  }
});

it("a return and the reversal of the same purchase: undone once, whichever comes first", async () => {
  const seen = new Set<string>();
  for (let round = 0; round < 25; round += 1) {
    const member = await tills.newMember();
    const body = saleOf(member, { spend: "max" }, 3n);
    await tills.give(member, 30_000n, "eldorado");
    const { purchaseId } = answerOf(await sellAtCounter(till(0), tills.caller(), body)) as SaleAnswer;
    const [returned, reversed] = await race(
      round,
      () => returnAtCounter(till(round), tills.caller(), purchaseId, returnOf(2n)),
      () => reverseAtCounter(till(round + 1), tills.caller(), { receipt: body.receipt, kind: "purchase" }),
    );
    seen.add(wordOf(returned));
    expect(["ok", "purchase_reversed"]).toContain(wordOf(returned));
    expect((answerOf(reversed) as ReversalAnswer).outcome).toBe("reversed");
    expect(await walletOf(member)).toEqual(AS_GIVEN);
  }
  expect(seen).toEqual(new Set(["ok", "purchase_reversed"]));
});

it("a return and its own reversal: it is reversed, or it is never made", async () => {
  const seen = new Set<string>();
  for (let round = 0; round < 25; round += 1) {
    const member = await tills.newMember();
    const { purchaseId } = await sold(member);
    const before = await walletOf(member);
    const body = returnOf(1n);
    const [returned, reversed] = await race(
      round,
      () => returnAtCounter(till(round), tills.caller(), purchaseId, body),
      () => reverseAtCounter(till(round + 1), tills.caller(), { receipt: body.receipt, kind: "return" }),
    );
    const { outcome } = answerOf(reversed) as ReversalAnswer;
    seen.add(outcome);
    expect([outcome, wordOf(returned)]).toEqual(
      outcome === "reversed" ? ["reversed", "ok"] : ["tombstoned", "receipt_reversed"],
    );
    expect(await walletOf(member)).toEqual(before);
  }
  expect(seen).toEqual(new Set(["reversed", "tombstoned"]));
});

it("a return that comes with its sale is applied exactly once, parked or not", async () => {
  const seen = new Set<number>();
  for (let round = 0; round < 40; round += 1) {
    const member = await tills.newMember();
    await tills.give(member, 30_000n, "eldorado");
    const body = saleOf(member, { spend: "max" }, 3n);
    const back = { ...returnOf(3n), original: { receipt: body.receipt } };
    const caller = tills.caller();
    const [sale, returned] = await race(
      round,
      () => sellAtCounter(till(round), tills.caller(), body),
      () => returnByReceipt(till(round + 1), caller, back),
    );
    expect([wordOf(sale), wordOf(returned)]).toEqual(["ok", "ok"]);
    if (returned.kind === "accepted") seen.add(returned.status);
    expect(await walletOf(member)).toEqual(AS_GIVEN);
    // Who asks again hears the same, and nothing more happens.
    expect(await returnByReceipt(till(round), caller, back)).toMatchObject({ kind: "accepted", replayed: true });
    expect(await returnByReceipt(till(round), tills.caller(), back)).toMatchObject({
      kind: "accepted",
      replayed: true,
    });
    expect(await walletOf(member)).toEqual(AS_GIVEN);
  }
  expect(seen).toEqual(new Set([201, 202]));
});

it("many parked returns of one receipt: as many as were sold are applied when it comes", async () => {
  const member = await tills.newMember();
  await tills.give(member, 30_000n, "eldorado");
  const body = saleOf(member, { spend: "max" }, 3n);
  const sell = () => sellAtCounter(till(0), tills.caller(), body);
  const back = (index: number) =>
    returnByReceipt(till(index), tills.caller(), { ...returnOf(1n), original: { receipt: body.receipt } });
  const [sale, ...returned] = await Promise.all([sell(), ...Array.from({ length: 6 }, (_, index) => back(index))]);
  expect(wordOf(sale)).toBe("ok");
  for (const outcome of returned) expect(["ok", "return_exceeds_sold"]).toContain(wordOf(outcome));
  expect(await walletOf(member)).toEqual(AS_GIVEN);
  const [row] = await tills.database.sql<{ count: bigint }[]>`
    select count(*) from returns r join purchases p using (purchase_id) where p.number = ${body.receipt.number}`;
  expect(row?.count).toBe(3n);
});

it("a reversal and the late original: sold and undone, or refused for ever", async () => {
  const seen = new Set<string>();
  for (let round = 0; round < 40; round += 1) {
    const member = await tills.newMember();
    await tills.give(member, 30_000n, "eldorado");
    const body = saleOf(member, { spend: "max" }, 3n);
    const [sale, reversal] = await race(
      round,
      () => sellAtCounter(till(round), tills.caller(), body),
      () => reverseAtCounter(till(round + 1), tills.caller(), { receipt: body.receipt, kind: "purchase" }),
    );
    const { outcome } = answerOf(reversal) as ReversalAnswer;
    seen.add(outcome);
    expect([outcome, wordOf(sale)]).toEqual(
      outcome === "reversed" ? ["reversed", "ok"] : ["tombstoned", "receipt_reversed"],
    );
    expect(await walletOf(member)).toEqual(AS_GIVEN);
  }
  expect(seen).toEqual(new Set(["reversed", "tombstoned"]));
});

it("the same reversal from two tills undoes once", async () => {
  for (let round = 0; round < 20; round += 1) {
    const member = await tills.newMember();
    await tills.give(member, 30_000n, "eldorado");
    const body = saleOf(member, { spend: "max" }, 3n);
    if (round % 2 === 0) await sellAtCounter(till(0), tills.caller(), body);
    const outcomes = await times(2, (index) =>
      reverseAtCounter(till(index), tills.caller(), { receipt: body.receipt, kind: "purchase" }),
    );
    const said = outcomes.map((outcome) => (answerOf(outcome) as ReversalAnswer).outcome).sort();
    expect(said).toEqual(round % 2 === 0 ? ["already_reversed", "reversed"] : ["already_reversed", "tombstoned"]);
    expect(await walletOf(member)).toEqual(AS_GIVEN);
  }
});

it("returns of one receipt number from two tills, with different goods, are one return", async () => {
  const member = await tills.newMember();
  const { purchaseId } = await sold(member);
  const paper = receipt("eldorado");
  const outcomes = await times(2, (index) =>
    returnAtCounter(till(index), tills.caller(), purchaseId, { ...returnOf(BigInt(index + 1)), receipt: paper }),
  );
  expect(tally(outcomes)).toEqual({ ok: 1, receipt_conflict: 1 });
  expect(
    outcomes.filter(({ kind }) => kind === "accepted").map((o) => (answerOf(o) as ReturnAnswer).debtAdded),
  ).toEqual(["0.00"]);
});

it("the books are proven after all this", async () => {
  expect((await expectProof(tills)).holds).toBe(true);
});
