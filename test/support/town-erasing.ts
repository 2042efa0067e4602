/** Members who are erased, who have taken that back, and who wait for it; and what comes back afterwards. */
import { accrual } from "../../src/bonuses/accrual.ts";
import type { AnyOperation } from "../../src/engine/definition/operation.ts";
import { ledgerItself, submitOwn } from "../../src/engine/group/submit.ts";
import type { MemberId } from "../../src/kernel/ids.ts";
import { memberErase } from "../../src/members/erasing/ask.ts";
import { memberEraseCancel } from "../../src/members/erasing/cancel.ts";
import { erasedClearing } from "../../src/members/erasing/clearing.ts";
import { eraseMembers } from "../../src/members/erasing/job.ts";
import { identifierAdding } from "../../src/members/identifying/adding.ts";
import { merge } from "../../src/members/joining/merging/merge.ts";
import { registration } from "../../src/members/registration/registration.ts";
import { representativeGrant } from "../../src/members/representing/grant.ts";
import { answerOf, newTestKey, type TestLedger } from "./ledger.ts";

interface Life {
  readonly sell: (identifier: object, spend: bigint) => Promise<{ readonly purchaseId: string }>;
  readonly bringBack: (purchaseId: string) => Promise<unknown>;
}
interface Registered {
  readonly memberId: MemberId;
  readonly profileId: string;
}

/** What is asked for, and what follows some weeks later. */
export async function liveErased(ledger: TestLedger, life: Life): Promise<() => Promise<void>> {
  const ask = async <A>(operation: AnyOperation, body: object, params: Record<string, string> = {}): Promise<A> =>
    answerOf(await ledger.ask(operation, body, { params })) as A;
  const register = (brand: string, identifiers: readonly object[], consents: object = {}) =>
    ask<Registered>(registration, { brand, externalId: newTestKey(), identifiers, person: {}, consents });
  const inHand = () => ({ kind: "card", value: newTestKey() });
  const read = (card: object) => ({ ...card, verified: true });
  const phone = { kind: "phone", value: "+79160000777" };
  const [card, other, third] = [inHand(), inHand(), inHand()];

  const waited = await life.sell(card, 0n);
  const anna = await register("mvideo", [read(card), read(phone)], { sms: true, email: false });
  const boris = await register("eldorado", [read(other)]);
  const clara = await register("mvideo", [read(third)]);
  const grant = {
    memberId: anna.memberId,
    amount: "50.00",
    brand: "eldorado",
    kind: "promo",
    reason: "r",
    reference: "r",
  };
  await ask(accrual, grant);
  const spent = await life.sell(card, 20_00n);
  await ask(merge, { memberIds: [anna.memberId, boris.memberId], reason: "the same" });
  const rights = { see: true, spendUpTo: { perMonth: "400.00" } };
  const acting = { representativeId: clara.memberId, rights, reason: "r", reference: "r" };
  await ask(representativeGrant, acting, { memberId: anna.memberId });
  // The phone goes over to another, and what was before stays with who had it.
  const reissued = { profileId: clara.profileId, identifier: phone, verified: true, reason: "r" };
  await ask(identifierAdding, reissued, { memberId: clara.memberId });

  const why = { reason: "asked in writing", reference: "PD-1" };
  await ask(memberErase, why, { memberId: boris.memberId });
  const changed = await register("mvideo", [read(inHand())]);
  await ask(memberErase, { reason: "r" }, { memberId: changed.memberId });
  await ask(memberEraseCancel, { reason: "r", reference: "PD-2" }, { memberId: changed.memberId });
  return async () => {
    const waits = await register("mvideo", [read(inHand())]);
    await ask(memberErase, why, { memberId: waits.memberId });
    const { erased } = await eraseMembers(ledgerItself(ledger.service));
    if (erased !== 1) throw new Error("just one is due");
    for (const { purchaseId } of [spent, waited]) await life.bringBack(purchaseId);
    answerOf(await submitOwn(ledger.service, erasedClearing, { memberId: anna.memberId }));
  };
}
