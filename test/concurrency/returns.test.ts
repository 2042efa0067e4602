/** Sales, returns and reversals of one receipt at the same moment: whoever comes first, everything happens once. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Judged } from "../../src/engine/outcome.ts";
import type { MemberId } from "../../src/kernel/ids.ts";
import type { PurchaseAnswer } from "../../src/sales/purchase/purchase-answer.ts";
import type { ReturnAnswer } from "../../src/sales/return/return-answer.ts";
import { purchase } from "../../src/sales/purchase/purchase.ts";
import { returnById } from "../../src/sales/return/return-by-id.ts";
import { returnByReceipt } from "../../src/sales/return/return-by-receipt.ts";
import { reversal } from "../../src/sales/reversal/reversal.ts";
import { answerOf, ask, newTestKey } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { openTills, race, receipt, returnOf, saleOf, tally, type Tills, times, wordOf } from "./tills.ts";

let tills: Tills;
beforeAll(async () => {
  tills = await openTills();
});
afterAll(() => tills.close());

type Receipt = ReturnType<typeof receipt>;
const sell = (till: number, body: object): Promise<Judged> => ask(tills.till(till), purchase, body);
const bringBack = (till: number, purchaseId: string, body: object): Promise<Judged> =>
  ask(tills.till(till), returnById, body, { params: { purchaseId } });
const reverse = (till: number, paper: Receipt, kind: "purchase" | "return"): Promise<Judged> =>
  ask(tills.till(till), reversal, { receipt: paper, kind });
const outcomeOf = (reversed: Judged): string => (answerOf(reversed) as { outcome: string }).outcome;

/** Sells three units and spends 300.00 bonuses on them. */
async function sold(member: MemberId): Promise<PurchaseAnswer> {
  await tills.give(member, 30_000n, "eldorado");
  return answerOf(await sell(0, saleOf(member, { spend: "max" }, 3))) as PurchaseAnswer;
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
    const outcomes = await times(5, (index) => bringBack(index, purchaseId, returnOf(1)));
    expect(tally(outcomes)).toEqual({ ok: 3, return_exceeds_sold: 2 });
    // The three returns together are the whole purchase: exactly zero is left of it.
    expect(await walletOf(member)).toEqual(AS_GIVEN);
  }
});

it("a return and the reversal of the same purchase: undone once, whichever comes first", async () => {
  const seen = new Set<string>();
  for (let round = 0; round < 25; round += 1) {
    const member = await tills.newMember();
    const body = saleOf(member, { spend: "max" }, 3);
    await tills.give(member, 30_000n, "eldorado");
    const { purchaseId } = answerOf(await sell(0, body)) as PurchaseAnswer;
    const [returned, reversed] = await race(
      round,
      () => bringBack(round, purchaseId, returnOf(2)),
      () => reverse(round + 1, body.receipt, "purchase"),
    );
    seen.add(wordOf(returned));
    expect(["ok", "purchase_reversed"]).toContain(wordOf(returned));
    expect(outcomeOf(reversed)).toBe("reversed");
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
    const body = returnOf(1);
    const [returned, reversed] = await race(
      round,
      () => bringBack(round, purchaseId, body),
      () => reverse(round + 1, body.receipt, "return"),
    );
    const outcome = outcomeOf(reversed);
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
    const body = saleOf(member, { spend: "max" }, 3);
    const back = { ...returnOf(3), original: { receipt: body.receipt } };
    const idempotencyKey = newTestKey();
    const [sale, returned] = await race(
      round,
      () => sell(round, body),
      () => ask(tills.till(round + 1), returnByReceipt, back, { idempotencyKey }),
    );
    expect([wordOf(sale), wordOf(returned)]).toEqual(["ok", "ok"]);
    if (returned.kind === "accepted") seen.add(returned.status);
    expect(await walletOf(member)).toEqual(AS_GIVEN);
    // Who asks again hears the same, and nothing more happens.
    const again = { ...returned, replayed: true };
    expect(await ask(tills.till(round), returnByReceipt, back, { idempotencyKey })).toEqual(again);
    expect(await ask(tills.till(round), returnByReceipt, back)).toEqual(again);
    expect(await walletOf(member)).toEqual(AS_GIVEN);
  }
  expect(seen).toEqual(new Set([201, 202]));
});

it("many parked returns of one receipt: as many as were sold are applied when it comes", async () => {
  const member = await tills.newMember();
  await tills.give(member, 30_000n, "eldorado");
  const body = saleOf(member, { spend: "max" }, 3);
  const back = (till: number) =>
    ask(tills.till(till), returnByReceipt, { ...returnOf(1), original: { receipt: body.receipt } });
  const [sale, ...returned] = await Promise.all([sell(0, body), ...Array.from({ length: 6 }, (_, till) => back(till))]);
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
    const body = saleOf(member, { spend: "max" }, 3);
    const [sale, reversed] = await race(
      round,
      () => sell(round, body),
      () => reverse(round + 1, body.receipt, "purchase"),
    );
    const outcome = outcomeOf(reversed);
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
    const body = saleOf(member, { spend: "max" }, 3);
    if (round % 2 === 0) await sell(0, body);
    const outcomes = await times(2, (index) => reverse(index, body.receipt, "purchase"));
    const said = outcomes.map(outcomeOf).sort();
    expect(said).toEqual(round % 2 === 0 ? ["already_reversed", "reversed"] : ["already_reversed", "tombstoned"]);
    expect(await walletOf(member)).toEqual(AS_GIVEN);
  }
});

it("returns of one receipt number from two tills, with different goods, are one return", async () => {
  const member = await tills.newMember();
  const { purchaseId } = await sold(member);
  const paper = receipt("eldorado");
  const outcomes = await times(2, (index) => bringBack(index, purchaseId, { ...returnOf(index + 1), receipt: paper }));
  expect(tally(outcomes)).toEqual({ ok: 1, receipt_conflict: 1 });
  const made = outcomes.filter(({ kind }) => kind === "accepted").map((outcome) => answerOf(outcome) as ReturnAnswer);
  expect(made.map(({ debtAdded }) => debtAdded)).toEqual(["0.00"]);
});

it("the proof holds after all this", async () => {
  expect((await expectProof(tills)).holds).toBe(true);
});
