/**
 * Two members' wallets and the naive model side by side. Each command is decided twice on drafts, once to be dropped
 * and once to be accepted, as a dry run and the real thing are; then it is done to the model, and both must agree.
 */
import type { HoldId, LotId, MemberId, OperationId } from "../../src/kernel/ids.ts";
import { applyDue } from "../../src/ledger/posting/due.ts";
import type { Lot } from "../../src/ledger/lot.ts";
import type { By } from "../../src/ledger/posting/held.ts";
import type { BurnRules } from "../../src/ledger/posting/spend.ts";
import { type Wallet, wholeWallet } from "../../src/ledger/wallet.ts";
import { WalletDraft } from "../../src/ledger/wallet-draft.ts";
import { Books } from "./model/books.ts";
import { History } from "./model/history.ts";
import { Model, type ModelRules } from "./model/model.ts";
import { checkUntouched, copyOf, imageOf, must } from "./snapshot.ts";

export const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const MEMBERS: readonly [MemberId, MemberId] = [
  "mbr_00000000000000000000000000000000",
  "mbr_00000000000000008050000000000000",
];
export const OPERATION: OperationId = "opn_00000000000000000000000000000000";

/** What a command names, so that it is loaded. */
export interface Names {
  readonly lots?: readonly LotId[];
  readonly holds?: readonly HoldId[];
}

/** A decision on the wallets of one or two members, which is not accepted yet. */
export interface Decision {
  readonly worlds: readonly World[];
  readonly names: Names;
  /** Decides the same on other drafts. */
  readonly moves: (drafts: readonly WalletDraft[]) => unknown;
  readonly drafts: readonly WalletDraft[];
  /** Absent where it is refused. */
  readonly answer: unknown;
}

/** What is the same for both members. */
class Surroundings {
  readonly modelRules: ModelRules;
  readonly rules: BurnRules;
  /** How often each row of the chart of accounts was posted, whatever the entities and kinds. */
  readonly tally: Map<string, number>;
  readonly watch: (decision: Decision) => void;
  now = START;
  births = 0;

  constructor(
    modelRules: ModelRules,
    rules: BurnRules,
    tally: Map<string, number>,
    watch: (decision: Decision) => void,
  ) {
    this.modelRules = modelRules;
    this.rules = rules;
    this.tally = tally;
    this.watch = watch;
  }
}

/** The world of one of two members. */
export class World {
  readonly memberId: MemberId;
  readonly model: Model;
  wallet: Wallet;
  /** All that was ever posted on this member. */
  readonly posted = new Books();
  /** Every lot there ever was, as it was last: what a database would remember. */
  readonly lots = new Map<LotId, Lot>();
  readonly history = new History();
  readonly around: Surroundings;
  #other: World | undefined;

  private constructor(memberId: MemberId, around: Surroundings) {
    this.memberId = memberId;
    this.around = around;
    this.model = new Model(around.modelRules);
    const birth = { version: 0n, postedAt: START, debts: new Map(), holds: [], lots: [] };
    this.wallet = wholeWallet({ ...birth, memberId });
  }

  /** Two members, at one time and under one programme. `watch` is told of each decision before it is accepted. */
  static pair(
    modelRules: ModelRules,
    rules: BurnRules,
    tally: Map<string, number>,
    watch: (decision: Decision) => void = () => undefined,
  ): readonly [World, World] {
    const around = new Surroundings(modelRules, rules, tally, watch);
    const [one, other] = [new World(MEMBERS[0], around), new World(MEMBERS[1], around)];
    one.#other = other;
    other.#other = one;
    return [one, other];
  }

