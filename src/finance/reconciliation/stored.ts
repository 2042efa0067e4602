/** What reconciliations keep as JSON. Amounts are kopecks as text. */
import type { Mapping } from "./reading/mapping.ts";
import type { BreakKind, FileFormat } from "./words.ts";

/** As it was asked. */
export interface ReconciliationTerms {
  readonly format: FileFormat;
  readonly mapping: Mapping;
  readonly from: string;
  readonly to: string;
  /** Kopecks. */
  readonly toleranceAmount: string;
  readonly toleranceDays: number;
}

export interface SideTotals {
  readonly receipts: number;
  readonly total: string;
  readonly paid: string;
  readonly spent: string;
  readonly earned: string;
}

export interface ReconciliationResult {
  /** Of the journal: what was committed before it was seen. */
  readonly mark: string;
  /** Lines that agree with a receipt. */
  readonly matched: number;
  readonly breaks: number;
  readonly explained: number;
  readonly byKind: Readonly<Record<BreakKind, number>>;
  readonly there: SideTotals;
  readonly here: SideTotals;
}

/** A receipt as one side has it; what a file has no column for is null. */
export interface Side {
  readonly kind: "sale" | "return";
  readonly storeId: string;
  readonly terminalId: string | null;
  readonly shift: string | null;
  readonly number: string;
  readonly fiscalId: string | null;
  readonly day: string;
  readonly total: string | null;
  readonly paid: string | null;
  readonly spent: string | null;
  readonly earned: string | null;
  /** Who stands for its member; null: nobody, or a card that leads to nobody. */
  readonly memberId: string | null;
  /** Whether a card was shown that leads to nobody. */
  readonly unknownCard: boolean;
  /** The purchase or the return of the ledger. */
  readonly receiptId: string | null;
}
