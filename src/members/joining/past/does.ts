/** What the events of transfers do between two who were one, and part. */
import type { TransferEvent } from "../../../ledger/transfer.ts";

/**
 * `takes` what a side has had of a lot, and `gives_back` the same; `repays` a debt, or undoes that, which the debt tells; `grants` a
 * lot; `ends` a lot, or some of it; `stays` within a lot; `joins`: what joining, parting and erasing post themselves.
 */
export const DOES: Readonly<
  Record<TransferEvent, "takes" | "gives_back" | "repays" | "grants" | "ends" | "stays" | "joins">
> = {
  grant: "grants",
  claim: "grants",
  spend: "takes",
  spend_reversal: "takes",
  clawback: "takes",
  unspend: "gives_back",
  clawback_reversal: "gives_back",
  repayment: "repays",
  repayment_reversal: "repays",
  activation: "stays",
  expiry: "ends",
  hold: "stays",
  release: "stays",
  /** Of no member. */
  suspension: "stays",
  move: "joins",
  restitution: "joins",
  forfeit: "joins",
  write_off: "joins",
  credit_adjustment: "grants",
  debit_adjustment: "takes",
  credit_reversal: "takes",
  debit_reversal: "gives_back",
};
