/** A key that stands when a group claims it, and is gone when the group looks who has it: nobody may act as if it were theirs. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { accrual } from "../../src/bonuses/accrual.ts";
import { answerOf, ask, newTestKey } from "../support/ledger.ts";
import { giftsOf } from "./gifts.ts";
import { openTills, type Tills } from "./tills.ts";

let tills: Tills;
beforeAll(async () => {
  tills = await openTills({ lanes: 1 });
});
afterAll(() => tills.close());

it("the command that finds it gone is prepared again, and takes it", async () => {
  const { database, service } = tills;
  const memberId = await tills.newMember();
  const idempotencyKey = newTestKey();
  const body = { memberId, amount: "1.00", brand: "mvideo", kind: "promo", reason: "test", reference: "test" };
  const give = () => ask(service, accrual, body, { idempotencyKey });
  const first = answerOf(await give()) as { operationId: string };
  const operation = first.operationId.slice(4);

  // The wallet is locked by a stranger, so that the group waits between its claim and its look.
  const again = await database.sql.begin(async (sql) => {
    await sql`select 1 from wallets where member_id = ${memberId.slice(4)}::uuid for update`;
    const asked = give();
    // Soon: what is locked for a quarter of a second is not waited for any longer.
    await sleep(100);
    await database.sql`delete from command_keys where operation_id = ${operation}::uuid`;
    return { asked };
  });
  const second = answerOf(await again.asked) as { operationId: string };
  expect(second.operationId).not.toBe(first.operationId);
  const keys = await database.sql`select 1 from command_keys where operation_id = ${second.operationId.slice(4)}::uuid`;
  expect(keys, "it has the key now").toHaveLength(1);
  expect(await give(), "and is told its outcome again").toMatchObject({ kind: "accepted", replayed: true });
  expect(await giftsOf(database, memberId)).toBe(2n);
});
