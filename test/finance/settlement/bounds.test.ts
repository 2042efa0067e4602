/** A settlement reads what was posted about its months, and nothing of it is missed. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { accrual } from "../../../src/bonuses/accrual.ts";
import { duePosting } from "../../../src/bonuses/due-posting.ts";
import { submitOwn } from "../../../src/engine/group/submit.ts";
import { SUMS } from "../../../src/finance/settlement/lines.ts";
import { formatInstant } from "../../../src/kernel/clock.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { answerOf } from "../../support/ledger.ts";
import { at, Settling } from "./settling.ts";

let http: TestHttp;
let finance: Settling;
beforeAll(async () => {
  http = await testHttp();
  finance = await Settling.of(http);
}, 120_000);
afterAll(() => http.close());

it("what was posted between two closes of its month is in it, and what was posted after the last one is not", async () => {
  const [early, late] = [await http.newMember(), await http.newMember()];
  const sold: string[] = [];
  for (const memberId of [early, late]) {
    sold.push(await finance.sell(memberId, "eldorado", "E-1", 1_000_00n, 0n, { earns: true }));
    const terms = { brand: "mvideo", kind: "promo", reason: "test", reference: "test" };
    const activeAt = formatInstant(at("2026-03-25"));
    answerOf(await http.ask(accrual, { memberId, amount: "500.00", activeAt, ...terms }));
  }
  finance.moveTo("2026-03-20");
  // Both come to owe Эльдорадо 30.00; on 25 March bonuses of М.Видео become active, and pay it.
  for (const [index, memberId] of [early, late].entries()) {
    await finance.sell(memberId, "eldorado", "E-1", 500_00n, 60_00n);
    await finance.bringBack(sold[index] ?? "", "eldorado", "E-1");
    expect(await http.get(`/v1/members/${memberId}/balance`)).toMatchObject({ body: { debt: "30.00" } });
  }
  finance.moveTo("2026-04-01");
  await finance.close("2026-03");
  await finance.changeBooks("2026-03", "reopen");
  await submitOwn(http.service, duePosting, { memberId: early });
  await finance.close("2026-03");
  await submitOwn(http.service, duePosting, { memberId: late });
  const march = await finance.settled("2026-03");
  const lines = finance.linesOf((await finance.read(march.settlementId)).body, "mvideo");
  expect(lines).toMatchObject([{ section: "debts", bonuses: "30.00", original: null }]);
  await finance.agreed(march);
  finance.moveTo("2026-05-01");
  await finance.close("2026-04");
  const april = await finance.settled("2026-04");
  expect(finance.linesOf((await finance.read(april.settlementId)).body, "mvideo")).toMatchObject([
    { section: "debts", bonuses: "30.00", original: null },
  ]);
});

it("what is between entities is found by the month, without a look at other transfers", async () => {
  const plan = await http.database.sql.begin(async (sql) => {
    await sql`set local enable_seqscan = off`;
    await sql`set local enable_bitmapscan = off`;
    return sql.unsafe(`explain ${SUMS}`, ["2026-03", "2026-03"]);
  });
  const text = plan.map((row) => row["QUERY PLAN"] as string).join("\n");
  expect(text).toMatch(
    /Index Scan using transfers_between_entities on transfers t .*\n\s+Index Cond: \(\(posted_at >= /,
  );
});
