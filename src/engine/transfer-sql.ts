/** SQL: what transfers come to, by account. For reads that fold the journal, and for the proof. */
import { LOT_ACCOUNTS } from "../ledger/account.ts";

/** What transfers add to a member's account that is a liability: credit adds, debit takes. */
export const moved = (account: string): string =>
  `coalesce(sum(case when credit = '${account}' then amount when debit = '${account}' then -amount end), 0)`;

/** The same for all that is in a lot, as columns. */
export const movedInLots = LOT_ACCOUNTS.map((account) => `${moved(account)} as ${account}`).join(", ");

/** What transfers add to what a member owes: debit adds, credit takes. */
export const OWED = "coalesce(sum(case when debit = 'debt' then amount when credit = 'debt' then -amount end), 0)";
