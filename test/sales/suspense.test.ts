/** Receipts whose card nobody had brought: returned, claimed and reversed in every order. */
import { describe, expect, it } from "vitest";
import { formatAmount, parseAmount } from "../../src/kernel/amount.ts";
import { as, type MemberId, newUuid, type OperationId, type PurchaseId } from "../../src/kernel/ids.ts";
import type { Identifier } from "../../src/members/identifier.ts";
import { historyStore } from "../../src/members/identifier-history.ts";
import { type Profile, profileStore } from "../../src/members/profile-store.ts";
import { claim } from "../../src/sales/claim/claim.ts";
import { lotsOf, type Purchase } from "../../src/sales/documents/purchase-document.ts";
import { purchaseStore } from "../../src/sales/documents/purchase-store.ts";
import { returnById } from "../../src/sales/return/return-by-id.ts";
import { lotsOfReturn } from "../../src/sales/documents/return-document.ts";
import { returnStore } from "../../src/sales/documents/return-store.ts";
import { reversal } from "../../src/sales/reversal/reversal.ts";
import { keyOf } from "../support/keys.ts";
import { MemoryLedger, newOperation } from "../support/memory-ledger.ts";

const DAY = 86_400_000;
const START = Date.UTC(2026, 2, 2, 9);
const STORE_ZONE = "Europe/Moscow";
const CARD = { kind: "card", value: "2900000000017" } as const;
const RECEIPT = { brand: "mvideo", storeId: "M-1", terminalId: "1", shift: "1", number: "1" };

/** A receipt on suspense: two things at 1000.00, each of which has earned 30.00. */
function waiting(id: PurchaseId): Purchase {
  const bare = { sku: "s", category: "tv", quantity: 1000n, noEarn: false, noSpend: false, spend: 0n, parts: [] };
  const line = {
    ...bare,
    unitPrice: parseAmount("1000.00"),
    total: parseAmount("1000.00"),
    earn: parseAmount("30.00"),
  };
  return {
    id,
    memberId: null,
    profileId: null,
    ...RECEIPT,
    fiscalId: null,
    channel: "pos",
    orderId: null,
    storeZone: STORE_ZONE,
    lotId: null,
    awaits: keyOf(CARD),
    lines: [
      { lineId: "1", ...line },
      { lineId: "2", ...line },
    ],
    total: parseAmount("2000.00"),
    spent: 0n,
    earned: parseAmount("60.00"),
    returned: new Map(),
    status: "sold",
    occurredAt: START,
    postedAt: START,
  };
}

/** One such receipt, and the steps that may be taken with it. */
class Story {
  readonly ledger = new MemoryLedger(START);
  readonly memberId: MemberId = as("mbr", newOperation());
  readonly purchaseId: PurchaseId = as("pur", newOperation());
  readonly #returns = new Map<string, OperationId>();

  constructor() {
    this.ledger.addMember(this.memberId);
    this.ledger.put(purchaseStore, this.purchaseId, waiting(this.purchaseId));
    this.hold(CARD, this.memberId);
  }

  /** Has an identifier lead to a member, by its only profile. */
  hold(identifier: Identifier, memberId: MemberId): void {
    const [profileId, key] = [as("prf", memberId), keyOf(identifier)];
    const begun = { key, profileId, verified: true, ordinal: 1, event: "begun", since: START } as const;
    this.ledger.put(historyStore, key, [{ ...begun, operationId: as("opn", profileId) }]);
    // Nothing else of it is looked at.
    this.ledger.put(profileStore, memberId, [{ id: profileId } as Profile]);
  }

  get purchase(): Purchase {
    const purchase = this.ledger.get(purchaseStore, this.purchaseId);
    if (purchase === undefined) throw new Error("no purchase");
    return purchase;
  }

