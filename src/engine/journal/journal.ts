/** Operations, their transfers and their changes of terms, appended for a whole group at once. Never updated, never deleted. */
import { ifAny, TableRows, type Writing } from "../../db/table-rows.ts";
import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import { bucketOf, type MemberId, type OperationId } from "../../kernel/ids.ts";
import type { ProblemCode } from "../../kernel/problems.ts";
import { localDate } from "../../kernel/zone.ts";
import { lotTerms, transfers } from "../../ledger/tables.ts";
import type { Transfer } from "../../ledger/transfer.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import type { LedgerEvent } from "../event.ts";
import { operations } from "../tables.ts";
import { HASH_VERSION, type Submission } from "./submission.ts";

/** Stands for no member in a primary key, which has no place for null. */
export const NOBODY: MemberId = `mbr_${"0".repeat(32)}`;
/** Asked once a statement, not once a row. */
const sql = { position: "(select pg_current_xact_id()::text::bigint)" };

export const operationRows = new TableRows<typeof operations, "bucket" | "position">(operations, {
  computed: { bucket: ({ id }) => bucketOf(id) },
  sql,
});
export const transferRows = new TableRows<typeof transfers, "bucket" | "position">(transfers, {
  computed: { bucket: ({ memberId, operationId }) => bucketOf(memberId === NOBODY ? operationId : memberId) },
  sql,
});
export const termsRows = new TableRows<typeof lotTerms, "bucket">(lotTerms, {
  computed: { bucket: ({ memberId }) => bucketOf(memberId) },
});
const insertOperations = operationRows.inserting();
const insertTransfers = transferRows.inserting();
const insertTerms = termsRows.inserting();

/** An operation as it was judged. */
export interface JudgedOperation {
  readonly submission: Submission;
  readonly memberId: MemberId | null;
  readonly subjectHash: string | null;
  readonly status: number;
  readonly refusal: ProblemCode | null;
  /** JSON text. */
  readonly answer: string;
  readonly events: readonly LedgerEvent[];
  readonly policyVersion: number;
  readonly occurredAt: Instant;
  readonly postedAt: Instant;
  /** The programme's zone, in which days are accounted. */
  readonly zone: string;
}

type OperationRow = Parameters<typeof insertOperations>[0] extends Iterable<infer R> ? R : never;
type TransferRow = Parameters<typeof insertTransfers>[0] extends Iterable<infer R> ? R : never;
type TermsRow = Parameters<typeof insertTerms>[0] extends Iterable<infer R> ? R : never;

/** Collects what a group appends. */
export class Journal {
  readonly #operations: OperationRow[] = [];
  readonly #transfers: TransferRow[] = [];
  readonly #terms: TermsRow[] = [];

  addOperation(judged: JudgedOperation): void {
    const { events, postedAt } = judged;
    const { operation, input, operationId, actor, brand, facts, inputHash } = judged.submission;
    this.#operations.push({
      id: operationId,
      name: operation.name,
      memberId: judged.memberId,
      profileId: operation.presented?.(input) ?? null,
      clientId: actor.clientId,
      staffId: actor.staffId,
      brand,
      storeId: facts.storeId ?? null,
      terminalId: facts.terminalId ?? null,
      channel: facts.channel ?? null,
      reason: facts.reason ?? null,
      reference: facts.reference ?? null,
      subjectHash: judged.subjectHash,
      inputHash,
      hashVersion: HASH_VERSION,
      status: judged.status,
      refusal: judged.refusal,
      answer: judged.answer,
      events: events.length === 0 ? null : events,
      policyVersion: judged.policyVersion,
      occurredAt: judged.occurredAt,
      postedAt,
      accountingDate: localDate(postedAt, judged.zone),
      place: this.#operations.length,
    });
  }

  /** Numbers them from one within the operation. */
  addTransfers(operationId: OperationId, list: readonly Transfer[], postedAt: Instant): void {
    checkMoves(list);
    let ordinal = 0;
    for (const { memberId, entity, debit, credit, amount, lotId, event, occurredAt } of list) {
      ordinal += 1;
      this.#transfers.push({
        memberId: memberId ?? NOBODY,
        operationId,
        ordinal,
        entity,
        debit,
        credit,
        amount,
        lotId,
        event,
        occurredAt,
        postedAt,
      });
    }
  }

  addTerms(operationId: OperationId, draft: WalletDraft, postedAt: Instant): void {
    const { memberId, version: walletVersion } = draft;
    for (const [index, change] of draft.terms.entries()) {
      this.#terms.push({ ...change, memberId, operationId, ordinal: index + 1, walletVersion, postedAt });
    }
  }

  statements(): Writing[] {
    return [
      ...ifAny(this.#operations, insertOperations),
      ...ifAny(this.#transfers, insertTransfers),
      ...ifAny(this.#terms, insertTerms),
    ];
  }
}

/** What moves between wallets goes out of one and into another: in each entity's books `moved` is zero after an operation. */
function checkMoves(list: readonly Transfer[]): void {
  const left = new Map<string, bigint>();
  for (const { entity, debit, credit, amount } of list) {
    if (credit === "moved") left.set(entity, (left.get(entity) ?? 0n) + amount);
    else if (debit === "moved") left.set(entity, (left.get(entity) ?? 0n) - amount);
  }
  for (const amount of left.values()) assert(amount === 0n, "what leaves one wallet arrives in another");
}
