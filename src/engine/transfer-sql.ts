/** SQL: what transfers come to, by account. For reads that fold the journal, and for the proof. */
import { LOT_ACCOUNTS } from "../ledger/account.ts";
import { BUCKETS } from "../kernel/ids.ts";

/** SQL: the bucket that a uuid carries; see bucketOf. With it a row is found by its key where only its id is known. */
export const bucketIn = (uuid: string): string =>
  `((((get_byte(uuid_send(${uuid}), 8) << 8) | get_byte(uuid_send(${uuid}), 9)) >> 4) & ${BUCKETS - 1})::smallint`;

/** What transfers add to a member's account that is a liability: credit adds, debit takes. */
export const moved = (account: string): string =>
  `coalesce(sum(case when credit = '${account}' then amount when debit = '${account}' then -amount end), 0)`;

/** The same for all that is in a lot, as columns. */
export const movedInLots = LOT_ACCOUNTS.map((account) => `${moved(account)} as ${account}`).join(", ");

const LOTS = LOT_ACCOUNTS.map((account) => `'${account}'`).join(", ");
/** What transfers add to lots, in whichever of their accounts. */
export const IN_LOTS = `coalesce(sum(case when credit in (${LOTS}) then amount else 0 end - case when debit in (${LOTS}) then amount else 0 end), 0)`;

/** What transfers add to what a member owes: debit adds, credit takes. */
export const OWED = "coalesce(sum(case when debit = 'debt' then amount when credit = 'debt' then -amount end), 0)";
