/**
 * One transaction for a group of commands, with the same statements whatever the group's size:
 * claim keys and load (one round trip), decide each in order, write and commit (a second one).
 */
import type { Clock } from "../kernel/clock.ts";
import type { MemberId } from "../kernel/ids.ts";
import type { PolicyTimeline } from "../policy/timeline.ts";
import { Books } from "./books.ts";
import type { Refused } from "./command.ts";
import { saveHolds } from "./hold-rows.ts";
import { Journal } from "./journal.ts";
import { claimKeys, pointKeys, readTaken, releaseKeys, type Taken } from "./keys.ts";
import { load } from "./load.ts";
import type { Outcome } from "./outcome.ts";
import type { Session, Transaction } from "./session.ts";
import { keysOf, type Submission } from "./submission.ts";
import { saveLots, saveWallets, type WalletCache } from "./wallet-rows.ts";

export interface GroupDeps {
  readonly clock: Clock;
  readonly policies: PolicyTimeline;
}

/**
 * Judges a group and makes it durable. Answers one outcome for each submission, in their order.
 * No two submissions of a group may share a key. On any failure nothing has happened, unless the connection was lost
 * while committing: then repeating the group tells what became of it, by its keys.
 */
export async function commitGroup(
  session: Session,
  group: readonly Submission[],
  cache: WalletCache,
  deps: GroupDeps,
): Promise<Outcome[]> {
  const touched = new Set<MemberId>();
  try {
    return await session.transaction(async (tx, commit) => {
      const claiming = claimKeys(tx, group);
      const needs = group.map(({ command, input }) => command.needs(input));
      for (const need of needs) for (const id of need.wallets ?? []) touched.add(id);
      const [free, loaded] = await Promise.all([claiming, load(tx, needs, cache, true)]);
      const keys = group.flatMap(keysOf);
      const taken = await readTaken(tx, keys.length === free.size ? [] : keys.filter((key) => !free.has(key)));
      const books = new Books(deps.clock.now(), deps.policies, loaded.wallets, loaded.shelves);
      const bench = new Bench(books, free, taken);
      const outcomes = group.map((submission) => bench.judge(submission));
      await commit(write(tx, books, bench));
      remember(cache, books);
      return outcomes;
    });
  } catch (error) {
    // Wallets of a group that failed may be ahead of the database.
    for (const id of touched) cache.delete(id);
    throw error;
  }
}

/** Where a group is judged, one command after another. */
class Bench {
  readonly #books: Books;
  readonly #free: ReadonlySet<string>;
  readonly #taken: ReadonlyMap<string, Taken>;
  readonly journal = new Journal();
  readonly released: string[] = [];
  readonly pointed: { key: string; operationId: Submission["operationId"] }[] = [];

  constructor(books: Books, free: ReadonlySet<string>, taken: ReadonlyMap<string, Taken>) {
    this.#books = books;
    this.#free = free;
    this.#taken = taken;
  }

  judge(submission: Submission): Outcome {
    return this.#repeated(submission) ?? this.#byReceipt(submission) ?? this.#decide(submission);
  }

