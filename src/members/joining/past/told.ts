/** What is told of the past of those who part: what was in their wallets, what was posted there, and whose it was. */
import type { Bonus } from "../../../kernel/amount.ts";
import type { Instant } from "../../../kernel/clock.ts";
import type { LotId, MemberId } from "../../../kernel/ids.ts";
import type { Account, Brand } from "../../../ledger/account.ts";
import type { TransferEvent } from "../../../ledger/transfer.ts";
import type { Side } from "./shares.ts";

/** A transfer of a wallet in which some of those were who leave. */
export interface Posted {
  readonly wallet: MemberId;
  /** What has posted it: an operation, or time. */
  readonly by: string;
  readonly entity: Brand;
  readonly debit: Account;
  readonly credit: Account;
  readonly amount: Bonus;
  readonly lotId: LotId | null;
  readonly event: TransferEvent;
  /** Whose lot it is. */
  readonly ownedBy: Side;
  /** Whose it was; null: of whoever has a share of the lot. Of what moves away: whose share goes first. */
  readonly side: Side | null;
}

/** What was in a wallet at the beginning of a stay. */
export interface Found {
  readonly wallet: MemberId;
  readonly entity: Brand;
  /** Null: a debt. */
  readonly lotId: LotId | null;
  readonly amount: Bonus;
  readonly side: Side;
}

/** A debt to an entity that a lot of one side has paid. */
export interface Repaid {
  readonly lotId: LotId;
  readonly entity: Brand;
  readonly amount: Bonus;
}

/** In the order in which it happened. `entered`: a wallet in which none of those who leave was just before. */
export type Told = { readonly entered: MemberId } | { readonly found: Found } | { readonly posted: Posted };

/** What is known of the wallet that is to be parted, as it was read. */
export interface ToPart {
  readonly told: readonly Told[];
  /** Open lots, and whose they are. */
  readonly lots: ReadonlyMap<string, Side>;
  readonly holds: ReadonlyMap<string, Side>;
  /**
   * Lots that had another end on either side, which only merges and partings have moved since: the end that those who stay had,
   * or null where theirs is as it is now.
   */
  readonly ends: ReadonlyMap<string, Instant | null>;
}
