/** Accounts adjusted by hand: given and taken, by one person and by two, undone, rejected, and waiting. */
import type { Actor } from "../../src/engine/actor.ts";
import type { AnyOperation } from "../../src/engine/definition/operation.ts";
import { adjustmentApproval } from "../../src/finance/adjustments/approval.ts";
import { adjustmentRejection } from "../../src/finance/adjustments/rejection.ts";
import { adjustment } from "../../src/finance/adjustments/request.ts";
import { adjustmentReversal } from "../../src/finance/adjustments/reversal.ts";
import { registration } from "../../src/members/registration/registration.ts";
import { staffRegistration } from "../../src/members/staff/registration.ts";
import { answerOf, newTestKey, TILL, type TestLedger } from "./ledger.ts";

const by = (staffId: string): Actor => ({ ...TILL, brand: null, staffId });

interface Life {
  sell(identifier: object, spend: bigint): Promise<unknown>;
}

export async function liveAdjusted(ledger: TestLedger, life: Life): Promise<void> {
  const ask = async <A>(operation: AnyOperation, body: object, terms: object = {}): Promise<A> =>
    answerOf(await ledger.ask(operation, body, terms)) as A;
  const card = { kind: "card", value: newTestKey() };
  const profile = {
    brand: "mvideo",
    externalId: newTestKey(),
    identifiers: [{ ...card, verified: true }],
    person: { firstName: "Глеб" },
  };
  await ask(registration, profile);
  const staff = [
    ["anna-1", null],
    ["boris-2", await ledger.newMember()],
    ["new", null],
  ] as const;
  for (const [staffId, who] of staff) {
    await ask(staffRegistration, { memberId: who, reason: "as personnel says" }, { params: { staffId } });
  }
  const adjust = async (fields: object): Promise<{ adjustmentId: string }> => {
    const terms = { amount: "90.00", direction: "credit", brand: "mvideo", reason: "late_delivery", incident: "INC-1" };
    return ask(adjustment, { identifier: card, comment: "sorry", ...terms, ...fields }, { actor: by("anna-1") });
  };
  const change = (operation: AnyOperation, { adjustmentId }: { adjustmentId: string }, staffId: string) =>
    ask<{ adjustmentId: string }>(operation, { comment: "seen" }, { params: { adjustmentId }, actor: by(staffId) });

  const spent = await adjust({});
  await life.sell(card, 60_00n);
  // Of what was spent the rest is owed, and paid by what is given next.
  await change(adjustmentReversal, spent, "anna-1");
  await adjust({ incident: "INC-2" });
  const taken = await adjust({ direction: "debit", reason: "wrong_bonuses", amount: "12.00" });
  await change(adjustmentReversal, taken, "boris-2");
  await adjust({ brand: "eldorado", reason: "goodwill", incident: undefined });
  const much = { amount: "4000.00", reason: "service_complaint", incident: "INC-1" };
  const approved = await adjust(much);
  await change(adjustmentApproval, approved, "boris-2");
  await change(adjustmentRejection, await adjust(much), "boris-2");
  await change(adjustmentReversal, approved, "boris-2");
  await adjust(much);
}
