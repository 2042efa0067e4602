/**
 * What a group is decided upon: wallets and documents as they were loaded, then as each accepted command leaves them
 * for the next. A command works on drafts; only what is accepted becomes part of the state.
 */
import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import { bucketOf, type MemberId, type OperationId, type ProfileId } from "../../kernel/ids.ts";
import type { Hold } from "../../ledger/hold.ts";
import type { Lot } from "../../ledger/lot.ts";
import { applyDue } from "../../ledger/posting/due.ts";
import type { Transfer } from "../../ledger/transfer.ts";
import { type MemberStatus, type Wallet, wholeWallet } from "../../ledger/wallet.ts";
import { WalletDraft } from "../../ledger/wallet-draft.ts";
import type { Policy } from "../../policy/policy.ts";
import type { PolicyTimeline } from "../../policy/timeline.ts";
import type { Actor } from "../actor.ts";
import type { CommandContext, Needs } from "../definition/context.ts";
import { type Accepted, type Refused, refuse, type Stale, stale } from "../definition/decision.ts";
import type { DocumentStore } from "../definition/document-store.ts";
import type { AnyJudgeable } from "../definition/operation.ts";

/** Documents of one store: as loaded, and as changed. */
interface DocumentSet {
  readonly loaded: ReadonlyMap<string, unknown>;
  readonly changed: Map<string, unknown>;
}

export type Documents = Map<DocumentStore<never>, DocumentSet>;

export interface Loaded {
  readonly wallets: Map<MemberId, Wallet>;
  readonly documents: Documents;
  /** See `LoadedWallets`. */
  readonly overtaken: readonly MemberId[];
}

export class GroupState {
  readonly now: Instant;
  readonly isPreview: boolean;
  readonly policies: PolicyTimeline;
  readonly wallets: Map<MemberId, Wallet>;
  readonly documents: Documents;
  readonly bornWallets = new Set<Wallet>();
  readonly changedWallets = new Set<Wallet>();
  /** By owner and lot: a lot that moves leaves an empty one behind. */
  readonly changedLots = new Map<string, Lot>();
  readonly #bornLots = new Set<string>();
  /** By wallet and hold: one that moves leaves a record of itself behind. */
  readonly changedHolds = new Map<string, Hold>();

  /** `isPreview`: what is decided upon it will not happen. */
  constructor(now: Instant, policies: PolicyTimeline, { wallets, documents }: Loaded, isPreview = false) {
    this.now = now;
    this.isPreview = isPreview;
    this.policies = policies;
    this.wallets = wallets;
    this.documents = documents;
  }

  /**
   * The context of one command with what it needs. Postings of one wallet never go back in time, though the clocks of
   * two services may differ: a wallet that is ahead takes its own commands along, and no others.
   */
  contextFor(operationId: OperationId, actor: Actor, needs: Needs): DraftContext {
    let { now } = this;
    for (const id of needs.wallets ?? []) now = Math.max(now, this.wallets.get(id)?.postedAt ?? now);
    return new DraftContext(this, operationId, actor, needs, now);
  }

  /**
   * Whether whom a command was prepared for is elsewhere by now: has become part of another member, or has parted from this
   * one. `presented`: the profile whose identifier it came with, to which the first wallet belongs.
   */
  isElsewhere({ wallets = [], foundBy = [], absorbed }: Needs, presented: ProfileId | null = null): boolean {
    if (absorbed === true) return false;
    const knownOwner = (id: MemberId) => this.wallets.get(id)?.owner;
    if (wallets.some((id) => (knownOwner(id)?.survivorId ?? null) !== null)) return true;
    const [first] = wallets;
    const found = first === undefined || presented === null ? foundBy : [...foundBy, { wallet: first, by: presented }];
    return found.some(({ wallet, by }) => knownOwner(wallet)?.parted?.includes(by) === true);
  }

  /** Whether a member whose wallet a command needs is nobody's by now, and what is to become of the command then. */
  ofErased({ wallets = [] }: Needs, { ofErased }: Pick<AnyJudgeable, "ofErased">): Refused | Stale | undefined {
    if (ofErased === "goes_on" || wallets.every((id) => this.wallets.get(id)?.owner.erasure !== "erased")) {
      return undefined;
    }
    return ofErased === "as_nobody" ? stale : refuse("member_erased");
  }

  document(store: DocumentStore<never>, id: string): unknown {
    const set = this.documents.get(store);
    return set?.changed.get(id) ?? set?.loaded.get(id);
  }

