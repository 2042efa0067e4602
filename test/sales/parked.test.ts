/** Returns that came before their sale: what becomes of them is told, to the till that sells and to whoever asks. */
import { describe, expect, it } from "vitest";
import { parseAmount } from "../../src/kernel/amount.ts";
import { as, type MemberId } from "../../src/kernel/ids.ts";
import { type ParkedReturn, parkedStore } from "../../src/sales/documents/parked-store.ts";
import { purchase } from "../../src/sales/purchase/purchase.ts";
import { receiptKey } from "../../src/sales/receipt/receipt.ts";
import { returnByReceipt } from "../../src/sales/return/return-by-receipt.ts";
import { returnStore } from "../../src/sales/documents/return-store.ts";
import { reversal } from "../../src/sales/reversal/reversal.ts";
import { MemoryLedger, newOperation } from "../support/memory-ledger.ts";

const START = Date.UTC(2026, 2, 2, 9);
const STORE_ZONE = "Europe/Moscow";
const RECEIPT = { brand: "mvideo", storeId: "M-1", terminalId: "1", shift: "1", number: "1" };
const KEY = receiptKey(RECEIPT, "purchase");
const back = { ...RECEIPT, number: "r1" };

interface Told {
  readonly returnId: string;
  readonly status: string;
  readonly code: string | null;
}

function till() {
  const ledger = new MemoryLedger(START);
  const memberId: MemberId = as("mbr", newOperation());
  ledger.addMember(memberId);
  const asking = (lineId: string, occurredAt = START) => ({
    kind: "early",
    originalKey: KEY,
    terms: { receipt: back, storeZone: STORE_ZONE, lines: [{ lineId, quantity: 1000n }], reason: null, occurredAt },
  });
  const park = (lineId: string, occurredAt?: number) => {
    const operationId = newOperation();
    const { status } = ledger.accepted(returnByReceipt, asking(lineId, occurredAt), operationId);
    expect(status).toBe(202);
    return as("ret", operationId);
  };
  const sell = () => {
    const bare = {
      sku: "s",
      category: "tv",
      quantity: 1000n,
      unitPrice: parseAmount("1000.00"),
      noEarn: false,
      noSpend: false,
    };
    const about = { receipt: RECEIPT, channel: "pos", lines: [{ lineId: "1", ...bare }], spend: 0n, occurredAt: START };
    const input = {
      ...about,
      key: KEY,
      storeZone: STORE_ZONE,
      memberId,
      awaits: null,
      acting: null,
      newTerminal: false,
    };
    const { answer, releases, events } = ledger.accepted(purchase, input);
    const parkedReturns = (answer as { parkedReturns?: readonly Told[] }).parkedReturns;
    return { parkedReturns, releases, events: (events ?? []).map(({ name }) => name) };
  };
  const statuses = () =>
    (ledger.get<readonly ParkedReturn[]>(parkedStore, KEY) ?? []).map(({ status, refusal }) => refusal ?? status);
  return { ledger, memberId, asking, park, sell, statuses };
}

describe("a return that was parked", () => {
  it("is made when its sale comes, and the sale's answer names it", () => {
    const { ledger, memberId, park, sell } = till();
    const returnId = park("1");
    expect(sell()).toEqual({
      parkedReturns: [{ returnId, status: "applied", code: null }],
      releases: [],
      events: ["purchase.recorded", "return.made"],
    });
    expect(ledger.get(returnStore, returnId)?.status).toBe("returned");
    expect(ledger.totals(memberId)).toMatchObject({ pending: 0n, debt: 0n });
  });

  it.each([
    ["a line that was not sold", "2", START, "unknown_line"],
    ["a date before the sale", "1", START - 5 * 60_000 - 1, "returned_before_sale"],
  ])("with %s is refused when its sale comes, and it is said why", (_, lineId, occurredAt, code) => {
    const { ledger, park, sell, statuses } = till();
    const returnId = park(lineId, occurredAt);
    expect(sell()).toEqual({
      parkedReturns: [{ returnId, status: "refused", code }],
      // The till can send a corrected one under the same receipt.
      releases: [receiptKey(back, "return")],
      events: ["purchase.recorded", "return.refused"],
    });
    expect(statuses()).toEqual([code]);
    expect(ledger.get(returnStore, returnId)).toBeUndefined();
  });

  it("is made before a second one that asks for the same, which is refused", () => {
    const { park, sell } = till();
    const returnIds = [park("1"), park("1")];
    expect(sell().parkedReturns).toEqual([
      { returnId: returnIds[0], status: "applied", code: null },
      { returnId: returnIds[1], status: "refused", code: "return_exceeds_sold" },
    ]);
  });

  it("is refused when its sale is reversed before it comes, and its receipt is free again", () => {
    const { ledger, park, statuses } = till();
    park("1");
    const { answer, releases } = ledger.accepted(reversal, {
      kind: "unseen",
      key: KEY,
      receiptKind: "purchase",
      storeZone: STORE_ZONE,
    });
    expect(answer).toMatchObject({ outcome: "tombstoned" });
    expect(releases).toEqual([receiptKey(back, "return")]);
    expect(statuses()).toEqual(["purchase_reversed"]);
  });

  it("is withdrawn by a reversal, once, and the sale that comes then takes nothing back", () => {
    const { ledger, park, sell, statuses } = till();
    const returnId = park("1");
    const input = {
      kind: "parked",
      originalKey: KEY,
      parkedBy: as("opn", returnId),
      key: "",
      receiptKind: "return",
      storeZone: STORE_ZONE,
    };
    expect(ledger.accepted(reversal, input).answer).toMatchObject({ outcome: "reversed" });
    expect(ledger.accepted(reversal, input).answer).toMatchObject({ outcome: "already_reversed" });
    expect(sell().parkedReturns).toBeUndefined();
    expect(statuses()).toEqual(["withdrawn"]);
  });

  it("waits with ninety-nine others at most", () => {
    const { ledger, park, asking } = till();
    for (let parked = 0; parked < 100; parked += 1) park("1");
    expect(ledger.decide(returnByReceipt, asking("1"))).toMatchObject({ kind: "refused", code: "too_many_parked" });
  });

  it("is not kept out by a hundred that were withdrawn", () => {
    const { ledger, park, asking } = till();
    for (let parked = 0; parked < 100; parked += 1) {
      const parkedBy = as("opn", park("1"));
      const withdrawal = {
        kind: "parked",
        originalKey: KEY,
        parkedBy,
        key: "",
        receiptKind: "return",
        storeZone: STORE_ZONE,
      };
      expect(ledger.accepted(reversal, withdrawal).answer).toMatchObject({ outcome: "reversed" });
    }
    expect(ledger.decide(returnByReceipt, asking("1"))).toMatchObject({ kind: "accepted" });
  });
});
