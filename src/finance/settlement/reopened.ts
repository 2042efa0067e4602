/** Whether months were opened again since a settlement of them was made: then it may be wrong. */
import { bucketOf, type OperationId, uuidOf } from "../../kernel/ids.ts";
import { defineReading, needAnswer } from "../../engine/definition/document-store.ts";
import type { Month } from "../periods/months.ts";

interface Since {
  /** What made the settlement. */
  readonly operationId: OperationId;
  readonly toMonth: Month;
}

/** SQL: the same for a settlement by its last month and the position of its making. */
export const isReopened = (month: string, position: string): string =>
  `exists (select from book_changes c where c.action = 'reopen' and c.month <= ${month} and c.position > ${position})`;

const REOPENED = `select ${isReopened("$2::text", "o.position")} as reopened from operations o where o.bucket = $3::smallint and o.operation_id = $1::uuid`;

export const reopenedReading = defineReading<Since, boolean>("reopened", async (tx, { operationId, toMonth }) => {
  const [found] = await tx.run<{ reopened: boolean }>(REOPENED, [uuidOf(operationId), toMonth, bucketOf(operationId)]);
  return found?.reopened ?? true;
});

/** Asked for with the books locked. */
export const needReopened = (since: Since) => needAnswer(reopenedReading, since);
