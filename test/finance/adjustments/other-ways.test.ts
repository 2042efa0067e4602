/** Whoever is bound by the limits of adjustments gives nothing by another operation. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adjustmentModule } from "../../../src/finance/adjustments/module.ts";
import { mayDo, type Scope } from "../../../src/kernel/permissions.ts";
import { LOT_KINDS } from "../../../src/ledger/account.ts";
import { modules } from "../../../src/modules.ts";
import { ADJUSTING_SCOPES } from "../../../src/policy/adjustment-rules.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { liveThrough } from "../../support/town.ts";

let http: TestHttp;
beforeAll(async () => {
  http = await testHttp();
  await liveThrough(http);
}, 120_000);
afterAll(() => http.close());

/** Out of an entity's own account into a member's: not what only moves between two wallets. */
const GIVES = `select distinct o.name from operations o join transfers t on t.operation_id = o.operation_id
  where t.credit in ('pending', 'available', 'held') and t.debit not in ('pending', 'available', 'held', 'debt', 'moved') order by 1`;

describe("of all operations that give bonuses", () => {
  it.each(ADJUSTING_SCOPES)("%s may ask for those of adjustments alone", async (scope) => {
    const giving = (await http.database.sql.unsafe(GIVES)).map(({ name }) => name as string);
    expect(giving).toEqual(expect.arrayContaining(["accrual", "adjustment", "adjustment-approval", "return"]));
    const asked = modules
      .flatMap(({ operations }) => operations)
      .filter(({ name, permission }) => giving.includes(name) && mayDo(new Set([scope]), permission))
      .map(({ name }) => name);
    const own = adjustmentModule.operations.map(({ name }) => name);
    expect(asked.filter((name) => !own.includes(name))).toEqual([]);
    expect(asked).toContain("adjustment");
  });
});

describe("an accrual of compensation", () => {
  const terms = { amount: "100.00", brand: "mvideo", reason: "sorry", reference: "INC-1" };
  const grant = (memberId: string, kind: string) => ({ memberId, kind, ...terms });
  const withOthers: readonly (readonly Scope[])[] = [
    ...(["support", "finance", "crm", "pos", "checkout"] as const).map((scope) => [scope]),
    ["support", "finance", "crm", "pos", "checkout", "security"],
  ];

  it.each(withOthers)(
    "is refused to %s and to whoever has other scopes beside, in a batch as well",
    async (...scopes) => {
      const key = await http.newKey([...new Set([...scopes, "crm" as const])]);
      const memberId = await http.newMember();
      const body = grant(memberId, "compensation");
      const forbidden = { status: 403, body: { code: "forbidden" } };
      expect(await http.post("/v1/accruals", body, { key })).toMatchObject(forbidden);
      const items = [{ op: "accrual", idempotencyKey: `other-way-${memberId}`, body }];
      const batch = await http.post("/v1/batches", { items }, { key });
      expect(batch).toMatchObject({ status: 200, body: { results: [forbidden] } });
      expect(await http.get(`/v1/members/${memberId}/balance`)).toMatchObject({ body: { available: "0.00" } });
    },
  );

  it("is the administrator's, for what is brought over; the other kinds are the CRM's and nobody's else", async () => {
    const memberId = await http.newMember();
    expect((await http.post("/v1/accruals", grant(memberId, "compensation"))).status).toBe(201);
    const [crm, support] = [await http.newKey(["crm"]), await http.newKey(["support", "pos", "checkout", "finance"])];
    for (const kind of LOT_KINDS.filter((each) => each !== "compensation")) {
      expect((await http.post("/v1/accruals", grant(memberId, kind), { key: crm })).status).toBe(201);
      expect((await http.post("/v1/accruals", grant(memberId, kind), { key: support })).status).toBe(403);
    }
  });
});
