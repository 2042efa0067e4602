/** Waits until all that was due has been posted: only then do the books say what members have. */
import { setTimeout as sleep } from "node:timers/promises";
import { formatAmount } from "../../kernel/amount.ts";
import type { Outstanding } from "../report/balances.ts";
import { accountRows, balanceOf } from "./figures.ts";

/** A job posts what is due each minute, and takes its time where there is much of it. */
const PATIENCE_MS = 300_000;
const LOOK_EVERY_MS = 1_000;

const MEMBERS_ACCOUNTS = ["pending", "available", "held"] as const;

/**
 * Balances count at once what time does, the books once it is posted. `takeBalances` gives the trial balance of now. Throws where the
 * two have not come together after some minutes.
 */
export async function untilPosted(owed: Outstanding, takeBalances: () => Promise<string>): Promise<void> {
  for (const patience = performance.now() + PATIENCE_MS; ; ) {
    const differs = differencesOf(owed, await takeBalances());
    if (differs.length === 0) return;
    if (performance.now() > patience) throw new Error(`the books are not what members have: ${differs.join(", ")}`);
    await sleep(LOOK_EVERY_MS);
  }
}

/** Where the accounts of the books differ from what balances of members add up to. */
export function differencesOf(owed: Omit<Outstanding, "debtors">, trialBalance: string): string[] {
  const rows = accountRows(trialBalance);
  const told = [
    ...MEMBERS_ACCOUNTS.map((account) => [account, owed[account], balanceOf(rows, [account])] as const),
    ["debt", owed.debt, -balanceOf(rows, ["debt"])] as const,
  ];
  return told
    .filter(([, members, books]) => members !== books)
    .map(([account, members, books]) => `${account} ${formatAmount(books)}, of members ${formatAmount(members)}`);
}
