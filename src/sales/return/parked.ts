/** What becomes of returns that waited for a sale: made when it comes, in the order in which they came, or refused, and said. */
import { as } from "../../kernel/ids.ts";
import type { ProblemCode } from "../../kernel/problems.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { type Saved, save } from "../../engine/definition/decision.ts";
import type { LedgerEvent } from "../../engine/event.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import { type ParkedReturn, parkedStore } from "../documents/parked-store.ts";
import type { Purchase } from "../documents/purchase-document.ts";
import { returnRefused } from "../events.ts";
import { receiptKey } from "../receipt/receipt.ts";
import { makeReturn } from "./make-return.ts";
import type { SettledReturn } from "./return-answer.ts";

export interface SettledReturns {
  readonly purchase: Purchase;
  readonly documents: readonly Saved[];
  readonly events: readonly LedgerEvent[];
  /** Keys of return receipts that are free again: the till can send a corrected one. */
  readonly releases: readonly string[];
  readonly answers: readonly SettledReturn[];
}

/** Settles what waits for a purchase, under its natural key. */
export function settleParked(
  context: CommandContext,
  key: string,
  sold: Purchase,
  member: WalletDraft | undefined,
): SettledReturns {
  let purchase = sold;
  const documents: Saved[] = [];
  const made: LedgerEvent[] = [];
  const settled = settle(context, key, (parked) => {
    const outcome = makeReturn(context, as("ret", parked.operationId), purchase, member, parked.terms);
    if ("kind" in outcome) return outcome.code;
    purchase = outcome.purchase;
    // The purchase itself is saved once, by the sale.
    documents.push(...outcome.documents.filter(({ id }) => id !== sold.id));
    made.push(outcome.event);
    return null;
  });
  return {
    ...settled,
    purchase,
    documents: [...documents, ...settled.documents],
    events: [...made, ...settled.events],
  };
}

/** Refuses what waits for a sale that will never come. */
export function refuseParked(context: CommandContext, key: string): Omit<SettledReturns, "purchase"> {
  return settle(context, key, () => "purchase_reversed");
}

/** `make` makes a return, or answers why it cannot be made. */
function settle(
  context: CommandContext,
  key: string,
  make: (parked: ParkedReturn) => ProblemCode | null,
): Omit<SettledReturns, "purchase"> {
  const waiting = context.document(parkedStore, key);
  if (waiting === undefined) return { documents: [], events: [], releases: [], answers: [] };
  const events: LedgerEvent[] = [];
  const releases: string[] = [];
  const answers: SettledReturn[] = [];
  const after = waiting.map((parked): ParkedReturn => {
    if (parked.status !== "parked") return parked;
    const returnId = as("ret", parked.operationId);
    const refusal = make(parked);
    if (refusal === null) {
      answers.push({ returnId, status: "applied", code: null });
      return { ...parked, status: "applied" };
    }
    answers.push({ returnId, status: "refused", code: refusal });
    events.push(returnRefused({ returnId, code: refusal }));
    releases.push(receiptKey(parked.terms.receipt, "return"));
    return { ...parked, status: "refused", refusal };
  });
  return { documents: [save(parkedStore, key, after)], events, releases, answers };
}
