/** Why the liability to members changes: each event of a transfer has its place here. */
import { oneOf } from "../../engine/definition/invariant.ts";
import type { TransferEvent } from "../../ledger/transfer.ts";

/** Why a liability changes; `within`: from one of its accounts to another, which changes nothing. */
export const REASONS = {
  granted: "bonuses granted",
  spent: "spent, less what came back of it",
  expired: "expired",
  clawed_back: "earned bonuses taken back, less what was given again",
  repaid: "taken for debts, less what was given again",
  merged: "moved from one member to another",
  adjusted: "adjusted by hand, less what was undone of it",
  erased: "given up by members who were erased",
} as const;
export type Reason = keyof typeof REASONS;
export const REASON_NAMES = Object.keys(REASONS) as Reason[];

/** A new event is given its place here. */
const REASON_OF: Readonly<Record<TransferEvent, Reason | "within">> = {
  grant: "granted",
  suspension: "granted",
  claim: "within",
  activation: "within",
  expiry: "expired",
  hold: "within",
  release: "within",
  spend: "spent",
  spend_reversal: "spent",
  unspend: "spent",
  clawback: "clawed_back",
  clawback_reversal: "clawed_back",
  repayment: "repaid",
  repayment_reversal: "repaid",
  move: "merged",
  restitution: "merged",
  forfeit: "erased",
  write_off: "erased",
  credit_adjustment: "adjusted",
  debit_adjustment: "adjusted",
  credit_reversal: "adjusted",
  debit_reversal: "adjusted",
};

/** SQL: the events of a reason, as a list. */
export const eventsOf = (reason: Reason): string =>
  oneOf(Object.entries(REASON_OF).flatMap(([event, of]) => (of === reason ? [event] : [])));
