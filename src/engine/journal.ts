/** Operations and their transfers, appended for a whole group at once. Never updated, never deleted. */
import type { Instant } from "../kernel/clock.ts";
import { bucketOf, type MemberId, type OperationId, uuidOf } from "../kernel/ids.ts";
import type { Transfer } from "../ledger/transfer.ts";
import { insertInto, Rows } from "./rows.ts";
import type { Transaction } from "./session.ts";
import type { Submission } from "./submission.ts";

const operationShape = {
  bucket: "smallint",
  operation_id: "uuid",
  command: "text",
  member_id: "uuid",
  client_id: "uuid",
  input_hash: "uuid",
  status: "smallint",
  refusal: "text",
  answer: "json",
  policy_version: "int",
  occurred_at: "timestamptz",
  posted_at: "timestamptz",
} as const;
const transferShape = {
  bucket: "smallint",
  member_id: "uuid",
  operation_id: "uuid",
  ordinal: "smallint",
  entity: "text",
  debit: "text",
  credit: "text",
  amount: "bigint",
  lot_id: "uuid",
  event: "text",
  occurred_at: "timestamptz",
  posted_at: "timestamptz",
} as const;
/** Stands for no member in a primary key, which has no place for null. */
const NOBODY = "00000000-0000-0000-0000-000000000000";
const INSERT_OPERATIONS = insertInto("operations", operationShape);
const INSERT_TRANSFERS = insertInto("transfers", transferShape);

/** An operation as it is kept. */
export interface Judged {
  readonly submission: Submission;
  readonly memberId: MemberId | null;
  readonly status: number;
  readonly refusal: string | null;
  /** JSON text. */
  readonly answer: string;
  readonly policyVersion: number;
  readonly occurredAt: Instant;
}

/** Collects what a group appends. */
export class Journal {
  readonly #operations = new Rows(operationShape);
  readonly #transfers = new Rows(transferShape);

  addOperation(judged: Judged, postedAt: Instant): void {
    const { submission, memberId } = judged;
    this.#operations.add({
      bucket: bucketOf(submission.operationId),
      operation_id: uuidOf(submission.operationId),
      command: submission.command.name,
      member_id: memberId === null ? null : uuidOf(memberId),
      client_id: submission.clientId === null ? null : uuidOf(submission.clientId),
      input_hash: submission.inputHash,
      status: judged.status,
      refusal: judged.refusal,
      answer: judged.answer,
      policy_version: judged.policyVersion,
      occurred_at: judged.occurredAt,
      posted_at: postedAt,
    });
  }

  /** Numbers them from one within the operation. */
  addTransfers(operationId: OperationId, transfers: readonly Transfer[], postedAt: Instant): void {
    for (const [index, transfer] of transfers.entries()) {
      this.#transfers.add({
        bucket: bucketOf(transfer.memberId ?? operationId),
        member_id: transfer.memberId === null ? NOBODY : uuidOf(transfer.memberId),
        operation_id: uuidOf(operationId),
        ordinal: index + 1,
        entity: transfer.entity,
        debit: transfer.debit,
        credit: transfer.credit,
        amount: transfer.amount,
        lot_id: transfer.lotId === null ? null : uuidOf(transfer.lotId),
        event: transfer.event,
        occurred_at: transfer.occurredAt,
        posted_at: postedAt,
      });
    }
  }

  /** Sends without waiting. */
  append(tx: Transaction): Promise<unknown>[] {
    const sent: Promise<unknown>[] = [];
    if (this.#operations.size > 0) sent.push(tx.run(INSERT_OPERATIONS, this.#operations.parameters()));
    if (this.#transfers.size > 0) sent.push(tx.run(INSERT_TRANSFERS, this.#transfers.parameters()));
    return sent;
  }
}
