/** Two people are two people: by whom they are when the second of them agrees, and by whom they were before. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adjustmentApproval } from "../../../src/finance/adjustments/approval.ts";
import type { MemberId } from "../../../src/kernel/ids.ts";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { unmerge } from "../../../src/members/joining/parting/unmerge.ts";
import { openService } from "../../../src/service.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { TEST_KEYS } from "../../support/keys.ts";
import { answerOf, ask, TILL } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { Adjusting } from "./asks.ts";

let http: TestHttp;
let adjusting: Adjusting;
beforeAll(async () => {
  http = await testHttp();
  adjusting = new Adjusting(http, await http.newKey(["finance"]));
  await adjusting.staff("boris-2");
}, 120_000);
afterAll(() => http.close());

const much = { amount: "3000.01" } as const;
const join = async (...memberIds: MemberId[]) =>
  (answerOf(await http.ask(merge, { memberIds, reason: "one card" })) as { mergeId: string }).mergeId;
const part = async (mergeId: string) =>
  answerOf(await http.ask(unmerge, { reason: "they are two" }, { params: { mergeId } }));
const approve = async (id: string, staff: string) => {
  const { body } = await adjusting.change(id, "approve", { staff });
  return body.code ?? body.state;
};

describe("whoever has asked", () => {
  it("and has become one with the account since gives nothing to it, until they have parted", async () => {
    const [own, account] = [await http.newMember(), await http.newMember()];
    await adjusting.staff("nina", own);
    const { body } = await adjusting.ask(account, much, { staff: "nina" });
    const mergeId = await join(own, account);
    expect(await approve(body.adjustmentId, "boris-2")).toBe("own_account");
    const other = await openService({ target: http.database, clock: http.clock, personal: TEST_KEYS, lanes: 1 });
    const params = { adjustmentId: body.adjustmentId };
    const actor = { ...TILL, staffId: "boris-2" };
    expect(await ask(other, adjustmentApproval, { comment: "yes" }, { params, actor })).toMatchObject({
      kind: "refused",
      code: "own_account",
    });
    await other.close();
    await part(mergeId);
    expect(await approve(body.adjustmentId, "boris-2")).toBe("applied");
  });

  it("and is registered as another member, or as none, has the account still", async () => {
    const [own, another] = [await http.newMember(), await http.newMember()];
    await adjusting.staff("olga", own);
    await adjusting.staff("olga", another);
    expect((await adjusting.ask(own, {}, { staff: "olga" })).body.code).toBe("own_account");
    await adjusting.staff("olga", null);
    for (const account of [own, another]) {
      expect((await adjusting.ask(account, {}, { staff: "olga" })).body.code).toBe("own_account");
    }
    const { body } = await adjusting.ask(own, much, { staff: "boris-2" });
    expect(await approve(body.adjustmentId, "olga")).toBe("own_account");
    const { body: asked } = await adjusting.ask(await http.newMember(), much, { staff: "olga" });
    expect(await approve(asked.adjustmentId, "boris-2")).toBe("applied");
  });

  it("does not agree under another id, be it that of a member who was one of theirs before", async () => {
    const [one, two] = [await http.newMember(), await http.newMember()];
    const account = await http.newMember();
    await adjusting.staff("vera", one);
    await adjusting.staff("vera-night", two);
    const first = (await adjusting.ask(account, much, { staff: "vera" })).body.adjustmentId;
    const mergeId = await join(one, two);
    expect(await approve(first, "vera-night")).toBe("second_person_needed");
    await part(mergeId);
    expect(await approve(first, "vera-night")).toBe("applied");
    const second = (await adjusting.ask(account, much, { staff: "vera" })).body.adjustmentId;
    await adjusting.staff("vera-anew", one);
    await adjusting.staff("vera-anew", null);
    expect(await approve(second, "vera-anew")).toBe("second_person_needed");
    await adjusting.staff("vera", null);
    expect(await approve(second, "vera-anew")).toBe("second_person_needed");
    expect(await approve(second, "boris-2")).toBe("applied");
  });

  it("leaves books that the proof agrees with", async () => {
    expect((await expectProof(http)).holds).toBe(true);
  });
});