  /** The idempotency key was used before: the same outcome again, or a refusal that leaves no trace. */
  #repeated(submission: Submission): Outcome | undefined {
    const key = submission.idempotencyKey;
    const before = key === null ? undefined : this.#taken.get(key);
    if (before === undefined) return undefined;
    this.#release(submission);
    if (before.inputHash === submission.inputHash) return before.outcome;
    return { kind: "refused", operationId: null, code: "idempotency_mismatch", data: {}, replayed: false };
  }

  /** A natural key was taken before, under another idempotency key. */
  #byReceipt(submission: Submission): Outcome | undefined {
    for (const { key, role } of submission.naturalKeys) {
      const before = this.#taken.get(key);
      if (before === undefined || role === "mark") continue;
      if (role !== "own") {
        this.#release(submission);
        return { kind: "stale" };
      }
      if (before.inputHash === submission.inputHash) {
        this.#releaseNatural(submission);
        if (submission.idempotencyKey !== null) {
          this.pointed.push({ key: submission.idempotencyKey, operationId: before.operationId });
        }
        return before.outcome;
      }
      const code = before.command === "reverse-unseen" ? "receipt_reversed" : "receipt_conflict";
      return this.#refuse(submission, { kind: "refused", code, data: {} }, null);
    }
    return undefined;
  }

  #decide(submission: Submission): Outcome {
    const { command, input, operationId } = submission;
    const { wallets: members = [] } = command.needs(input);
    const sitting = this.#books.sit(operationId, members);
    const decision = command.decide(sitting, input);
    if (decision.kind === "accepted") {
      const answer = JSON.stringify(decision.answer);
      const { status, occurredAt, policyVersion, memberId } = decision;
      sitting.accept(decision);
      this.journal.addTransfers(operationId, sitting.transfers, sitting.now);
      this.journal.addOperation(
        { submission, memberId, status, refusal: null, answer, policyVersion, occurredAt },
        sitting.now,
      );
      for (const { key, role } of submission.naturalKeys) if (role === "probe") this.released.push(key);
      return { kind: "accepted", operationId, status, answer, replayed: false };
    }
    if (decision.kind === "refused") {
      return this.#refuse(submission, decision, members[0] ?? null);
    }
    this.#release(submission);
    if (decision.kind === "stale") return { kind: "stale" };
    return { kind: "refused", operationId: null, code: decision.code, data: decision.data, replayed: false };
  }

  /** Keeps a refusal under its idempotency key; the natural keys stay free for a better try. */
  #refuse(submission: Submission, { code, data }: Refused, memberId: MemberId | null): Outcome {
    const { operationId } = submission;
    const now = this.#books.now;
    const policyVersion = this.#books.sit(operationId).policies.at(now).version;
    const answer = JSON.stringify(data);
    this.journal.addOperation(
      { submission, memberId, status: 409, refusal: code, answer, policyVersion, occurredAt: now },
      now,
    );
    this.#releaseNatural(submission);
    return { kind: "refused", operationId, code, data, replayed: false };
  }

  /** Gives back what was claimed of the world by a command that does not happen; its idempotency key stays. */
  #releaseNatural({ naturalKeys }: Submission): void {
    for (const { key } of naturalKeys) if (this.#free.has(key)) this.released.push(key);
  }

  #release(submission: Submission): void {
    for (const key of keysOf(submission)) if (this.#free.has(key)) this.released.push(key);
  }
}

/** Sends everything that the group has changed, without waiting. */
function write(tx: Transaction, books: Books, bench: Bench): Promise<unknown>[] {
  const sent = [
    ...releaseKeys(tx, bench.released),
    ...pointKeys(tx, bench.pointed),
    ...bench.journal.append(tx),
    ...saveWallets(tx, books.changedWallets, books.born),
    ...saveLots(tx, books.changedLots.values(), books.bornLots),
    ...saveHolds(tx, books.changedHolds.values()),
  ];
  for (const [store, { loaded, changed }] of books.shelves) {
    if (changed.size === 0) continue;
    const changes = [...changed].map(([id, document]) => ({ id, document: document as never, isNew: !loaded.has(id) }));
    sent.push(...store.save(tx, changes));
  }
  return sent;
}

/**
 * Keeps wallets of many lots for the next group of the lane, the latest last, within a bound: those are dear to load.
 * The others are loaded as fast as they are found again, and keeping them only feeds the garbage collector.
 */
function remember(cache: WalletCache, books: Books): void {
  for (const [id, wallet] of books.wallets) {
    wallet.forgetClosed();
    cache.delete(id);
    if (wallet.lots.length >= LOTS_WORTH_CACHING) cache.set(id, wallet);
  }
  for (const id of cache.keys()) {
    if (cache.size <= MAX_CACHED_WALLETS) break;
    cache.delete(id);
  }
}

const LOTS_WORTH_CACHING = 16;
const MAX_CACHED_WALLETS = 500;
