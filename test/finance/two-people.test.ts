/** Whatever else of the books, or of members, takes two people: one person under two ids, by their member, is one. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registration } from "../../src/members/registration/registration.ts";
import { testHttp, type TestHttp } from "../support/http.ts";
import { answerOf, newTestKey } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { Adjusting } from "./adjustments/asks.ts";
import { at, Settling } from "./settlement/settling.ts";

let http: TestHttp;
let key: string;
beforeAll(async () => {
  http = await testHttp();
  key = await http.newKey(["finance", "support", "security"]);
  const own = await http.newMember();
  const adjusting = new Adjusting(http, key);
  await adjusting.staff("anna-1", own);
  await adjusting.staff("anna-night", own);
}, 120_000);
afterAll(() => http.close());

const post = (path: string, staff: string, body: object = { reason: "as agreed" }) =>
  http.post<{ code?: string; overrideId?: string }>(path, body, {
    key,
    headers: { "x-staff-id": staff },
    idempotencyKey: newTestKey(),
  });

describe("one person under two ids is not two", () => {
  it("who agree that members be joined whose birth dates differ", async () => {
    const born = async (birthDate: string) => {
      const body = { brand: "mvideo", externalId: newTestKey(), identifiers: [], person: { birthDate } };
      return (answerOf(await http.ask(registration, body)) as { memberId: string }).memberId;
    };
    const memberIds = [await born("1980-01-01"), await born("1981-01-01")];
    const asked = { memberIds, blocker: "birth_dates_differ", reason: "mistyped" };
    const { body } = await post("/v1/merge-overrides", "anna-1", asked);
    const path = `/v1/merge-overrides/${body.overrideId ?? ""}/approve`;
    expect((await post(path, "anna-night")).body.code).toBe("second_person_needed");
    expect((await post(path, "boris-2")).status).toBe(200);
  });

  it("who close a month, nor who open it again", async () => {
    http.clock.moveTo(at("2026-04-01"));
    for (const action of ["close", "reopen"]) {
      const path = `/v1/periods/2026-03/${action}`;
      expect((await post(path, "anna-1")).status).toBe(202);
      expect((await post(path, "anna-night")).body.code).toBe("second_person_needed");
      expect((await post(path, "boris-2")).status).toBe(200);
    }
  });

  it("who agree to a settlement for its two sides", async () => {
    const finance = new Settling(http, key);
    await post("/v1/periods/2026-03/close", "anna-1");
    await post("/v1/periods/2026-03/close", "boris-2");
    const { settlementId, between } = await finance.settled("2026-03");
    const [one = "", other = ""] = between;
    expect((await finance.agree(settlementId, one, { staff: "anna-1" })).status).toBe(202);
    expect((await finance.agree(settlementId, other, { staff: "anna-night" })).body).toMatchObject({
      code: "second_person_needed",
    });
    expect((await finance.agree(settlementId, other, { staff: "boris-2" })).status).toBe(200);
    expect((await expectProof(http)).holds).toBe(true);
  });
});
