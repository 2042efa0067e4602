/** A ledger in memory: the real operations, decided one after another on the real group state, without a database. */
import { LEDGER_ITSELF } from "../../src/engine/actor.ts";
import type { Accepted, Decision } from "../../src/engine/definition/decision.ts";
import type { DocumentStore } from "../../src/engine/definition/document-store.ts";
import { GroupState } from "../../src/engine/group/group-state.ts";
import type { AnyJudgeable } from "../../src/engine/definition/operation.ts";
import { type LotId, type MemberId, newUuid, type OperationId } from "../../src/kernel/ids.ts";
import type { Lot } from "../../src/ledger/lot.ts";
import type { Transfer } from "../../src/ledger/transfer.ts";
import { wholeWallet } from "../../src/ledger/wallet.ts";
import { compilePolicy } from "../../src/policy/policy.ts";
import { timeline } from "../../src/policy/timeline.ts";
import { rulesWith } from "../policy/rules.ts";

const POLICIES = timeline([{ effectiveFrom: 0, policy: compilePolicy(1, rulesWith({})) }]);

export class MemoryLedger {
  #state: GroupState;
  readonly transfers: Transfer[] = [];

  constructor(now: number) {
    this.#state = new GroupState(now, POLICIES, { wallets: new Map(), documents: new Map(), overtaken: [] });
  }

  get now(): number {
    return this.#state.now;
  }

  moveTo(now: number): void {
    this.#state = new GroupState(now, POLICIES, {
      wallets: this.#state.wallets,
      documents: this.#state.documents,
      overtaken: [],
    });
  }

  addMember(memberId: MemberId): void {
    const birth = { memberId, status: "active", version: 0n, postedAt: this.now } as const;
    this.#state.wallets.set(memberId, wholeWallet({ ...birth, debts: new Map(), holds: [], lots: [] }));
  }

  put<T>(store: DocumentStore<T>, id: string, document: T): void {
    this.#state.putDocument(store as DocumentStore<never>, id, document);
  }

  get<T>(store: DocumentStore<T>, id: string): T | undefined {
    return this.#state.document(store as DocumentStore<never>, id) as T | undefined;
  }

  /** Decides an operation; what is accepted becomes the state. */
  decide(
    operation: Pick<AnyJudgeable, "needs" | "decide">,
    input: unknown,
    operationId = newOperation(),
  ): Decision<unknown> {
    const needs = operation.needs(input, POLICIES);
    const context = this.#state.contextFor(operationId, LEDGER_ITSELF, needs);
    const decision = operation.decide(context, input);
    if (decision.kind === "accepted") {
      this.transfers.push(...context.transfers);
      context.accept(decision);
    }
    return decision;
  }

  /** The same where nothing else will do. */
  accepted(
    operation: Pick<AnyJudgeable, "needs" | "decide">,
    input: unknown,
    operationId = newOperation(),
  ): Accepted<unknown> {
    const decision = this.decide(operation, input, operationId);
    if (decision.kind !== "accepted") throw new Error(JSON.stringify(decision));
    return decision;
  }

  /** A member's totals now, with all that is due applied. */
  totals(memberId: MemberId) {
    const draft = this.#state.contextFor(newOperation(), LEDGER_ITSELF, { wallets: [memberId] }).wallet(memberId);
    if (draft === undefined) throw new Error("no such member");
    return draft.totals();
  }

  /** A lot as it is, whatever is due. */
  lotOf(memberId: MemberId, lotId: LotId | null): Lot {
    const lot = lotId === null ? undefined : this.#state.wallets.get(memberId)?.lot(lotId);
    if (lot === undefined) throw new Error("no such lot");
    return lot;
  }

  /** What has been credited to an account and not debited since. */
  balanceOf(account: Transfer["debit"]): bigint {
    let balance = 0n;
    for (const { debit, credit, amount } of this.transfers) {
      if (credit === account) balance += amount;
      if (debit === account) balance -= amount;
    }
    return balance;
  }
}

export const newOperation = (): OperationId => `opn_${newUuid(0)}`;