  putDocument(store: DocumentStore<never>, id: string, document: unknown): void {
    let set = this.documents.get(store);
    if (set === undefined) {
      set = { loaded: new Map(), changed: new Map() };
      this.documents.set(store, set);
    }
    set.changed.set(id, document);
  }

  putLot(lot: Lot, isNew: boolean): void {
    const key = `${lot.memberId}|${lot.id}`;
    if (isNew) this.#bornLots.add(key);
    this.changedLots.set(key, lot);
  }

  isBorn = (lot: Lot): boolean => this.#bornLots.has(`${lot.memberId}|${lot.id}`);
}

/** One command's view of the state, and what it drafts. */
export class DraftContext implements CommandContext {
  readonly #state: GroupState;
  readonly #needs: Needs;
  readonly isPreview: boolean;
  readonly operationId: OperationId;
  readonly actor: Actor;
  readonly now: Instant;
  readonly policies: PolicyTimeline;
  readonly policy: Policy;
  readonly #drafts = new Map<MemberId, WalletDraft>();
  readonly #transfers: Transfer[] = [];
  readonly #newWallets = new Map<MemberId, Wallet>();

  constructor(state: GroupState, operationId: OperationId, actor: Actor, needs: Needs, now: Instant) {
    this.#state = state;
    this.#needs = needs;
    this.isPreview = state.isPreview;
    this.operationId = operationId;
    this.actor = actor;
    this.now = now;
    this.policies = state.policies;
    this.policy = state.policies.at(now);
  }

  // Arrow functions, so that a command may take out of its context just what it uses.
  wallet = (id: MemberId): WalletDraft | undefined => {
    const open = this.#drafts.get(id);
    if (open !== undefined) return open;
    const wallet = this.#needed(id);
    if (wallet === undefined) return undefined;
    const draft = new WalletDraft(wallet);
    applyDue(draft, this.now);
    this.#drafts.set(id, draft);
    return draft;
  };

  statusOf = (id: MemberId): MemberStatus | undefined => this.#needed(id)?.owner.status;

  /** What another command of the group has asked for may be there by chance, and is not this one's to see. */
  #needed(id: MemberId): Wallet | undefined {
    assert(this.#needs.wallets?.includes(id) === true, "a wallet that is looked at is among the command's needs");
    return this.#state.wallets.get(id);
  }

  newWallet = (id: MemberId): WalletDraft => {
    assert(bucketOf(id) === bucketOf(this.operationId), "a member is born in the bucket of the operation");
    const birth = { memberId: id, status: "active", version: 0n, postedAt: this.now } as const;
    const wallet = wholeWallet({ ...birth, debts: new Map(), holds: [], lots: [] });
    this.#newWallets.set(id, wallet);
    const draft = new WalletDraft(wallet);
    draft.at = this.now;
    this.#drafts.set(id, draft);
    return draft;
  };

  post = (transfer: Transfer): void => {
    this.#transfers.push(transfer);
  };

  document = <T>(store: DocumentStore<T>, id: string): T | undefined => {
    const named = store as DocumentStore<never>;
    const isNeeded = this.#needs.documents?.some((need) => need.store === named && need.id === id);
    assert(isNeeded === true, "a document that is looked at is among the command's needs");
    return this.#state.document(named, id) as T | undefined;
  };

  get drafts(): Iterable<WalletDraft> {
    return this.#drafts.values();
  }

  /** All transfers of the command, those of each wallet together. */
  get transfers(): Transfer[] {
    return [...this.#drafts.values()].flatMap((draft) => draft.transfers).concat(this.#transfers);
  }

  /** Turns the drafts into the state: later commands of the group see them. */
  accept(decision: Accepted<unknown>): void {
    const state = this.#state;
    for (const [id, wallet] of this.#newWallets) {
      state.wallets.set(id, wallet);
      state.bornWallets.add(wallet);
      state.changedWallets.add(wallet);
    }
    for (const [id, draft] of this.#drafts) {
      if (!draft.changed) continue;
      const wallet = state.wallets.get(id);
      assert(wallet !== undefined, "a draft has a wallet");
      for (const lot of draft.changedLots.values()) state.putLot(lot, wallet.lot(lot.id) === undefined);
      for (const hold of [...draft.changedHolds.values(), ...draft.holdsLeft]) {
        state.changedHolds.set(`${hold.memberId}|${hold.id}`, hold);
      }
      draft.accept(this.now);
      state.changedWallets.add(wallet);
    }
    for (const { store, id, document } of decision.documents ?? []) state.putDocument(store, id, document);
  }
}
