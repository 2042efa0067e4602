/**
 * The books that lie open while a group is decided: wallets and documents as they were loaded, then as each accepted
 * command leaves them for the next. A command works on drafts; only what is accepted is turned into the page.
 */
import { assert } from "../kernel/assert.ts";
import type { Instant } from "../kernel/clock.ts";
import { bucketOf, type LotId, type MemberId, type OperationId } from "../kernel/ids.ts";
import { Draft } from "../ledger/draft.ts";
import { applyDue } from "../ledger/due.ts";
import type { Hold } from "../ledger/hold.ts";
import type { Lot } from "../ledger/lot.ts";
import type { Transfer } from "../ledger/transfer.ts";
import { Wallet } from "../ledger/wallet.ts";
import type { PolicyTimeline } from "../policy/timeline.ts";
import type { Accepted, Context } from "./command.ts";
import type { DocumentStore } from "./store.ts";

/** Documents of one store: as loaded, and as changed. */
interface Shelf {
  readonly loaded: Map<string, unknown>;
  readonly changed: Map<string, unknown>;
}

export type Shelves = Map<DocumentStore<never>, Shelf>;

export class Books {
  readonly now: Instant;
  readonly #policies: PolicyTimeline;
  readonly wallets: Map<MemberId, Wallet>;
  readonly #shelves: Shelves;
  readonly born = new Set<Wallet>();
  readonly changedWallets = new Set<Wallet>();
  readonly changedLots = new Map<LotId, Lot>();
  readonly bornLots = new Set<LotId>();
  readonly changedHolds = new Map<string, Hold>();

  constructor(now: Instant, policies: PolicyTimeline, wallets: Map<MemberId, Wallet>, shelves: Shelves) {
    this.now = now;
    this.#policies = policies;
    this.wallets = wallets;
    this.#shelves = shelves;
  }

  /**
   * Opens the books for one command and the members that it concerns. Postings of one wallet never go back in time,
   * though the clocks of two services may differ: a wallet that is ahead takes its own commands along, and no others.
   */
  sit(operationId: OperationId, members: readonly MemberId[] = []): Sitting {
    let now = this.now;
    for (const id of members) now = Math.max(now, this.wallets.get(id)?.postedAt ?? now);
    return new Sitting(this, operationId, this.#policies, now);
  }

  document(store: DocumentStore<never>, id: string): unknown {
    const shelf = this.#shelves.get(store);
    return shelf?.changed.get(id) ?? shelf?.loaded.get(id);
  }

  putDocument(store: DocumentStore<never>, id: string, document: unknown): void {
    let shelf = this.#shelves.get(store);
    if (shelf === undefined) {
      shelf = { loaded: new Map(), changed: new Map() };
      this.#shelves.set(store, shelf);
    }
    shelf.changed.set(id, document);
  }

  get shelves(): Shelves {
    return this.#shelves;
  }
}

/** One command's view of the books, and what it drafts. */
export class Sitting implements Context {
  readonly #books: Books;
  readonly operationId: OperationId;
  readonly policies: PolicyTimeline;
  readonly now: Instant;
  readonly #drafts = new Map<MemberId, Draft>();
  readonly #transfers: Transfer[] = [];
  readonly #newWallets = new Map<MemberId, Wallet>();

  constructor(books: Books, operationId: OperationId, policies: PolicyTimeline, now: Instant) {
    this.#books = books;
    this.operationId = operationId;
    this.policies = policies;
    this.now = now;
  }

  // Arrow functions, so that a command may take out of its context just what it uses.
  wallet = (id: MemberId): Draft | undefined => {
    const open = this.#drafts.get(id);
    if (open !== undefined) return open;
    const wallet = this.#books.wallets.get(id);
    if (wallet === undefined) return undefined;
    const draft = new Draft(wallet);
    applyDue(draft, this.now);
    this.#drafts.set(id, draft);
    return draft;
  };

  newWallet = (id: MemberId): Draft => {
    assert(bucketOf(id) === bucketOf(this.operationId), "a member is born in the bucket of the operation");
    const wallet = new Wallet({
      memberId: id,
      status: "active",
      version: 0n,
      postedAt: this.now,
      debts: new Map(),
      holds: [],
      lots: [],
    });
    this.#newWallets.set(id, wallet);
    const draft = new Draft(wallet);
    this.#drafts.set(id, draft);
    return draft;
  };

  post = (transfer: Transfer): void => {
    this.#transfers.push(transfer);
  };

  /** All transfers of the command, those of each wallet together. */
  get transfers(): Transfer[] {
    return [...this.#drafts.values()].flatMap((draft) => draft.transfers).concat(this.#transfers);
  }

  document = <T>(store: DocumentStore<T>, id: string): T | undefined =>
    this.#books.document(store as DocumentStore<never>, id) as T | undefined;

  /** Turns the drafts into the page: later commands of the group see them. */
  accept(decision: Accepted<unknown>): void {
    const books = this.#books;
    for (const [id, wallet] of this.#newWallets) {
      books.wallets.set(id, wallet);
      books.born.add(wallet);
      books.changedWallets.add(wallet);
    }
    for (const [id, draft] of this.#drafts) {
      if (!draft.changed) continue;
      const wallet = books.wallets.get(id);
      assert(wallet !== undefined, "a draft has a wallet");
      for (const lot of draft.changedLots.values()) {
        if (wallet.lot(lot.id) === undefined) books.bornLots.add(lot.id);
        books.changedLots.set(lot.id, lot);
      }
      for (const hold of draft.changedHolds.values()) books.changedHolds.set(hold.id, hold);
      draft.accept(this.now);
      books.changedWallets.add(wallet);
    }
    for (const { store, id, document } of decision.documents) books.putDocument(store, id, document);
  }
}