  get other(): World {
    if (this.#other === undefined) throw new Error("worlds come in pairs");
    return this.#other;
  }

  get now(): number {
    return this.around.now;
  }

  /** Who moves holds, and when. */
  by(): By {
    return { operationId: `opn_${"0".repeat(32)}`, now: this.now };
  }

  get rules(): BurnRules {
    return this.around.rules;
  }

  /** Lets time pass, for both members. */
  pass(milliseconds: number): void {
    this.around.now += milliseconds;
  }

  /** An id whose order is not that of birth, so that ties by id show. */
  birth(): string {
    this.around.births += 1;
    return ((this.around.births * 2741) % 4093).toString(16).padStart(32, "0");
  }

  /** Decides on a draft with all that is due applied; `undefined` is a refusal, and changes nothing. */
  decide<T>(names: Names, moves: (draft: WalletDraft) => T | undefined): T | undefined {
    return decideOn([this], names, ([draft]) => moves(draft as WalletDraft));
  }

  /** The same on the drafts of both, this member's first. */
  decideOnBoth<T>(names: Names, moves: (here: WalletDraft, there: WalletDraft) => T | undefined): T | undefined {
    return decideOn([this, this.other], names, ([here, there]) => moves(here as WalletDraft, there as WalletDraft));
  }

  /** Puts lots back that the wallet has let go of: they have closed, and a command names them. */
  load(named: readonly LotId[]): void {
    for (const id of named) {
      const lot = this.lots.get(id);
      if (lot !== undefined && this.wallet.lot(id) === undefined) this.wallet.replace([lot]);
    }
  }

  /** Builds the wallet anew, as from a database, which knows no order of rows. */
  reload(backwards: boolean): void {
    this.wallet = copyOf(this.wallet, backwards);
  }

  draft(): WalletDraft {
    return draftOf(this.wallet, this.now);
  }

  accept(draft: WalletDraft): void {
    const version = draft.version;
    draft.accept(this.now);
    must(this.wallet.version === version, "the version is the one that the draft named");
    for (const transfer of draft.transfers) {
      must(
        this.posted.post(transfer),
        () => `${transfer.debit} or ${transfer.credit} below zero after ${transfer.event}`,
      );
      const row = `${transfer.event}: ${kindOf(transfer.debit)} to ${kindOf(transfer.credit)}`;
      this.around.tally.set(row, (this.around.tally.get(row) ?? 0) + 1);
      must(transfer.memberId === this.memberId, "a transfer lies with the member whose wallet it concerns");
      must(transfer.occurredAt <= this.now, "nothing is posted ahead of its time");
    }
    this.#checkTerms(draft);
    // Frozen: whoever wrote into a lot instead of making a new one would fail at once.
    for (const [id, lot] of draft.changedLots) this.lots.set(id, Object.freeze(lot));
  }

  /** From the end that a lot had, through the changes that were recorded, to the end that it has now. */
  #checkTerms(draft: WalletDraft): void {
    const ends = new Map<LotId, number>();
    for (const { lotId, formerEnd, newEnd } of draft.terms) {
      const known = ends.get(lotId) ?? this.lots.get(lotId)?.expiresAt ?? formerEnd;
      must(known === formerEnd && formerEnd !== newEnd, "a change of terms starts from the end that the lot had");
      ends.set(lotId, newEnd);
    }
    for (const [id, lot] of draft.changedLots) {
      const end = ends.get(id) ?? this.lots.get(id)?.expiresAt ?? lot.expiresAt;
      must(lot.expiresAt === end, "no end moves without a change of terms");
    }
  }
}

/** A draft with all that is due applied. */
export function draftOf(wallet: Wallet, now: number): WalletDraft {
  const draft = new WalletDraft(wallet);
  applyDue(draft, now);
  return draft;
}

function decideOn<T>(
  worlds: readonly World[],
  names: Names,
  moves: (drafts: readonly WalletDraft[]) => T | undefined,
): T | undefined {
  for (const world of worlds) {
    world.load(names.lots ?? []);
    world.model.advance(world.now);
  }
  const before = worlds.map(({ wallet }) => imageOf(wallet));
  const checkAll = (by: string) => {
    for (const [index, image] of before.entries()) checkUntouched((worlds[index] as World).wallet, image, by);
  };
  const dropped = worlds.map((world) => world.draft());
  moves(dropped);
  checkAll("a dropped draft");
  const drafts = worlds.map((world) => world.draft());
  const answer = moves(drafts);
  checkAll("a draft that is not accepted yet");
  for (const [index, draft] of drafts.entries()) {
    must(sameTransfers(dropped[index] as WalletDraft, draft), "deciding twice decides the same");
  }
  worlds[0]?.around.watch({ worlds, names, moves, drafts, answer });
  if (answer !== undefined) for (const [index, draft] of drafts.entries()) worlds[index]?.accept(draft);
  return answer;
}

/** An account without the entity or kind in its name. */
const kindOf = (account: string): string => account.split(":")[0] ?? account;

export const lotIdOf = (birth: string): LotId => `lot_${birth}`;
export const holdIdOf = (birth: string): HoldId => `hld_${birth}`;

export function sameTransfers(a: WalletDraft, b: WalletDraft): boolean {
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
