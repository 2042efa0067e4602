/**
 * What may become of a command. Deciding is pure: no await, no clock, no randomness, no SQL. All of that is the engine's.
 */
import type { Instant } from "../../kernel/clock.ts";
import type { MemberId } from "../../kernel/ids.ts";
import type { ProblemCode, ProblemData } from "../../kernel/problems.ts";
import type { LedgerEvent } from "../event.ts";
import type { DocumentStore } from "./document-store.ts";

export type Decision<A> = Accepted<A> | Refused | Rejected | Stale;

/** The command happens: its drafts and documents are written, and this is what the caller is told, now and for ever. */
export interface Accepted<A> {
  readonly kind: "accepted";
  readonly answer: A;
  /** Absent: the only one that the operation has. */
  readonly status?: number | undefined;
  /** What whoever repeats it is told, where that differs: what is shown once is not shown again. */
  readonly repeatedStatus?: number | undefined;
  /** Told to the first caller only, and never kept: a key that is shown once. */
  readonly shownOnce?: Readonly<Record<string, string>> | undefined;
  /** When it happened; absent: now. */
  readonly occurredAt?: Instant | undefined;
  /** Absent: the policy in force now. */
  readonly policyVersion?: number | undefined;
  /** Whom it concerns first; absent: the first member that the command needs. */
  readonly memberId?: MemberId | null | undefined;
  /** The hash of what it is about, where neither its facts nor its answer tell that: kept with it for ever. */
  readonly subjectHash?: string | null | undefined;
  readonly documents?: readonly Saved[] | undefined;
  readonly events?: readonly LedgerEvent[] | undefined;
  /** Natural keys of earlier operations that are free again. */
  readonly releases?: readonly string[] | undefined;
}

/** The ledger says no, because of the state it is in. Kept for ever as the outcome of its key. */
export interface Refused {
  readonly kind: "refused";
  readonly code: ProblemCode;
  readonly data: ProblemData;
  /** What is written although it is refused: a wrong code was tried. */
  readonly documents?: readonly Saved[] | undefined;
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

/** Written out, so that all decisions have their fields in one order: what reads them is faster by it. */
export function accept<const A>(terms: Omit<Accepted<A>, "kind">): Accepted<A> {
  return {
    kind: "accepted",
    answer: terms.answer,
    status: terms.status,
    repeatedStatus: terms.repeatedStatus,
    shownOnce: terms.shownOnce,
    occurredAt: terms.occurredAt,
    policyVersion: terms.policyVersion,
    memberId: terms.memberId,
    subjectHash: terms.subjectHash,
    documents: terms.documents,
    events: terms.events,
    releases: terms.releases,
  };
}
export const refuse = (code: ProblemCode, data: ProblemData = {}, documents?: readonly Saved[]): Refused => ({
  kind: "refused",
  code,
  data,
  documents,
});
export const reject = (code: ProblemCode, data: ProblemData = {}): Rejected => ({ kind: "rejected", code, data });
export const stale: Stale = { kind: "stale" };

/** Pairs a document with its store, checked by the store's own type. */
export function save<T>(store: DocumentStore<T>, id: string, document: T): Saved {
  return { store: store as DocumentStore<never>, id, document };
}
