/**
 * A wallet and the naive model side by side. Each command is decided twice on drafts of the wallet, once to be dropped
 * and once to be accepted, as a dry run and the real thing are; then it is done to the model, and both must agree.
 */
import type { HoldId, LotId, MemberId, OperationId } from "../../src/kernel/ids.ts";
import { applyDue } from "../../src/ledger/due.ts";
import type { Lot } from "../../src/ledger/lot.ts";
import type { BurnRules } from "../../src/ledger/spend.ts";
import { type Wallet, wholeWallet } from "../../src/ledger/wallet.ts";
import { WalletDraft } from "../../src/ledger/wallet-draft.ts";
import { Books } from "./books.ts";
import { History } from "./history.ts";
import { Model, type ModelRules } from "./model.ts";
import { checkUntouched, copyOf, imageOf, must } from "./snapshot.ts";

export const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const MEMBER: MemberId = "mbr_00000000000000000000000000000000";
export const OPERATION: OperationId = "opn_00000000000000000000000000000000";

export class World {
  readonly model: Model;
  readonly rules: BurnRules;
  wallet: Wallet;
  now = START;
  /** All that was ever posted. */
  readonly posted = new Books();
  /** Every lot there ever was, as it was last: what a database would remember. */
  readonly lots = new Map<LotId, Lot>();
  readonly history = new History();
  /** How often each row of the chart of accounts was posted, whatever the entities and kinds. */
  readonly tally: Map<string, number>;
  #births = 0;

  constructor(modelRules: ModelRules, rules: BurnRules, tally: Map<string, number>) {
    this.tally = tally;
    this.model = new Model(modelRules);
    this.rules = rules;
    this.wallet = wholeWallet({
      memberId: MEMBER,
      status: "active",
      version: 0n,
      postedAt: START,
      debts: new Map(),
      holds: [],
      lots: [],
    });
  }

  /** An id whose order is not that of birth, so that ties by id show. */
  birth(): string {
    this.#births += 1;
    return ((this.#births * 2741) % 4093).toString(16).padStart(32, "0");
  }

  /**
   * Decides on a draft with all that is due applied; `undefined` is a refusal, and changes nothing.
   * Lots that are named are loaded first, since they may have closed and been let go of.
   */
  decide<T>(named: readonly LotId[], moves: (draft: WalletDraft) => T | undefined): T | undefined {
    this.load(named);
    this.model.advance(this.now);
    const before = imageOf(this.wallet);
    const dropped = this.#draft();
    moves(dropped);
    checkUntouched(this.wallet, before, "a dropped draft");
    const draft = this.#draft();
    const answer = moves(draft);
    checkUntouched(this.wallet, before, "a draft that is not accepted yet");
    must(sameTransfers(dropped, draft), "deciding twice decides the same");
    if (answer !== undefined) this.#accept(draft);
    return answer;
  }

  /** Puts lots back that the wallet has let go of. */
  load(named: readonly LotId[]): void {
    const missing = named.filter((id) => this.wallet.lot(id) === undefined);
    this.wallet.replace(new Map(missing.map((id) => [id, this.#remembered(id)])).values());
  }

  /** Builds the wallet anew, as from a database, which knows no order of rows. */
  reload(backwards: boolean): void {
    this.wallet = copyOf(this.wallet, backwards);
  }

  #draft(): WalletDraft {
    const draft = new WalletDraft(this.wallet);
    applyDue(draft, this.now);
    return draft;
  }

  #accept(draft: WalletDraft): void {
    const version = draft.version;
    draft.accept(this.now);
    must(this.wallet.version === version, "the version is the one that the draft named");
    for (const transfer of draft.transfers) {
      must(
        this.posted.post(transfer),
        () => `${transfer.debit} or ${transfer.credit} below zero after ${transfer.event}`,
      );
      const row = `${transfer.event}: ${kindOf(transfer.debit)} to ${kindOf(transfer.credit)}`;
      this.tally.set(row, (this.tally.get(row) ?? 0) + 1);
      must(transfer.occurredAt <= this.now, "nothing is posted ahead of its time");
    }
    // Frozen: whoever wrote into a lot instead of making a new one would fail at once.
    for (const [id, lot] of draft.changedLots) this.lots.set(id, Object.freeze(lot));
  }

  #remembered(id: LotId): Lot {
    const lot = this.lots.get(id);
    if (lot === undefined) throw new Error(`no lot ${id}`);
    return lot;
  }
}

/** An account without the entity or kind in its name. */
const kindOf = (account: string): string => account.split(":")[0] ?? account;

export const lotIdOf = (birth: string): LotId => `lot_${birth}`;
export const holdIdOf = (birth: string): HoldId => `hld_${birth}`;

function sameTransfers(a: WalletDraft, b: WalletDraft): boolean {
  if (a.transfers.length !== b.transfers.length) return false;
  return a.transfers.every((one, index) => {
    const other = b.transfers[index];
    if (other === undefined) return false;
    return (
      one.entity === other.entity &&
      one.debit === other.debit &&
      one.credit === other.credit &&
      one.amount === other.amount &&
      one.lotId === other.lotId &&
      one.event === other.event &&
      one.occurredAt === other.occurredAt
    );
  });
}
