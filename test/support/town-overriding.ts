/** Members whose birth dates differ: two people have them joined, and one request waits. */
import type { Actor } from "../../src/engine/actor.ts";
import type { AnyOperation } from "../../src/engine/definition/operation.ts";
import { mergeOverrideApproval } from "../../src/members/overriding/approval.ts";
import { mergeOverride } from "../../src/members/overriding/request.ts";
import { registration } from "../../src/members/registration/registration.ts";
import { answerOf, newTestKey, TILL, type TestLedger } from "./ledger.ts";

const staff = (staffId: string): Actor => ({ ...TILL, staffId });

export async function liveOverriding(ledger: TestLedger): Promise<void> {
  const ask = async <A>(operation: AnyOperation, body: object, terms: object = {}): Promise<A> =>
    answerOf(await ledger.ask(operation, body, terms)) as A;
  const born = (birthDate: string) => {
    const body = { brand: "mvideo", externalId: newTestKey(), identifiers: [], person: { birthDate } };
    return ask<{ memberId: `mbr_${string}` }>(registration, body);
  };
  const requested = async () => {
    const [one, other] = [await born("1980-01-01"), await born("1981-01-01")];
    await ledger.give(other.memberId, 5_00n);
    const body = { memberIds: [one.memberId, other.memberId], blocker: "birth_dates_differ", reason: "mistyped" };
    return (await ask<{ overrideId: string }>(mergeOverride, body, { actor: staff("anna-1") })).overrideId;
  };
  // Born apart from each other, mostly: of three such pairs one at least lies in two buckets.
  for (const overrideId of [await requested(), await requested(), await requested()]) {
    await ask(mergeOverrideApproval, { reason: "seen as well" }, { actor: staff("boris-2"), params: { overrideId } });
  }
  await requested();
}