  #found() {
    const { memberId } = this.purchase;
    const owner = {
      recordedFor: memberId,
      profileId: this.purchase.profileId,
      foundBy: [],
      lotsFrom: [],
      elsewhere: new Map(),
      actedBy: null,
      begunBy: null,
      cameBack: null,
    };
    return { purchaseId: this.purchaseId, memberId, ...owner, lots: lotsOf(this.purchase) };
  }

  /** Returns a line; by default the return is named after it. */
  return(lineId: string, name = lineId): { clawedBack: string; debtAdded: string } {
    const operationId = newOperation();
    this.#returns.set(name, operationId);
    const lines = [{ lineId, quantity: 1000n }];
    const receipt = { ...RECEIPT, number: `r${name}` };
    const terms = { receipt, storeZone: STORE_ZONE, lines, reason: null, occurredAt: this.ledger.now };
    const { answer } = this.ledger.accepted(returnById, { kind: "found", ...this.#found(), terms }, operationId);
    return answer as { clawedBack: string; debtAdded: string };
  }

  claim(): void {
    const purchases = [this.purchaseId];
    this.ledger.accepted(claim, { memberId: this.memberId, identifiers: [keyOf(CARD)], purchases });
  }

  reverseReturn(name: string): unknown {
    const returnId = as("ret", this.#returns.get(name) ?? newOperation());
    const returned = this.ledger.get(returnStore, returnId);
    if (returned === undefined) throw new Error("no return");
    const { lots, ...found } = this.#found();
    const about = {
      key: "",
      receiptKind: "return",
      storeZone: STORE_ZONE,
      kind: "return",
      returnId,
    };
    const input = { ...about, ...found, lots: [...lots, ...lotsOfReturn(returned)] };
    return (this.ledger.accepted(reversal, input).answer as { outcome: string }).outcome;
  }

  reversePurchase(): unknown {
    const about = { key: "", receiptKind: "purchase", storeZone: STORE_ZONE, kind: "purchase", order: null };
    return (this.ledger.accepted(reversal, { ...about, ...this.#found() }).answer as { outcome: string }).outcome;
  }

  /** What the receipt's lot was granted in all, and what is in it. */
  get lot(): string {
    const { granted, pending, available } = this.ledger.lotOf(this.memberId, this.purchase.lotId);
    return [granted, pending + available].map(formatAmount).join(" ");
  }

  /** `pending available debt suspense`. What the wallet has and suspense waits with is what was charged to the issuer. */
  get state(): string {
    const { pending, available, debt } = this.ledger.totals(this.memberId);
    const suspense = this.ledger.balanceOf("suspense") + parseAmount("60.00");
    const issued = parseAmount("60.00") - this.ledger.balanceOf("issuance:ordinary");
    if (pending + available - debt + suspense !== issued) throw new Error("what was issued is neither had nor waits");
    return [pending, available, debt, suspense].map(formatAmount).join(" ");
  }
}

describe("a receipt on suspense", () => {
  it("is claimed with all that it has earned", () => {
    const story = new Story();
    story.claim();
    expect(story.state).toBe("60.00 0.00 0.00 0.00");
  });

  it("of which goods came back is claimed with what the others have earned; reversing that return brings the rest to the member", () => {
    const story = new Story();
    expect(story.return("1")).toMatchObject({ clawedBack: "30.00", debtAdded: "0.00" });
    expect(story.state).toBe("0.00 0.00 0.00 30.00");
    story.claim();
    expect(story.state).toBe("30.00 0.00 0.00 0.00");
    expect(story.lot).toBe("30.00 30.00");
    expect(story.reverseReturn("1")).toBe("reversed");
    expect(story.state).toBe("60.00 0.00 0.00 0.00");
    expect(story.lot).toBe("60.00 60.00");
    expect(story.reverseReturn("1")).toBe("already_reversed");
    expect(story.return("1", "again")).toMatchObject({ clawedBack: "30.00", debtAdded: "0.00" });
    expect(story.return("2")).toMatchObject({ clawedBack: "30.00", debtAdded: "0.00" });
    expect(story.state).toBe("0.00 0.00 0.00 0.00");
  });

  it("whose return is reversed before anybody claims it waits with all of it again", () => {
    const story = new Story();
    story.return("1");
    expect(story.reverseReturn("1")).toBe("reversed");
    expect(story.state).toBe("0.00 0.00 0.00 60.00");
    story.claim();
    expect(story.state).toBe("60.00 0.00 0.00 0.00");
    story.return("1", "again");
    expect(story.state).toBe("30.00 0.00 0.00 0.00");
  });

  it.each([
    ["1", "2"],
    ["2", "1"],
  ])("of which everything came back makes its lot when a return is reversed: first %s, then %s", (first, second) => {
    const story = new Story();
    story.return("1");
    story.return("2");
    story.claim();
    expect(story.purchase.lotId).toBeNull();
    expect(story.state).toBe("0.00 0.00 0.00 0.00");
    story.reverseReturn(first);
    expect(story.state).toBe("30.00 0.00 0.00 0.00");
    const { lotId } = story.purchase;
    expect(lotId).not.toBeNull();
    expect(story.lot).toBe("30.00 30.00");
    story.reverseReturn(second);
    expect(story.lot).toBe("60.00 60.00");
    expect(story.purchase.lotId).toBe(lotId);
    expect(story.state).toBe("60.00 0.00 0.00 0.00");
    expect(story.return("1", "third")).toMatchObject({ clawedBack: "30.00", debtAdded: "0.00" });
    expect(story.return("2", "fourth")).toMatchObject({ clawedBack: "30.00", debtAdded: "0.00" });
    expect(story.state).toBe("0.00 0.00 0.00 0.00");
  });

  it("grants what is earned again into a lot that has begun, and it pays what is owed first", () => {
    const story = new Story();
    story.return("1");
    story.claim();
    story.ledger.moveTo(START + 20 * DAY);
    expect(story.state).toBe("0.00 30.00 0.00 0.00");
    story.reverseReturn("1");
    expect(story.state).toBe("0.00 60.00 0.00 0.00");
    expect(story.lot).toBe("60.00 60.00");
    const [grown, begun] = story.ledger.transfers.slice(-2);
    expect([grown, begun]).toMatchObject([
      { event: "grant", debit: "issuance:ordinary", credit: "pending", occurredAt: START },
      { event: "activation", credit: "available" },
    ]);
  });

  it("gives what comes back after the lot would have ended a grace, whether or not there was a lot", () => {
    for (const returned of [["1"], ["1", "2"]]) {
      const story = new Story();
      for (const lineId of returned) story.return(lineId);
      story.claim();
      const availableOn = (day: number): string => {
        story.ledger.moveTo(START + day * DAY);
        return formatAmount(story.ledger.totals(story.memberId).available);
      };
      expect(availableOn(300)).toBe("0.00");
      story.reverseReturn("1");
      expect(availableOn(300)).toBe("30.00");
      expect(availableOn(313)).toBe("30.00");
      expect(availableOn(315)).toBe("0.00");
    }
  });

  it("that is reversed as a whole takes everything back, and its returns with it", () => {
    const story = new Story();
    story.return("1");
    story.claim();
    expect(story.reversePurchase()).toBe("reversed");
    expect(story.state).toBe("0.00 0.00 0.00 0.00");
    expect(story.reverseReturn("1")).toBe("already_reversed");
    expect(story.state).toBe("0.00 0.00 0.00 0.00");
  });

  it("is not claimed by a member whose card leads to somebody else", () => {
    const story = new Story();
    const other: MemberId = as("mbr", `opn_${newUuid(0)}`);
    story.ledger.addMember(other);
    const purchases = [story.purchaseId];
    expect(story.ledger.decide(claim, { memberId: other, identifiers: [keyOf(CARD)], purchases })).toEqual({
      kind: "stale",
    });
    const phone = { kind: "phone", value: "+79123456789" } as const;
    story.hold(phone, other);
    expect(story.ledger.decide(claim, { memberId: other, identifiers: [keyOf(phone)], purchases })).toMatchObject({
      answer: { claimed: "0.00" },
    });
    expect(story.purchase.awaits).not.toBeNull();
  });

  it("extends the member's lots when it is claimed, though it has earned nothing", () => {
    const story = new Story();
    story.claim();
    const before = story.ledger.lotOf(story.memberId, story.purchase.lotId);
    const nothing: PurchaseId = as("pur", newOperation());
    const occurredAt = START + 100 * DAY;
    const { lines, ...sold } = waiting(nothing);
    const gift = lines.map((line) => ({ ...line, category: "gift-card", earn: 0n }));
    story.ledger.moveTo(occurredAt);
    story.ledger.put(purchaseStore, nothing, { ...sold, lines: gift, earned: 0n, occurredAt, postedAt: occurredAt });
    const purchases = [nothing];
    story.ledger.accepted(claim, { memberId: story.memberId, identifiers: [keyOf(CARD)], purchases });
    const after = story.ledger.lotOf(story.memberId, story.purchase.lotId);
    expect(after.expiresAt - before.expiresAt).toBe((100 - 14) * DAY);
  });
});

describe("a return that is dated before its sale", () => {
  it("is refused, and leaves no trace", () => {
    const story = new Story();
    const lines = [{ lineId: "1", quantity: 1000n }];
    const terms = { receipt: RECEIPT, storeZone: STORE_ZONE, lines, reason: null, occurredAt: START - 5 * 60_000 - 1 };
    const nobodys = {
      recordedFor: null,
      profileId: null,
      foundBy: [],
      lotsFrom: [],
      elsewhere: new Map(),
      actedBy: null,
      begunBy: null,
    };
    const found = { kind: "found", purchaseId: story.purchaseId, memberId: null, ...nobodys, lots: [] };
    expect(story.ledger.decide(returnById, { ...found, terms })).toMatchObject({
      kind: "rejected",
      code: "returned_before_sale",
    });
  });
});
