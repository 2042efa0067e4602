/** Two services on one database, as two tills of one programme would meet them, and short ways to ask either. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Judged } from "../../src/engine/outcome.ts";
import { formatInstant } from "../../src/kernel/clock.ts";
import type { MemberId } from "../../src/kernel/ids.ts";
import { openService, type Service, type ServiceOptions } from "../../src/service.ts";
import { START, testLedger, type TestLedger } from "../support/ledger.ts";
import { TEST_KEYS } from "../support/keys.ts";

export interface Tills extends TestLedger {
  /** The services in turn; the first is the ledger's own. */
  till(index: number): Service;
}

export async function openTills(options: Partial<ServiceOptions> = {}): Promise<Tills> {
  const ledger = await testLedger(options);
  const other = await openService({
    personal: TEST_KEYS,
    target: ledger.database,
    clock: ledger.clock,
    readers: 4,
    ...options,
  });
  return {
    ...ledger,
    till: (index) => (index % 2 === 0 ? ledger.service : other),
    async close() {
      await other.close();
      await ledger.close();
    },
  };
}

let numbers = 0;

/** A receipt that nobody has had before. */
export function receipt(brand: "mvideo" | "eldorado" = "mvideo") {
  numbers += 1;
  return { brand, storeId: brand === "mvideo" ? "M-1" : "E-1", terminalId: "1", shift: "1", number: `${numbers}` };
}

/** A sale of whole units at 1000.00 each, as a till sends it. */
export function saleOf(memberId: MemberId | undefined, fields: object = {}, units = 1) {
  return {
    receipt: receipt(),
    channel: "pos",
    ...(memberId === undefined ? {} : { memberId }),
    lines: [{ lineId: "1", sku: "tv-1", category: "tv", quantity: `${units}`, unitPrice: "1000.00" }],
    spend: "0.00",
    occurredAt: formatInstant(START),
    ...fields,
  };
}

/** Brings back so many units of the one line of `saleOf`. */
export function returnOf(units: number) {
  const lines = [{ lineId: "1", quantity: `${units}` }];
  return { receipt: receipt("eldorado"), lines, occurredAt: formatInstant(START) };
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
