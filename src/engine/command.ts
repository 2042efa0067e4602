/**
 * A command: one change that the ledger is asked for. It says what it needs loaded, and decides.
 * Deciding is pure: no await, no clock, no randomness, no SQL. All of that is the engine's.
 */
import type { Instant } from "../kernel/clock.ts";
import type { LotId, MemberId, OperationId } from "../kernel/ids.ts";
import type { ProblemCode, ProblemData } from "../kernel/problems.ts";
import type { Draft } from "../ledger/draft.ts";
import type { Transfer } from "../ledger/transfer.ts";
import type { PolicyTimeline } from "../policy/timeline.ts";
import type { DocumentStore } from "./store.ts";

/** What a command wants locked and loaded before it decides. */
export interface Needs {
  readonly wallets?: readonly MemberId[];
  /** Lots beyond the open ones of these wallets: those that a document names and that may have closed. */
  readonly lots?: readonly LotId[];
  readonly documents?: readonly DocumentNeed[];
}

export interface DocumentNeed {
  readonly store: DocumentStore<never>;
  readonly id: string;
}

/** What a command sees while it decides. */
export interface Context {
  readonly now: Instant;
  readonly operationId: OperationId;
  readonly policies: PolicyTimeline;
  /** A working copy of a wallet that the command needs, with all that is due applied; absent where there is no such member. */
  readonly wallet: (id: MemberId) => Draft | undefined;
  /** A wallet for a member who is born with this command. */
  readonly newWallet: (id: MemberId) => Draft;
  /** Posts a transfer that concerns no wallet. */
  readonly post: (transfer: Transfer) => void;
  /** A document that the command needs, as earlier commands of the same group have left it. */
  readonly document: <T>(store: DocumentStore<T>, id: string) => T | undefined;
}

export type Decision<A> = Accepted<A> | Refused | Rejected | Stale;

/** The command happens: its drafts and documents are written, and this is what the caller is told, now and for ever. */
export interface Accepted<A> {
  readonly kind: "accepted";
  readonly status: 200 | 201 | 202;
  readonly answer: A;
  readonly occurredAt: Instant;
  readonly policyVersion: number;
  readonly memberId: MemberId | null;
  readonly documents: readonly Saved[];
}

/** The ledger says no, because of the state it is in. Kept for ever as the outcome of its key. */
export interface Refused {
  readonly kind: "refused";
  readonly code: ProblemCode;
  readonly data: ProblemData;
}

/** The command cannot be judged (no such member, a store that is not registered yet). Leaves no trace; the key stays free. */
export interface Rejected {
  readonly kind: "rejected";
  readonly code: ProblemCode;
  readonly data: ProblemData;
}

/** What the command was prepared for has changed meanwhile: it is to be prepared again. Leaves no trace. */
export interface Stale {
  readonly kind: "stale";
}

/** A document as the command leaves it. */
export interface Saved {
  readonly store: DocumentStore<never>;
  readonly id: string;
  readonly document: unknown;
}

export interface Command<I, A> {
  /** Stands in operations, for ever. */
  readonly name: string;
  needs(input: I): Needs;
  decide(context: Context, input: I): Decision<A>;
}

export const refuse = (code: ProblemCode, data: ProblemData = {}): Refused => ({ kind: "refused", code, data });
export const reject = (code: ProblemCode, data: ProblemData = {}): Rejected => ({ kind: "rejected", code, data });
export const stale: Stale = { kind: "stale" };

/** Pairs a document with its store, checked by the store's own type. */
export function save<T>(store: DocumentStore<T>, id: string, document: T): Saved {
  return { store: store as DocumentStore<never>, id, document };
}

/** Names a document that is needed. */
export function need<T>(store: DocumentStore<T>, id: string): DocumentNeed {
  return { store: store as DocumentStore<never>, id };
}
