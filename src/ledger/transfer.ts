/** A transfer: an amount above zero, from one debit account to one credit account, inside one entity's books. */
import type { Bonus } from "../kernel/amount.ts";
import { assert } from "../kernel/assert.ts";
import type { Instant } from "../kernel/clock.ts";
import type { LotId, MemberId } from "../kernel/ids.ts";
import type { Account, Brand } from "./account.ts";

/** When that happens which a transfer is for: with its operation, on the day of a receipt that may come late, or when it was due. */
type Happens = "with_operation" | "with_receipt" | "when_due";

/** What a transfer is for, in the words of the chart of accounts; and when that happens. */
export const HAPPENS = {
  grant: "with_receipt",
  suspension: "with_operation",
  claim: "with_receipt",
  activation: "when_due",
  expiry: "when_due",
  hold: "with_operation",
  release: "when_due",
  spend: "with_operation",
  spend_reversal: "with_operation",
  unspend: "with_receipt",
  clawback: "with_receipt",
  clawback_reversal: "with_operation",
  repayment: "when_due",
  /** Out of one wallet, and into another. */
  move: "with_operation",
  /** The same, to make good what one had spent of the other's while they were one. */
  restitution: "with_operation",
  /** A repayment of debt out of another's bonuses, undone. */
  repayment_reversal: "with_operation",
  /** What a member had who is erased; and what it owed. */
  forfeit: "with_operation",
  write_off: "with_operation",
  /** By hand, for a reason: bonuses given, and bonuses taken. */
  credit_adjustment: "with_operation",
  debit_adjustment: "with_operation",
  /** The same, undone. */
  credit_reversal: "with_operation",
  debit_reversal: "with_operation",
} as const satisfies Readonly<Record<string, Happens>>;
export type TransferEvent = keyof typeof HAPPENS;
export const TRANSFER_EVENTS = Object.keys(HAPPENS) as TransferEvent[];

export interface Transfer {
  /** Whose books. */
  readonly entity: Brand;
  readonly debit: Account;
  readonly credit: Account;
  /** Above zero. */
  readonly amount: Bonus;
  /** Absent where no wallet is concerned: earnings on suspense. */
  readonly memberId: MemberId | null;
  /** The lot that the amount belongs to, on either side; absent on debt that no lot covers. */
  readonly lotId: LotId | null;
  readonly event: TransferEvent;
  /** When it happened: of a sale its receipt's time, of an activation or expiry the instant it was due. */
  readonly occurredAt: Instant;
}

/** One side and purpose of a posting on a lot. */
export interface Posting {
  readonly debit: Account;
  readonly credit: Account;
  readonly amount: Bonus;
  readonly event: TransferEvent;
  readonly at: Instant;
}

/** Builds a transfer, and refuses one that would not be balanced or not move anything. */
export function transfer(fields: Transfer): Transfer {
  assert(fields.amount > 0n, "a transfer moves more than nothing");
  assert(fields.debit !== fields.credit, "a transfer has two accounts");
  return fields;
}
