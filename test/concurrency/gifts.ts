/** Gifts of 1.00 that go straight into the lanes: no look-up stands between a test and the engine. */
import { accrual } from "../../src/bonuses/accrual.ts";
import type { AnyJudgeable } from "../../src/engine/definition/operation.ts";
import type { Outcome } from "../../src/engine/outcome.ts";
import { submissionOf } from "../../src/engine/journal/submission.ts";
import type { MemberId } from "../../src/kernel/ids.ts";
import type { Service } from "../../src/service.ts";
import type { TestDatabase } from "../support/database/database.ts";
import { newTestKey, TILL } from "../support/ledger.ts";

/** Has the engine judge an operation on one member. */
export function run(service: Service, operation: AnyJudgeable, input: object, key = newTestKey()): Promise<Outcome> {
  const received = { operation: operation.name, body: input };
  const { policies, personal } = service;
  const terms = { operation, input, actor: TILL, idempotencyKey: key, received, policies };
  return service.engine.run(submissionOf({ ...terms, lookupKey: personal.lookupKey }));
}

const TERMS = { amount: 100n, brand: "mvideo", kind: "promo", reason: "test", reference: "test" };

export const gift = (service: Service, memberId: MemberId, key?: string): Promise<Outcome> =>
  run(service, accrual, { ...TERMS, memberId }, key);

/** How many gifts a member has got. */
export async function giftsOf({ sql }: TestDatabase, memberId: MemberId): Promise<bigint | undefined> {
  const [row] = await sql<{ count: bigint }[]>`
    select count(*) from transfers where event = 'grant' and member_id = ${memberId.slice(4)}::uuid`;
  return row?.count;
}
