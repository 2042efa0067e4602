/** Two services on one database, as two tills of one programme would meet them, and short ways to ask either. */
import { setTimeout as sleep } from "node:timers/promises";
import { openService, type Service, type ServiceOptions } from "../../src/service.ts";
import type { MemberId } from "../../src/kernel/ids.ts";
import type { Judged, ReturnBody, SaleBody } from "../../src/sales/counter.ts";
import type { Receipt } from "../../src/sales/receipt.ts";
import { START, testLedger, type TestLedger } from "../support/ledger.ts";

export interface Tills extends TestLedger {
  /** Two services; the first is the ledger's own. */
  readonly pair: readonly [Service, Service];
}

export async function openTills(options: Partial<ServiceOptions> = {}): Promise<Tills> {
  const ledger = await testLedger(options);
  const other = await openService({ target: ledger.database, clock: ledger.clock, readers: 4, ...options });
  return {
    ...ledger,
    pair: [ledger.service, other],
    async close() {
      await other.close();
      await ledger.close();
    },
  };
}

let numbers = 0;

/** A receipt that nobody has had before. */
export function receipt(brand: "mvideo" | "eldorado" = "mvideo"): Receipt {
  numbers += 1;
  return { brand, storeId: brand === "mvideo" ? "M-1" : "E-1", terminalId: "1", shift: "1", number: `${numbers}` };
}

/** A sale of whole units at one price each; bonuses are spent as far as they go. */
export function saleOf(memberId: MemberId | undefined, fields: Partial<SaleBody> = {}, units = 1n): SaleBody {
  const line = { lineId: "1", sku: "tv-1", category: "tv", noEarn: false, noSpend: false };
  return {
    receipt: receipt(),
    channel: "pos",
    memberId,
    lines: [{ ...line, quantity: units * 1000n, unitPrice: 100_000n }],
    spend: 0n,
    occurredAt: START,
    ...fields,
  };
}

/** Brings back so many units of the one line of `saleOf`. */
export function returnOf(units: bigint): ReturnBody {
  return { receipt: receipt("eldorado"), lines: [{ lineId: "1", quantity: units * 1000n }], occurredAt: START };
}

/** What an outcome comes down to: `ok`, or the code of its refusal. */
export const wordOf = (outcome: Judged): string => (outcome.kind === "accepted" ? "ok" : outcome.code);

/** How often each word was said. */
export function tally(outcomes: readonly Judged[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of outcomes.map(wordOf)) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** Runs `work` for 0, 1, … at once. */
export function times<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => work(index)));
}

/**
 * Two things at about the same moment: in turn the one, the other, or neither has a head start of a few milliseconds,
 * so that over many rounds either comes first.
 */
export async function race<A, B>(round: number, one: () => Promise<A>, other: () => Promise<B>): Promise<[A, B]> {
  const headStart = ((round % 7) - 3) * 4;
  const late = async <T>(milliseconds: number, work: () => Promise<T>): Promise<T> => {
    if (milliseconds > 0) await sleep(milliseconds);
    return work();
  };
  return Promise.all([late(headStart, one), late(-headStart, other)]);
}
