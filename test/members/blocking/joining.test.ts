/** Blocked members who are to become one with others, or to part from them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redemption } from "../../../src/bonuses/redemption.ts";
import type { AnyOperation } from "../../../src/engine/definition/operation.ts";
import type { MergeId } from "../../../src/kernel/ids.ts";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { memberBlock } from "../../../src/members/blocking/block.ts";
import { matchDecision } from "../../../src/members/review/decision.ts";
import { matchProposal } from "../../../src/members/review/proposal.ts";
import { testLedger, type TestLedger } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import type { Person } from "../joining/people.ts";
import { Security } from "./security.ts";

let ledger: TestLedger;
let security: Security;
beforeAll(async () => {
  ledger = await testLedger();
  security = new Security(ledger);
});
afterAll(async () => {
  await expectProof(ledger);
  await ledger.close();
});

const idOf = ({ mergeId }: { mergeId: string }) => mergeId as MergeId;
const BLOCKED = { code: "merge_blocked", data: { blockers: [{ code: "blocked_by_security" }] } };
/** How a redemption of one bonus ends. */
async function spends({ card }: Pick<Person, "card">): Promise<string> {
  const terms = { identifier: card, amount: "1.00", brand: "mvideo", storeId: "M-1", reference: "test" };
  const outcome = await ledger.ask(redemption, terms);
  return outcome.kind === "refused" ? outcome.code : outcome.kind;
}

/** An operation that is prepared, then something happens, then it is judged. */
const after = (operation: AnyOperation, happens: () => Promise<unknown>): AnyOperation => {
  let first = true;
  return {
    ...operation,
    async prepare(look, asked) {
      const input: unknown = await operation.prepare(look, asked);
      if (first) {
        first = false;
        await happens();
      }
      return input;
    },
  };
};

describe("a merge of a blocked member with an active one", () => {
  it.each(["older", "younger"])("is refused where the %s of the two is blocked, until it is let go", async (which) => {
    const [older, younger] = [await security.person(), await security.person()];
    const body = { memberIds: [older.memberId, younger.memberId], reason: "the same" };
    const blocked = which === "older" ? older : younger;
    await security.block(blocked);
    expect(await security.refused(merge, body)).toMatchObject(BLOCKED);
    expect(await security.look(merge, body)).toMatchObject({ blockers: [{ code: "blocked_by_security" }] });
    await security.unblock(blocked);
    expect(await security.join(older, younger)).toMatchObject({ blockers: [] });
  });

  it("is refused where the block comes between look-up and judgement", async () => {
    const [anna, boris] = [await security.person(), await security.person()];
    const slow = after(merge, () => security.block(boris));
    const body = { memberIds: [anna.memberId, boris.memberId], reason: "the same" };
    expect(await security.refused(slow, body)).toMatchObject(BLOCKED);
  });

  it("is refused to a reviewer as well, who may set them apart", async () => {
    const [anna, boris] = [await security.blocked(), await security.person()];
    const memberIds = [anna.memberId, boris.memberId];
    const { candidateId } = await security.ask<{ candidateId: string }>(matchProposal, { memberIds, reason: "r" });
    expect(await security.refused(matchDecision, { decision: "link", reason: "r" }, { candidateId })).toMatchObject(
      BLOCKED,
    );
    await security.ask(matchDecision, { decision: "apart", reason: "r" }, { candidateId });
  });
});

describe("a member who has become part of another", () => {
  it("is blocked with all who are one with it, whichever of the ids is named", async () => {
    const [anna, boris] = [await security.person(), await security.person()];
    await security.give(boris, "100.00");
    await security.join(anna, boris);
    expect((await security.block(boris)).memberId).toBe(anna.memberId);
    expect([await spends(anna), await spends(boris)]).toEqual(["spending_unavailable", "spending_unavailable"]);
    expect((await security.unblock(anna)).memberId).toBe(anna.memberId);
    expect(await spends(boris)).toBe("accepted");
  });

  it("is blocked as that other where it becomes part of it between look-up and judgement", async () => {
    const [anna, boris] = [await security.person(), await security.person()];
    await security.give(boris, "100.00");
    const slow = after(memberBlock, () => security.join(anna, boris));
    const { memberId } = await security.ask<{ memberId: string }>(slow, { reason: "r" }, { memberId: boris.memberId });
    expect(memberId).toBe(anna.memberId);
    expect(await spends(boris)).toBe("spending_unavailable");
  });

  it("is blocked by itself where it parts between look-up and judgement", async () => {
    const [anna, boris] = [await security.person(), await security.person()];
    for (const person of [anna, boris]) await security.give(person, "100.00");
    const mergeId = idOf(await security.join(anna, boris));
    const slow = after(memberBlock, () => security.part(mergeId));
    const { memberId } = await security.ask<{ memberId: string }>(slow, { reason: "r" }, { memberId: boris.memberId });
    expect(memberId).toBe(boris.memberId);
    expect([await spends(anna), await spends(boris)]).toEqual(["accepted", "spending_unavailable"]);
  });
});

describe("parting from a blocked member", () => {
  it("leaves both blocked, and each is let go by itself", async () => {
    const [anna, boris] = [await security.person(), await security.person()];
    for (const person of [anna, boris]) await security.give(person, "50.00");
    const mergeId = idOf(await security.join(anna, boris));
    await security.block(anna);
    security.later();
    await security.part(mergeId);
    expect([await spends(anna), await spends(boris)]).toEqual(["spending_unavailable", "spending_unavailable"]);
    await security.unblock(boris);
    expect([await spends(anna), await spends(boris)]).toEqual(["spending_unavailable", "accepted"]);
  });

  it("is no way out for a profile either", async () => {
    const anna = await security.person();
    const second = await security.cardOf(anna, "eldorado");
    await security.give({ card: second.card }, "50.00");
    await security.block(anna);
    security.later();
    const { leavingId } = await security.partProfile(second.profileId);
    expect(await spends(second)).toBe("spending_unavailable");
    security.later();
    await security.unblock({ memberId: leavingId });
    expect(await spends(second)).toBe("accepted");
  });

  it("of three leaves all three blocked, however they part", async () => {
    const [anna, boris, vera] = [await security.person(), await security.person(), await security.person()];
    for (const person of [anna, boris, vera]) await security.give(person, "50.00");
    const first = idOf(await security.join(boris, vera));
    const second = idOf(await security.join(anna, boris));
    await security.block(vera);
    security.later();
    await security.part(second);
    security.later();
    await security.part(first);
    const told = await Promise.all([anna, boris, vera].map(spends));
    expect(told).toEqual(["spending_unavailable", "spending_unavailable", "spending_unavailable"]);
  });

  it("of one who was let go before leaves nobody blocked", async () => {
    const [anna, boris] = [await security.person(), await security.person()];
    await security.give(boris, "50.00");
    const mergeId = idOf(await security.join(anna, boris));
    await security.block(anna);
    await security.unblock(anna);
    security.later();
    await security.part(mergeId);
    expect(await spends(boris)).toBe("accepted");
  });
});
