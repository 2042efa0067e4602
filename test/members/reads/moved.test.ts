import { z } from "@hono/zod-openapi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accept, stale } from "../../../src/engine/definition/decision.ts";
import { ownOperation } from "../../../src/engine/definition/operation.ts";
import { explanationOf } from "../../../src/finance/explain/explain.ts";
import type { LotId, MemberId } from "../../../src/kernel/ids.ts";
import { moveLot } from "../../../src/ledger/posting/move.ts";
import { type Balance, balanceOf } from "../../../src/members/reads/balance.ts";
import { lotsOf } from "../../../src/members/reads/lots.ts";
import { testLedger, type TestLedger, TILL } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { DAY_MS, doOwn, sellTo } from "../../support/town.ts";

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.close());

interface Move {
  readonly from: MemberId;
  readonly to: MemberId;
  readonly lotId: LotId;
}

const move = ownOperation({
  name: "test-move",
  answer: z.strictObject({}),
  needs: ({ from, to, lotId }: Move) => ({ wallets: [from, to], lots: [lotId] }),
  decide({ wallet, now }, { from, to, lotId }) {
    const [giver, taker] = [wallet(from), wallet(to)];
    if (giver === undefined || taker === undefined) return stale;
    moveLot(giver, lotId, taker, now);
    return accept({ answer: {} });
  },
});

describe("a lot that changes hands", () => {
  it("is where it was on any day, ends as it did then, and the ledger's invariants hold", async () => {
    const [one, other] = [await ledger.newMember(), await ledger.newMember()];
    const { earn } = await sellTo(ledger, one);
    const lotId = earn?.lotId as LotId;
    const told: { memberId: MemberId; at: number; figures: Omit<Balance, "version"> }[] = [];
    const step = async (happens: () => Promise<unknown>) => {
      ledger.clock.moveTo(ledger.clock.now() + DAY_MS);
      await happens();
      for (const memberId of [one, other]) {
        const { version: _, ...figures } = await balanceOf(ledger.service, memberId);
        told.push({ memberId, at: ledger.clock.now(), figures });
      }
      ledger.clock.moveTo(ledger.clock.now() + 1);
    };
    const sale = { lines: [{ lineId: "1", sku: "s", category: "gift-card", quantity: "1", unitPrice: "1.00" }] };
    await step(() => Promise.resolve());
    await step(() => doOwn(ledger, move, { from: one, to: other, lotId }));
    ledger.clock.moveTo(ledger.clock.now() + 16 * DAY_MS);
    // Extends the lot where it is now, and activates it.
    await step(() => sellTo(ledger, other, sale));
    await step(() => doOwn(ledger, move, { from: other, to: one, lotId }));
    await step(() => sellTo(ledger, one, { spend: 10_00n }));

    for (const { memberId, at, figures } of told) {
      const { version: _, ...again } = await balanceOf(ledger.service, memberId, at);
      expect(again, `${memberId} as of ${new Date(at).toISOString()}`).toEqual(figures);
    }
    const open = (await lotsOf(ledger.service, one, { limit: 10 })).items.find((lot) => lot.lotId === lotId);
    const left = (await lotsOf(ledger.service, other, { limit: 10 })).items.find((lot) => lot.lotId === lotId);
    expect(open).toMatchObject({ closed: false, available: "50.00" });
    expect(left).toMatchObject({ closed: true, available: "0.00" });
    const { ends, history } = await explanationOf(ledger.service, TILL, one, { lotId });
    expect(ends.map(({ why }) => why)).toEqual(["life", "move", "extension"]);
    expect(history.map(({ event }) => event)).toEqual(["grant", "move", "move", "spend"]);
    await expectProof(ledger);
  });
});
